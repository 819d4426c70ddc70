import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_FIGURES } from '../../lib/domain/report/report.ts'
import { totalsOf } from '../../lib/domain/report/totals.ts'
import { csv, csvFile, tableOf } from '../../lib/views/mail/csv.ts'
import { reportMail } from '../../lib/views/mail/report-mail.ts'
import { adviceFor, blockerOf, figuresOf, priced, refusalFor, reportWith, savingsWith, unpriced, weekOf } from '../domain/report-builders.ts'

/** Reads RFC 4180. */
const readCsv = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const field = (cell: string | number | null | undefined): string => csv({ header: [], rows: [[cell]] }).slice(2, -2)

/** Without the apostrophe that defuses. */
const armed = (cell: string): string => cell.replace(/^'(?=[\t\r\n ]*[=+\-@|＝＋－＠]|[\t\r\n])/, '')

const fileOf = (mail: ReturnType<typeof reportMail>, what: string) => {
  const text = new TextDecoder().decode(mail.attachments.find(({ fileName }) => fileName.endsWith(`-${what}.csv`))?.content)
  const [header = [], ...rows] = readCsv(text.replace('\uFEFF', ''))
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? '?'])))
}

describe('a CSV', () => {
  it('quotes as RFC 4180 has it, doubles quotes, ends lines with CRLF', () => {
    expect(csv({ header: ['a', 'b,c'], rows: [['x "y"', 'line\nline'], ['', 7]] })).toBe('a,"b,c"\r\n"x ""y""","line\nline"\r\n,7\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '|calc', '＝1+1', '-2+3+cmd|\' /C calc\'!A0'])('defuses %j, which a spreadsheet would run', (text) => {
    expect(field(text)).toBe(`"'${text}"`)
  })

  it('leaves numbers numbers, negative ones too, without an exponent', () => {
    expect([-12.5, 0, -0, 1e-7, 1234567.891, 1e21].map(field)).toEqual(['-12.5', '0', '0', '0.0000001', '1234567.891', '1000000000000000000000'])
  })

  it('leaves empty what is not known, and what is no number', () => {
    expect([undefined, null, Number.NaN, Number.POSITIVE_INFINITY].map(field)).toEqual(['', '', '', ''])
  })

  it('reads back as it was written, whatever the text, but for the apostrophe that defuses', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
      const [header = [], ...others] = rows
      const read = readCsv(csv({ header, rows: others }))
      expect(read.map((row) => row.map(armed))).toEqual(rows.map((row) => row.map(armed)))
    }))
  })

  it('is a file with a byte order mark, so that a double click shows é as é', () => {
    const bytes = csvFile({ header: ['é'], rows: [] })
    expect(bytes.slice(0, 3)).toEqual(new Uint8Array([0xef, 0xbb, 0xbf]))
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).toBe('\uFEFFé\r\n')
  })
})

describe('the files of a mail', () => {
  it('have every environment, and their money adds up to the totals of the report exactly', () => {
    const current = weekOf(Array.from({ length: 500 }, (_, index) => figuresOf(`c/e${index}`, { savings: savingsWith({ realized: priced(index * 1.000001), potential: priced(0.3) }), ownMicroUsd: index })), { unattributed: { ...NO_FIGURES, ownMicroUsd: 13 } })
    const rows = fileOf(reportMail(reportWith({ current }), undefined), 'environments')
    const totals = totalsOf(current)
    const sum = (column: string): number => rows.reduce((total, row) => total + Math.round(Number(row[column]) * 1e6), 0)
    expect(rows).toHaveLength(501)
    expect(rows.at(-1)?.['x_Environment']).toBe('(of no environment)')
    expect(sum('x_NetSaving')).toBe(totals.netMicroUsd)
    expect(sum('x_RealizedSaving')).toBe(totals.savings.realized.microUsd)
    expect(sum('x_OwnCost')).toBe(totals.ownMicroUsd)
    expect(sum('x_PotentialSaving')).toBe(totals.savings.potential.microUsd)
  })

  it('name period and currency as FOCUS 1.2 does and everything of our own with x_', () => {
    for (const { content } of reportMail(reportWith(), undefined).attachments) {
      const [header = []] = readCsv(new TextDecoder().decode(content))
      expect(header.slice(0, 3)).toEqual(['ChargePeriodStart', 'ChargePeriodEnd', 'BillingCurrency'])
      expect(header.slice(3).every((name) => name.startsWith('x_'))).toBe(true)
      expect(new Set(header).size).toBe(header.length)
    }
  })

  it('leave an amount empty that has no price, and count its node-hours', () => {
    const current = weekOf([figuresOf('c/e', { savings: savingsWith({ realized: unpriced(12), avoidedNodeSeconds: 43_200 }) })])
    expect(fileOf(reportMail(reportWith({ current }), undefined), 'environments')[0]).toMatchObject({
      ChargePeriodStart: '2026-11-15T23:00:00Z', ChargePeriodEnd: '2026-11-22T23:00:00Z', BillingCurrency: 'USD',
      x_NetSaving: '', x_RealizedSaving: '', x_AvoidedNodeHours: '12', x_UnpricedAvoidedNodeHours: '12',
    })
  })

  it('have each blocker with its whole reason, and each container with its advice or why there is none', () => {
    const reason = `Pod a/b: ${'long '.repeat(200)}`.trim()
    const mail = reportMail(reportWith({ blockers: [blockerOf('us-dev/a', { reason })], advice: [adviceFor('us-dev/a'), refusalFor('us-dev/b', 'too little data')] }), undefined)
    expect(fileOf(mail, 'blockers')[0]).toMatchObject({ x_Subject: 'us-dev/a', x_Kind: 'blocked', x_Reason: reason, x_Cost: '7.68', x_Hours: '40' })
    expect(fileOf(mail, 'advice')).toMatchObject([
      { x_Workload: 'web', x_CpuMilliNow: '1000', x_CpuMilliAdvised: '250', x_SavingPerMonth: '12.5', x_Confidence: 'medium' },
      { x_Environment: 'us-dev/b', x_CpuMilliAdvised: '', x_SavingPerMonth: '', x_Reasons: 'refused: too little data' },
    ])
  })

  it('name the environments to which nodes without a known price were left, beside a cost that is empty or not all', () => {
    const free = blockerOf('us-dev/odd', { microUsdByEnvironment: {}, unattributedMicroUsd: undefined, unpriced: ['us-dev/a', 'us-dev/b'] })
    expect(fileOf(reportMail(reportWith({ blockers: [free, blockerOf('us-dev/a')] }), undefined), 'blockers')).toMatchObject([
      { x_Cost: '7.68', x_PriceNotKnownFor: '' }, { x_Cost: '', x_PriceNotKnownFor: 'us-dev/a us-dev/b' },
    ])
  })

  it('take records as a table, and an unknown cost of FOCUS as an empty field', () => {
    expect(csv(tableOf([{ BilledCost: 1.5, RegionId: 'us-east-1' }, { BilledCost: null, RegionId: null }]))).toBe('BilledCost,RegionId\r\n1.5,us-east-1\r\n,\r\n')
    expect(tableOf([], ['BilledCost'])).toEqual({ header: ['BilledCost'], rows: [] })
  })

  it('take the rows of the ledger as they are given', () => {
    const mail = reportMail(reportWith(), { header: ['BilledCost', 'ServiceName'], rows: [[1.5, 'Amazon EC2'], [-0.25, '=bad()']] })
    expect(fileOf(mail, 'ledger')).toEqual([{ BilledCost: '1.5', ServiceName: 'Amazon EC2' }, { BilledCost: '-0.25', ServiceName: "'=bad()" }])
    expect(mail.text).toContain('catnap-weekly-2026-11-16-ledger.csv: The ledger, FOCUS 1.2 columns, 2 rows.')
    expect(mail.attachments.map(({ contentType }) => contentType)).toEqual(['text/csv', 'text/csv', 'text/csv', 'text/csv'])
  })

  it('stay away when they are too large for a mail, and the mail says so', () => {
    const mail = reportMail(reportWith(), { header: ['a'], rows: Array.from({ length: 50_000 }, () => ['x'.repeat(100)]) })
    expect(mail.attachments.map(({ fileName }) => fileName)).not.toContain('catnap-weekly-2026-11-16-ledger.csv')
    expect(mail.text.replaceAll('\n', ' ')).toContain('catnap-weekly-2026-11-16-ledger.csv is not attached')
  })
})
