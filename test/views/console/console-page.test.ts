import { describe, expect, it } from 'vitest'
import { type Stranded, type StrandedNode, strandedOf } from '../../../lib/domain/stranded.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { consolePage, notePage } from '../../../lib/views/console/console-page.ts'
import type { ConsoleView } from '../../../lib/views/console/console-view.ts'
import { adviceFor, blockerOf, priced, refusalFor, savingsWith } from '../../domain/report-builders.ts'
import { all, descendants, type Element, outward, parseHtml, textOf } from '../parse-html.ts'
import { clusterWith, consoleViewWith, dayWith, entryWith, fleetWith, NOW, poolNodesWith, statusWith } from './console-view-with.ts'

const pageOf = (changes: Partial<ConsoleView> = {}): Element => parseHtml(consolePage(consoleViewWith(changes)))

const byId = (page: Element, id: string): Element => {
  const [found, second] = descendants(page).filter(({ attributes }) => attributes['id'] === id)
  if (found === undefined || second !== undefined) throw new Error(`found ${found === undefined ? 'no' : 'more than one'} element with the id "${id}", expected one`)
  return found
}

const textById = (page: Element, id: string): string => textOf(byId(page, id))

/** Method, path and buttons of the form in the row of us-dev/shop. */
const formOf = (phase: 'awake' | 'asleep') => {
  const [form] = all(byId(pageOf({ statuses: [statusWith({ phase })] }), 'us-dev/shop'), 'form')
  return [form?.attributes['method'], form?.attributes['action'], ...all(form ?? parseHtml(''), 'button').map(({ attributes }) => attributes['formaction'] ?? attributes['aria-label'])]
}

const isLive = ({ attributes }: Element): boolean => attributes['data-live'] !== undefined

const entryIds = (history: ConsoleView['history']) => all(byId(pageOf({ history }), 'decisions-list'), 'li').map(({ attributes }) => attributes['id'])

const node = (name: string, why = 'not Ready') => ({ node: name, why, microUsdPerHour: 192_000 })

const strandedWith = (...nodes: readonly StrandedNode[]): Stranded => {
  const stranded = strandedOf(nodes, [])
  if (stranded === undefined) throw new Error('expected a node')
  return stranded
}

describe('the headline', () => {
  it('sets what nodes cost now beside what they would always on', () => {
    expect(textById(pageOf(), 'figure-now')).toBe('Nodes cost now $0.19/h of $1.34/h always on')
  })

  it('says when the ledger’s first hour closes while there is none', () => {
    expect(textById(pageOf(), 'figure-today')).toBe('Avoided today – the ledger’s first hour closes at 22:00')
  })

  it('says what was realised today, to which hour, over all clusters: as far as the slowest of them', () => {
    const days = [
      dayWith('2026-03-24', { realized: priced(99) }),
      dayWith('2026-03-25', { realized: priced(12.3, 64), avoidedNodeSeconds: 64 * 3600 }),
      dayWith('2026-03-25', { realized: priced(1), avoidedNodeSeconds: 3600 }, { cluster: 'eu-staging', upTo: instant('2026-03-25T19:00:00Z') }),
    ]
    expect(textById(pageOf({ days }), 'figure-today')).toBe('Avoided today $13.30 realised: 65.0 node-hours off the bill until 20:00')
  })

  it('counts stranded nodes and what they cost', () => {
    const odd = { node: 'ip-3', why: 'not Ready' }
    expect(textById(pageOf({ pools: [poolNodesWith({ stranded: strandedWith(node('ip-1'), node('ip-2')) })] }), 'figure-stranded')).toBe('Stranded now $0.38/h 2 nodes nobody uses')
    expect(textById(pageOf({ pools: [poolNodesWith({ stranded: strandedWith(node('ip-1'), odd) })] }), 'figure-stranded')).toBe('Stranded now $0.19/h 2 nodes nobody uses without 1 node: no price is known')
    expect(textById(pageOf({ pools: [poolNodesWith({ stranded: strandedWith(odd) })] }), 'figure-stranded')).toBe('Stranded now not known 1 node nobody uses without 1 node: no price is known')
    expect(textById(pageOf({ pools: [poolNodesWith({ running: 5, leaving: 4 })] }), 'figure-stranded')).toBe('Stranded now $0.00/h what sleeps holds no node')
  })

  it('names types without a price instead of counting them as nothing', () => {
    const { microUsdPerHour: _, ...unpriced } = poolNodesWith({ instanceType: 'x9.huge' })
    expect(textById(pageOf({ pools: [poolNodesWith(), unpriced] }), 'figure-now')).toContain('without x9.huge: no price is known')
  })

  it('counts who is awake, asleep and on the way', () => {
    const statuses = (['awake', 'asleep', 'asleep', 'waking'] as const).map((phase, index) => statusWith({ id: `us-dev/e${index}`, name: `e${index}`, phase }))
    expect(textById(pageOf({ statuses }), 'figure-environments')).toBe('Environments 1 awake, 2 asleep, 1 on their way')
  })
})

describe('an environment', () => {
  it('shows its phase by a word and a shape, its next change, why, and the way to its address', () => {
    const row = byId(pageOf(), 'us-dev/shop')
    expect(textOf(row)).toMatch(/^shop asleep since Wed 19:00 awake Thu 07:57 Paris outside hours; next is Mon-Fri 08:00-19:00 Europe\/Paris/)
    expect(all(row, 'path')).toHaveLength(1)
    expect(all(row, 'a')[0]?.attributes['href']).toBe('http://shop.localhost:4780/')
  })

  it('has a shape of its own in every phase', () => {
    const shapes = (['awake', 'waking', 'falling-asleep', 'asleep'] as const).map((phase) => all(byId(pageOf({ statuses: [statusWith({ phase })] }), 'us-dev/shop'), 'path')[0]?.attributes['d'])
    expect(new Set(shapes).size).toBe(4)
  })

  it('is woken or sent to sleep, and kept awake, by a form', () => {
    expect(formOf('asleep')).toEqual(['post', '/console/environments/us-dev/shop/wake', 'Wake us-dev/shop', '/console/environments/us-dev/shop/stay-awake'])
    expect(formOf('awake')).toEqual(['post', '/console/environments/us-dev/shop/sleep', 'Sleep us-dev/shop', '/console/environments/us-dev/shop/stay-awake'])
  })

  it('has no button where nothing would come of it, and says so', () => {
    const observed = pageOf({ fleet: fleetWith({ mode: 'observe' }) })
    expect(all(observed, 'form')).toEqual([])
    expect(textById(observed, 'us-dev/shop')).toContain('only observed')
    const paused = pageOf({ statuses: [statusWith({}, { decision: { desired: 'as-it-is', rule: 'paused', reason: 'the fleet is paused by ada since 2026-03-25T20:00:00Z' } })] })
    expect(all(paused, 'form')).toEqual([])
    expect(textById(paused, 'us-dev/shop')).toContain('left as it is: the fleet is paused by ada since Wed 21:00')
  })

  it('without an address of its own is reached by its id', () => {
    const { terms } = statusWith().environment
    const page = pageOf({ statuses: [statusWith({ terms: { ...terms, wake: { ...terms.wake, hosts: [] } } })] })
    expect(all(byId(page, 'us-dev/shop'), 'a')[0]?.attributes['href']).toBe('/e/us-dev/shop')
  })

  it('tells what is in its way, and how far it has come', () => {
    const problem = { text: 'pods of web are not ready', since: NOW, times: 3 }
    expect(textById(pageOf({ statuses: [statusWith({ phase: 'waking', problem })] }), 'us-dev/shop')).toContain('Problem, tried 3 times: pods of web are not ready')
    const progress = { workloads: { done: 2, total: 9 }, nodes: { done: 0, total: 1 }, waitingFor: 'a node' }
    const rising = statusWith({ phase: 'waking', progress }, { decision: { desired: 'awake', rule: 'lease', reason: 'kept awake by ada until 2026-03-25T22:30:00Z' } })
    expect(textById(pageOf({ statuses: [rising] }), 'us-dev/shop')).toContain('kept awake by ada until Wed 23:30 – 2 of 9 workloads, waiting for a node')
  })

  it('says what runs although it sleeps', () => {
    const remains = [{ by: 'hand', text: 'Deployment shop/web runs by hand: 1 replica' }, { by: 'owner', text: 'StatefulSet shop/db belongs to Kafka main' }] as const
    expect(textById(pageOf({ statuses: [statusWith({ phase: 'asleep', remains })] }), 'us-dev/shop')).toContain('partly awake, by hand: Deployment shop/web runs by hand: 1 replica, and 1 more; ')
  })

  it('whose name is markup stays a name', () => {
    expect(consolePage(consoleViewWith({ statuses: [statusWith({ problem: { text: '<img src=x onerror=alert(1)>', since: NOW, times: 1 } })] }))).not.toContain('<img')
  })
})

describe('a cluster', () => {
  it('tells its region, mode, who is up and what it costs', () => {
    expect(textById(pageOf(), 'cluster:us-dev:head')).toBe('us-dev us-east-1 · acts · 0 of 1 environment up · $0.19/h of $1.34/h')
  })

  it('tells who paused it and what is wrong with its nodes', () => {
    const clusters = [clusterWith({ pause: { by: 'ada', at: NOW, why: 'release' }, problem: { text: 'not let in', since: NOW, times: 1 } })]
    expect(textById(pageOf({ clusters }), 'cluster:us-dev:head')).toContain('Paused by ada since Wed 21:30: release Problem with its nodes, tried once: not let in')
  })
})

describe('nodes coming and going', () => {
  it('are told in words beside the picture, and as a table', () => {
    const page = pageOf()
    expect(textById(page, 'cost-words')).toBe('Between $0.19 and $1.34 an hour, now $0.19; always on it would be $1.34.')
    expect(textById(page, 'pool:us-dev/workers')).toBe('workers us-dev 1 of 7')
    expect(all(byId(page, 'pool:us-dev/workers'), 'svg')[0]?.attributes['aria-label']).toBe('m5.xlarge: between 1 and 7 nodes, now 1')
    expect(all(byId(page, 'hours'), 'tr').map(textOf)).toEqual(['TimeUSD an hourus-dev/workers', '21:30$0.191', '21:00$1.347'])
  })

  it('say how many are leaving, and which pools Catnap leaves alone', () => {
    const { keep: _, ...alone } = poolNodesWith({ name: 'system', running: 2, original: 2 })
    const page = pageOf({ pools: [poolNodesWith({ leaving: 2 }), alone] })
    expect(textById(page, 'pool:us-dev/workers')).toContain('2 leaving')
    expect(textById(page, 'pool:us-dev/system')).toContain('left alone')
  })

  it('are drawn for a fleet in its first minute, too', () => {
    expect(consolePage(consoleViewWith({ steps: [NOW], pools: [poolNodesWith({ counts: [7] })] }))).not.toMatch(/NaN|Infinity/)
  })
})

describe('money', () => {
  it('shows the days newest first, realised apart from potential and stranded', () => {
    const page = pageOf({ days: [dayWith('2026-03-24', { realized: priced(29.1), avoidedNodeSeconds: 156 * 3600 }), dayWith('2026-03-25', { realized: priced(2), potential: priced(5), stranded: priced(1) })] })
    expect(all(byId(page, 'ledger'), 'tr').slice(1).map(textOf)).toEqual(['Today until 21:000.0$2.00$5.00$1.00$0.00', 'Tue 24 Mar 2026156.0$29.10$0.00$0.00$0.00'])
  })

  it('shows what is stranded with what holds it, and none of the nodes that only have not left yet', () => {
    const held = poolNodesWith({ name: 'memory', running: 2, stranded: strandedWith(node('ip-10-0-3-9', 'search/reindex: no controller')) })
    const leaving = poolNodesWith({ running: 3, leaving: 2 })
    const rows = all(byId(pageOf({ pools: [held, leaving] }), 'stranded'), 'tr').slice(1).map(textOf)
    expect(rows).toEqual(['us-dev/memory1$0.19ip-10-0-3-9 search/reindex: no controller'])
  })

  it('shows the nodes each sleeping environment left behind, its part of what they cost, and why they stay', () => {
    const dear = { node: 'ip-10-0-3-9', why: 'search/<b>reindex</b>: no controller: nobody would bring it back', pool: 'us-dev/memory', sharedWith: [], microUsdPerHour: 504_000, partMicroUsdPerHour: 504_000 }
    const shared = { ...dear, node: 'ip-10-0-3-8', why: 'not Ready', sharedWith: ['us-dev/a', 'us-dev/b', 'us-dev/c', 'us-dev/d'], partMicroUsdPerHour: 126_000 }
    const left = [{ environment: 'us-dev/search', nodes: 9, unpriced: 0, microUsdPerHour: 1_000_000, dearest: [dear, shared] }]
    const view = consoleViewWith({ pools: [poolNodesWith({ stranded: strandedWith(node('ip-10-0-3-9')) })], left })
    expect(all(byId(parseHtml(consolePage(view)), 'stranded'), 'tr').slice(3).map(textOf)).toEqual([
      'us-dev/searchip-10-0-3-9 us-dev/memory$0.50search/<b>reindex</b>: no controller: nobody would bring it back',
      'us-dev/searchip-10-0-3-8 us-dev/memory$0.13 of $0.50, shared with us-dev/a, us-dev/b and 2 morenot Ready',
      'us-dev/search7 nodes more$0.37catnap status us-dev/search names more of them',
    ])
    expect(consolePage(view)).not.toContain('<b>reindex')
    expect(textById(pageOf({ pools: view.pools }), 'stranded')).toContain('No environment is known to have left these.')
  })

  it('shows the blockers of today with their cost', () => {
    const { unattributedMicroUsd: _, ...blocker } = blockerOf('us-dev/search')
    const page = pageOf({ days: [dayWith('2026-03-25', {}, { blockers: [blocker] })] })
    expect(textById(page, 'stranded')).toContain('us-dev/search40.0$7.68Pod us-dev/search/db-0 is owned by no controller')
  })

  it('calls the bill simulated', () => {
    expect(textById(pageOf(), 'money-aside')).toBe('Simulated bill for nodes since Mon 01:00: $12.34 for 64.0 node-hours')
  })
})

describe('right-sizing', () => {
  it('shows what is worth most first, and why there is none on others', () => {
    const lines = [adviceFor('us-dev/a', { microUsdPerMonth: 1e6 }), adviceFor('us-dev/b', { microUsdPerMonth: 9e6 }), refusalFor('us-dev/c', 'HorizontalPodAutoscaler web steers its CPU')]
    const page = pageOf({ advice: lines.map((line) => ({ ...line, at: NOW })) })
    expect(all(byId(page, 'advice'), 'tr').slice(1).map(textOf)).toEqual([
      'web/server Deployment, us-dev/b 1000m250m 2048Mi700Mi $9.00medium 72.0 h awake',
      'web/server Deployment, us-dev/a 1000m250m 2048Mi700Mi $1.00medium 72.0 h awake',
    ])
    expect(textById(page, 'advice')).toContain('No advice on 1 container: HorizontalPodAutoscaler web steers its CPU (1).')
    expect(textById(page, 'right-sizing-aside')).toContain('2 recommendations worth $10.00 a month: potential')
  })
})

describe('decisions', () => {
  it('are told to a screen reader as they come, and nothing else is', () => {
    const live = descendants(pageOf()).filter(({ attributes }) => attributes['aria-live'] !== undefined || attributes['role'] === 'status' || attributes['role'] === 'alert')
    expect(live.map(({ attributes }) => [attributes['id'], attributes['aria-live']])).toEqual([['decisions-list', 'polite']])
  })

  it('have the same id each time they are shown, and another for another', () => {
    expect(entryIds([entryWith()])).toEqual(entryIds([entryWith()]))
    expect(new Set(entryIds([entryWith(), entryWith({ what: 'decision' }), entryWith({ at: later(NOW, 1) })])).size).toBe(3)
  })

  it('are told by the clock of the fleet', () => {
    expect(textById(pageOf(), 'decisions-list')).toBe('Wed 19:00:10 us-dev/shop phase asleep: outside hours; next is Thu 08:00')
  })
})

describe('the mailbox', () => {
  it('lists the mails, newest first, with a link to read them', () => {
    const mails = [{ at: NOW, to: ['finops@example.com'], subject: 'Catnap saved $29.10 last week' }, { at: later(NOW, -86_400), to: ['a@example.com', 'b@example.com'], subject: 'Catnap saved nothing' }]
    const page = pageOf({ mails })
    expect(all(byId(page, 'mails'), 'li').map(textOf)).toEqual(['Wed 21:30 Catnap saved $29.10 last week to finops@example.com', 'Tue 21:30 Catnap saved nothing to a@example.com, b@example.com'])
    expect(all(byId(page, 'mailbox'), 'a')[0]?.attributes['href']).toBe('/console/mailbox')
  })

  it('says when the first mail comes, and which report did not go out', () => {
    const fleet = fleetWith({ reports: [{ name: 'finops', to: ['finops@example.com'], every: 'Mon 08:00' }] })
    expect(textById(pageOf({ fleet }), 'no-mail')).toBe('No mail yet: finops goes out Mon 08:00 (Europe/Paris).')
    const sendings = [{ key: 'k', recipient: 'finops', state: 'failed', at: NOW, times: 2, problem: 'the address is not verified', againAt: later(NOW, 3600) }] as const
    expect(textById(pageOf({ fleet, sendings }), 'unsent')).toBe('finops was not sent Wed 21:30, tried 2 times: the address is not verified; again Wed 22:30')
  })
})

describe('the page', () => {
  const full = pageOf({
    days: [dayWith('2026-03-25', savingsWith({ realized: priced(2) }), { blockers: [] })],
    pools: [poolNodesWith({ stranded: strandedWith(node('ip-1')), running: 2 })],
    left: [{ environment: 'us-dev/shop', nodes: 1, unpriced: 1, microUsdPerHour: 0, dearest: [{ node: 'ip-1', why: 'not Ready', pool: 'us-dev/workers', sharedWith: [] }] }],
    advice: [{ ...adviceFor('us-dev/shop'), at: NOW }],
    mails: [{ at: NOW, to: ['finops@example.com'], subject: 'Catnap saved nothing' }],
  })

  it('has no script and no style of its own, and asks nobody else for anything', () => {
    expect(all(full, 'style')).toEqual([])
    expect(all(full, 'script').map((script) => [script.attributes['src'], textOf(script)])).toEqual([['/console/console.js', '']])
    expect(descendants(full).flatMap(({ attributes }) => Object.keys(attributes).filter((name) => name === 'style' || name.startsWith('on')))).toEqual([])
    const loaded = descendants(full).flatMap(({ tag, attributes }) => (tag === 'link' || tag === 'script' ? [attributes['href'] ?? attributes['src'] ?? ''] : []))
    expect(loaded.every((path) => path.startsWith('/console/'))).toBe(true)
  })

  it('has every id once, and every label leads to one', () => {
    const ids = descendants(full).flatMap(({ attributes }) => attributes['id'] ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const wanted = descendants(full).flatMap(({ attributes }) => [...(attributes['aria-labelledby']?.split(' ') ?? []), ...(attributes['href']?.startsWith('#') === true ? [attributes['href'].slice(1)] : [])])
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([])
  })

  it('has its landmarks, a way past the header, and headings without a gap', () => {
    expect([...all(full, 'header'), ...all(full, 'nav'), ...all(full, 'main'), ...all(full, 'footer')].map(({ tag }) => tag)).toEqual(['header', 'nav', 'main', 'footer'])
    expect(all(full, 'a')[0]?.attributes['href']).toBe('#environments')
    const levels = descendants(full).flatMap(({ tag }) => (/^h[1-6]$/.test(tag) ? [Number(tag[1])] : []))
    expect(levels[0]).toBe(1)
    expect(levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0) + 1)).toBe(true)
  })

  it('has tables with a caption and scoped heads, each in a box that scrolls by keyboard', () => {
    const tables = all(full, 'table')
    expect(tables.length).toBeGreaterThan(4)
    for (const table of tables) {
      expect(all(table, 'caption')).toHaveLength(1)
      expect(all(table, 'th').every(({ attributes }) => attributes['scope'] !== undefined)).toBe(true)
      expect(outward(table).some(({ attributes }) => attributes['tabindex'] === '0' && attributes['role'] === 'region' && attributes['aria-label'] !== undefined)).toBe(true)
    }
  })

  it('gives every part that changes an id, and none lies in another', () => {
    const parts = descendants(full).filter((each) => isLive(each) || (each.parent?.attributes['data-list'] !== undefined && !descendants(each).some(isLive)))
    expect(parts.filter(({ attributes }) => attributes['id'] === undefined)).toEqual([])
    expect(parts.filter((part) => outward(part).slice(1).some((around) => parts.includes(around)))).toEqual([])
  })

  it('says something for a fleet with nothing in it', () => {
    const empty = pageOf({ clusters: [], statuses: [], pools: [], history: [], steps: [] })
    for (const words of ['No environment is delivered yet', 'No pool is known yet', 'Nothing is decided yet', 'No advice yet', 'Nothing is stranded now', 'No mail']) expect(textOf(empty)).toContain(words)
  })

  it('is a page with words and a way back where nothing came of a click', () => {
    const note = parseHtml(notePage('Nothing was done', 'Catnap is paused, by <ada>.'))
    expect(textOf(all(note, 'main')[0] ?? note)).toBe('Nothing was doneCatnap is paused, by <ada>.Back to the console')
  })
})
