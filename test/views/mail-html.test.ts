import { describe, expect, it } from 'vitest'
import { narrow } from '../../lib/domain/report/narrow.ts'
import { totalsOf } from '../../lib/domain/report/totals.ts'
import { MOST_BYTES } from '../../lib/views/mail/mail-html.ts'
import { reportMail } from '../../lib/views/mail/report-mail.ts'
import { sayUsd } from '../../lib/views/mail/say-amount.ts'
import { adviceFor, blockerOf, figuresOf, priced, reconciled, refusalFor, reportWith, savingsWith, supportOf, weekOf } from '../domain/report-builders.ts'
import { all, descendants, type Element, outward, parseHtml, styleOf, textOf } from './parse-html.ts'

const htmlOf = (report = reportWith()): string => reportMail(report, undefined).html
const page = (report = reportWith()): Element => parseHtml(htmlOf(report))

const tableAbout = (root: Element, caption: string): Element => {
  const table = all(root, 'table').find((each) => all(each, 'caption').length === 1 && textOf(each).startsWith(caption))
  if (table === undefined) throw new Error(`no table "${caption}"`)
  return table
}

const cellsOf = (row: Element): readonly string[] => row.children.flatMap((cell) => (typeof cell === 'string' ? [] : [textOf(cell)]))
const rowsOf = (table: Element, part: 'thead' | 'tbody' | 'tfoot'): readonly (readonly string[])[] => all(table, part).flatMap((each) => all(each, 'tr')).map(cellsOf)

const hrefs = (url: string) => all(page(reportWith({ current: weekOf([figuresOf('us-dev/a', { wakeUrl: url, stayAwakeUrl: url })]) })), 'a').map(({ attributes }) => attributes['href'])

const fleetOf = (count: number) => Array.from({ length: count }, (_, index) => {
  const id = `cluster-${index % 20}/environment-number-${index}`
  return figuresOf(id, {
    savings: savingsWith({ realized: priced(1000 - index), avoidedNodeSeconds: 3600 * (index + 1) }),
    wakeUrl: `https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws/e/${id}?until=1764000000&signature=${'a'.repeat(64)}`,
  })
})

const sizeOf = (text: string): number => new TextEncoder().encode(text).byteLength
const numberIn = (text = ''): number => Number(text.replaceAll(/[$,]/g, '').replace('−', '-'))

describe('the HTML of a mail', () => {
  const root = page()

  it('is made of what mail programs leave alone: tables, inline styles, nothing active, nothing from elsewhere', () => {
    const allowed = new Set(['html', 'head', 'meta', 'title', 'style', 'body', 'div', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'h1', 'h2', 'p', 'ul', 'li', 'a', 'strong'])
    expect([...new Set(descendants(root).map(({ tag }) => tag))].filter((tag) => !allowed.has(tag))).toEqual([])
    expect(htmlOf()).not.toMatch(/<(?:script|svg|img|link|iframe|form)|="data:|url\(|@import|\son\w+=|\ssrc=|class=/i)
    expect(textOf(all(root, 'style')[0] ?? root)).toBe(':root{color-scheme:light dark;supported-color-schemes:light dark}')
  })

  it('has a language, a title that is the subject, one heading of the first rank, and a heading for each section', () => {
    expect(all(root, 'html')[0]?.attributes).toMatchObject({ lang: 'en', dir: 'ltr' })
    expect(textOf(all(root, 'title')[0] ?? root)).toBe('Catnap saved $80.92 last week (2 environments)')
    expect(all(root, 'h1').map(textOf)).toEqual(['What Catnap saved: Mon 16 Nov 2026 to Sun 22 Nov 2026, Europe/Paris'])
    expect(all(root, 'h2').map(textOf)).toEqual([
      'The figures', 'How it was counted', 'Against the period before', 'What could not sleep, and why', 'What each environment left behind asleep', 'Right-sizing', 'EKS extended support', "Catnap's own cost", 'Against the bill', 'Environments', 'Attached',
    ])
  })

  it('gives every data table a caption, scoped headers and rows as wide, and every other table role=presentation', () => {
    for (const table of all(root, 'table')) {
      const isData = all(table, 'caption').some(({ parent }) => parent === table)
      expect(table.attributes['role']).toBe(isData ? undefined : 'presentation')
      const own = all(table, 'tr').filter((row) => outward(row).find(({ tag }) => tag === 'table') === table)
      const cells = own.map((row) => row.children.filter((cell) => typeof cell !== 'string'))
      const heads = cells.flat().filter(({ tag }) => tag === 'th')
      expect(heads.filter(({ attributes }) => attributes['scope'] !== 'col' && attributes['scope'] !== 'row')).toEqual([])
      expect(new Set(cells.filter((row) => isData || row.length > 1).map((row) => row.length)).size).toBeLessThanOrEqual(1)
      expect(isData && cells.some(([first]) => first?.tag !== 'th')).toBe(false)
    }
  })

  it('sets a colour only with its ground, and the two have a contrast of 4.5 or more (WCAG 2.2, 1.4.3)', () => {
    const coloured = descendants(root).filter((element) => (styleOf(element)['color'] ?? 'inherit') !== 'inherit')
    expect(coloured.length).toBeGreaterThan(0)
    for (const element of coloured) expect(contrast(styleOf(element)['color'], styleOf(element)['background-color'])).toBeGreaterThanOrEqual(4.5)
    const grounds = descendants(root).filter((element) => styleOf(element)['background-color'] !== undefined && !coloured.includes(element))
    expect(grounds.every((element) => textOf(element).trim() === '')).toBe(true)
  })

  it('has bars that stand out from white and from dark grounds (WCAG 2.2, 1.4.11: 3)', () => {
    const bars = all(root, 'td').filter(({ attributes }) => attributes['bgcolor'] !== undefined)
    expect(bars.length).toBeGreaterThan(3)
    for (const { attributes } of bars) {
      for (const ground of ['#ffffff', '#121212', '#000000']) expect(contrast(attributes['bgcolor'], ground)).toBeGreaterThanOrEqual(3)
    }
    for (const bar of bars) expect(outward(bar).some(({ attributes }) => attributes['aria-hidden'] === 'true')).toBe(true)
  })

  it('draws bars as long as their figures', () => {
    const rows = all(tableAbout(root, 'Figures of the period'), 'tbody').flatMap((body) => body.children.filter((row) => typeof row !== 'string'))
    const widths = rows.map((row) => all(row, 'table')[0]?.attributes['width'])
    expect(rows.map((row) => cellsOf(row)[1])).toEqual(['$82.94', '$1.92', '$0.10', '$7.68', '$0.00', '$0.00', '$5.00'])
    expect(widths).toEqual(['100%', '2%', '1%', '9%', undefined, undefined, '6%'])
  })

  it('begins with a line for the inbox that nobody sees in the mail', () => {
    const [preheader] = all(root, 'body')[0]?.children.filter((child) => typeof child !== 'string') ?? []
    expect(preheader === undefined ? {} : styleOf(preheader)).toMatchObject({ display: 'none' })
    expect(preheader === undefined ? '' : textOf(preheader)).toBe('Potential $7.68; 1 blocker at $7.68; 1 failure; data as of Mon 23 Nov 07:00.')
    const unknown = blockerOf('us-dev/a', { microUsdByEnvironment: {}, unattributedMicroUsd: undefined })
    expect(reportMail(reportWith({ blockers: [unknown] }), undefined).html).toContain('1 blocker at unknown cost;')
    expect(reportMail(reportWith({ blockers: [unknown, blockerOf('us-dev/b')] }), undefined).html).toContain('2 blockers at $7.68 and 1 of unknown cost;')
  })

  it('sums each column of the environments to its last row', () => {
    const table = tableAbout(page(reportWith({ current: weekOf(fleetOf(40)) })), 'By environment')
    const [total = []] = rowsOf(table, 'tfoot')
    const rows = rowsOf(table, 'tbody')
    expect(rows).toHaveLength(40)
    for (const column of [1, 2, 3, 4, 5, 6, 7, 8]) expect(rows.reduce((sum, row) => sum + numberIn(row[column]), 0)).toBeCloseTo(numberIn(total[column]), 1)
    expect(total[4]).toBe(sayUsd(totalsOf(weekOf(fleetOf(40))).netMicroUsd))
  })

  it('escapes whatever comes from outside, and keeps it on its line', () => {
    const evil = '</td><script>alert(1)</script>"\'&\u202E\u0000x'
    const html = htmlOf(reportWith({
      recipient: evil,
      current: weekOf([figuresOf(`us-dev/${evil}`, { priceSources: [evil], unpricedTypes: [evil] })]),
      blockers: [blockerOf('us-dev/a', { subject: evil, reason: evil })],
      advice: [adviceFor(evil, { container: evil, workload: { kind: 'Deployment', namespace: evil, name: evil } }), refusalFor('us-dev/a', evil)],
      support: [supportOf(evil, { version: evil }), { kind: 'unknown-version', cluster: evil, version: evil }],
      ownCosts: [{ name: evil, microUsd: 1 }], bill: { kind: 'days', days: [{ ...reconciled('2026-11-16', 5), why: evil }] }, problems: [{ text: evil, times: 2 }],
    }))
    for (const part of ['<script>', '\u202E', '\u0000']) expect(html).not.toContain(part)
    expect(all(parseHtml(html), 'script')).toEqual([])
    expect(textOf(parseHtml(html))).toContain('</td><script>alert(1)</script>"\'&')
  })

  it('links to wake or stay awake by http and https only', () => {
    expect(hrefs('https://wake.example.com/e/us-dev/a?x=1&y=2')).toEqual(['https://wake.example.com/e/us-dev/a?x=1&y=2', 'https://wake.example.com/e/us-dev/a?x=1&y=2'])
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'https://a b', 'https://a"onclick="x']) expect(hrefs(url)).toEqual([])
  })
})

describe('the size of a mail', () => {
  it('stays under 100 KB for 500 environments: what does not fit is one row, one sentence and the CSV', () => {
    const report = reportWith({ current: weekOf(fleetOf(500)) })
    const html = htmlOf(report)
    expect(sizeOf(html)).toBeLessThan(100_000)
    expect(sizeOf(html)).toBeGreaterThan(90_000)
    const root = parseHtml(html)
    const table = tableAbout(root, 'By environment')
    const rows = rowsOf(table, 'tbody')
    const shown = rows.length - 1
    expect(shown).toBeGreaterThan(300)
    expect(rows.at(-1)?.[0]).toBe(`${500 - shown} others`)
    expect(textOf(root)).toContain(`This mail has room for ${shown} of 500 environments. The other ${500 - shown} stand in the table as one row, and one by one in catnap-weekly-2026-11-16-environments.csv.`)
    const [total = []] = rowsOf(table, 'tfoot')
    for (const column of [1, 2, 3, 4]) expect(rows.reduce((sum, row) => sum + numberIn(row[column]), 0)).toBeCloseTo(numberIn(total[column]), 0)
  })

  it('gives rows their place before further links, and says where those are', () => {
    const root = page(reportWith({ current: weekOf(fleetOf(300)) }))
    expect(rowsOf(tableAbout(root, 'By environment'), 'tbody')).toHaveLength(300)
    expect(all(root, 'a').length).toBeGreaterThan(40)
    expect(all(root, 'a').length).toBeLessThan(600)
    expect(textOf(root)).toContain('There is no room here for every link')
  })

  it('has all of them in a small fleet, and says nothing of it', () => {
    const root = page(reportWith({ current: weekOf(fleetOf(50)) }))
    expect(all(root, 'a')).toHaveLength(100)
    expect(textOf(root)).not.toMatch(/no room|has room/)
  })

  it('stays under it with the longest names, reasons and lists there can be', () => {
    const long = "'é".repeat(500)
    const ids = Array.from({ length: 500 }, (_, index) => `${'c'.repeat(63)}/${'e'.repeat(58)}-${index}`)
    const html = htmlOf(reportWith({
      current: weekOf(ids.map((id) => figuresOf(id, { priceSources: [long + id], unpricedTypes: [long.slice(0, 30) + id], wakeUrl: `https://x.example/${'w'.repeat(2000)}` }))),
      blockers: ids.map((id) => blockerOf(id, { reason: long })),
      advice: ids.flatMap((id, index) => [adviceFor(id, { container: 'k'.repeat(63) }), refusalFor(id, `${long}${String.fromCodePoint(97 + (index % 26))}`)]),
      support: ids.flatMap((id) => [supportOf(id.slice(0, 63)), { kind: 'unknown-version', cluster: id.slice(0, 63), version: '1.99' }]),
      bill: { kind: 'days', days: ids.map((id) => ({ ...reconciled('2026-11-16', 5), why: long + id })) },
      problems: ids.map((id) => ({ text: long + id, times: 3 })),
    }))
    expect(sizeOf(html)).toBeLessThan(100_000)
    expect(sizeOf(html)).toBeLessThanOrEqual(MOST_BYTES)
    expect(() => parseHtml(html)).not.toThrow()
  })

  it('tells what each environment left behind asleep: nodes and reasons, hours, its part an hour and in all', () => {
    const held = blockerOf('us-dev/workers', { reason: 'ip-1 ops/<b>agent</b>: no controller', about: ['us-dev/a', 'us-dev/b'], seconds: 40 * 3600, microUsdByEnvironment: { 'us-dev/a': 7_680_000, 'us-dev/b': 1_920_000 } })
    const failed = blockerOf('us-dev/workers', { kind: 'failed', microUsdByEnvironment: { 'us-dev/a': 1 } })
    const rows = rowsOf(tableAbout(page(reportWith({ blockers: [held, failed] })), 'Nodes that stayed'), 'tbody')
    expect(rows).toEqual([
      ['us-dev/a', 'us-dev/workers: ip-1 ops/<b>agent</b>: no controller', '40.0', '$0.19', '$7.68'],
      ['us-dev/b', 'us-dev/workers: ip-1 ops/<b>agent</b>: no controller', '40.0', '$0.05', '$1.92'],
    ])
    expect(textOf(page(reportWith({ blockers: [failed] })))).toContain('No node is on record that stayed for an environment that slept.')
  })

  it('says of nodes without a known price that it is not known, never $0.00, and where a part of the cost is not', () => {
    const free = blockerOf('us-dev/odd', { reason: 'ip-2: not Ready', about: ['us-dev/a'], microUsdByEnvironment: {}, unattributedMicroUsd: undefined, unpriced: ['us-dev/a'] })
    const mixed = blockerOf('us-dev/workers', { reason: 'ip-1: not Ready', about: ['us-dev/b'], microUsdByEnvironment: { 'us-dev/b': 7_680_000 }, unpriced: ['us-dev/b'] })
    const root = page(reportWith({ blockers: [free, mixed] }))
    expect(rowsOf(tableAbout(root, 'Nodes that stayed'), 'tbody')).toEqual([
      ['us-dev/b', 'us-dev/workers: ip-1: not Ready (price of some not known)', '40.0', '$0.19', '$7.68'],
      ['us-dev/a', 'us-dev/odd: ip-2: not Ready', '40.0', 'price not known', 'price not known'],
    ])
    expect(textOf(root)).not.toContain('No node is on record')
  })

  it('counts those it has no room for whose price is not known apart from what the others cost', () => {
    const blockers = Array.from({ length: 22 }, (_, index) => blockerOf(`us-dev/e${index}`, index < 2 ? { microUsdByEnvironment: {}, unattributedMicroUsd: undefined, unpriced: ['us-dev/a'] } : {}))
    const known = blockerOf('us-dev/z', { microUsdByEnvironment: { 'us-dev/a': 1_000_000 } })
    expect(textOf(page(reportWith({ blockers: [...blockers, known] })))).toContain('3 more, together $1.00 and 2 at a price not known: by environment in')
  })

  it('tells each recipient only of the part of what is theirs', () => {
    const held = blockerOf('us-dev/workers', { about: ['us-dev/a', 'us-dev/b'], microUsdByEnvironment: { 'us-dev/a': 1_000_000, 'us-dev/b': 2_000_000 } })
    const own = blockerOf('us-dev/memory', { about: ['us-dev/a'], microUsdByEnvironment: { 'us-dev/a': 3_000_000 } })
    const root = page(narrow(reportWith({ blockers: [held, own] }), ['us-dev/a']))
    expect(rowsOf(tableAbout(root, 'Nodes that stayed'), 'tbody').map(([name, why]) => [name, why?.split(':')[0]])).toEqual([['us-dev/a', 'us-dev/memory']])
  })

  it('tells of the twenty dearest blockers and what the others cost', () => {
    const blockers = Array.from({ length: 30 }, (_, index) => blockerOf(`us-dev/e${index}`, { microUsdByEnvironment: index === 29 ? {} : { a: 1_000_000 }, unattributedMicroUsd: undefined }))
    const root = page(reportWith({ blockers }))
    expect(rowsOf(tableAbout(root, 'Blockers'), 'tbody')).toHaveLength(20)
    expect(textOf(root)).toContain('10 more in catnap-weekly-2026-11-16-blockers.csv, together $9.00 and 1 of unknown cost.')
  })

  it('shows one who sees only his environments nothing of the others', () => {
    const environments = [figuresOf('us-dev/checkout'), figuresOf('eu-live/payroll')]
    const whole = reportWith({ current: weekOf(environments), previous: weekOf(environments), blockers: [blockerOf('eu-live/payroll')], advice: [adviceFor('eu-live/payroll')] })
    const { html, text, attachments } = reportMail(narrow(whole, ['us-dev/checkout']), undefined)
    const files = attachments.map(({ content }) => new TextDecoder().decode(content)).join('\n')
    expect(html + text + files).not.toMatch(/payroll|eu-live/)
    expect(html).toContain('Catnap saved $40.46 last week (1 environment)')
  })
})

/** WCAG 2.2, relative luminance and contrast ratio. */
const contrast = (a = '', b = ''): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const luminance = (colour: string): number => {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
