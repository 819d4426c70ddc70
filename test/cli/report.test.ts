import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { historyCommand } from '../../lib/cli/commands/history.ts'
import { reportCommand } from '../../lib/cli/commands/report.ts'
import { parseCadence } from '../../lib/domain/report/cadence.ts'
import { dayNumber } from '../../lib/domain/calendar-date.ts'
import { localDay } from '../../lib/domain/ledger/local-day.ts'
import { duePeriod, periodDays } from '../../lib/domain/report/period.ts'
import { instant } from '../../lib/domain/time.ts'
import { clusterDay, environmentDay } from '../domain/build-cluster-day.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()

const REPORTS = `reports:
  finops: { to: [finops@example.com], every: Mon 08:00 }
  shop-team: { to: [shop@example.com], every: daily 08:00, environments: [us-dev/shop] }
`

/** The fleet with two reports, and its ledger of the week before. */
const withLedger = async (days = 7): Promise<void> => {
  await desk.deliver(`${INTENT}${REPORTS}`)
  const { ledgers } = desk.connection()
  const environments = [environmentDay('us-dev/shop'), environmentDay('us-dev/demo')]
  for (const day of periodDays(duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', NOW)).slice(0, days)) await ledgers.keepDay(clusterDay(day, { environments }))
}

describe('catnap report preview', () => {
  it('shows what the mail would say, and sends nothing', async () => {
    await withLedger()
    const { code, out, err } = await desk.run(reportCommand, ['report', 'preview', 'finops'])
    expect(code).toBe(0)
    expect(err).not.toContain('would not be sent')
    expect(out.split('\n').slice(0, 4)).toEqual([
      'finops: Mon 08:00 (Europe/Paris) to finops@example.com, on the whole fleet; nothing was sent',
      'Subject: Catnap saved $32.25 last week (2 environments)',
      '',
      'What Catnap saved: Mon 16 Nov 2026 to Sun 22 Nov 2026, Europe/Paris',
    ])
    expect(await desk.connection().sendings.latest('finops', 1)).toEqual([])
  })

  it('holds only the environments of the report', async () => {
    await withLedger()
    const { out } = await desk.run(reportCommand, ['report', 'preview', 'shop-team', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      name: 'shop-team', to: ['shop@example.com'], every: 'daily 08:00', ledger: 'closed',
      period: { kind: 'daily', firstDay: '2026-11-22', lastDay: '2026-11-22', from: '2026-11-21T23:00:00Z' },
      subject: 'Catnap saved $2.30 on Sun 22 Nov (1 environment)',
      totals: { environments: 1, asleepSeconds: 43_200 },
      attachments: [{ fileName: 'catnap-daily-2026-11-22-environments.csv', bytes: expect.any(Number) }],
    })
    expect(out).not.toContain('us-dev/demo')
  })

  it('writes the mail and its tables where it is told to', async () => {
    await withLedger()
    const folder = await mkdtemp(path.join(tmpdir(), 'catnap-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const { code, err } = await desk.run(reportCommand, ['report', 'preview', 'finops', '--html', path.join(folder, 'mail.html'), '--csv', path.join(folder, 'tables')])
    expect(code).toBe(0)
    expect(err).toContain(`wrote ${path.join(folder, 'mail.html')}`)
    expect(await readFile(path.join(folder, 'mail.html'), 'utf8')).toMatch(/^<!doctype html>/i)
    expect(await readdir(path.join(folder, 'tables'))).toEqual(['catnap-weekly-2026-11-16-environments.csv', 'catnap-weekly-2026-11-16-ledger.csv'])
    const ledger = await readFile(path.join(folder, 'tables/catnap-weekly-2026-11-16-ledger.csv'), 'utf8')
    expect(ledger.split('\r\n')[1]).toMatch(/us-east-1,,us-dev\/workers,Node pool/)
  })

  it('says why the mail would wait, and how to see the period that runs', async () => {
    await withLedger(6)
    const { code, out, err } = await desk.run(reportCommand, ['report', 'preview', 'finops'])
    expect(code).toBe(0)
    expect(err).toContain('the mail would not be sent yet: the ledger of us-dev does not reach the end of 2026-11-22; the period that runs: catnap report preview finops --at 2026-11-30T07:00:00Z')
    expect(out).toContain('days of us-dev that are not in the ledger: once')
  })

  it('shows the first report where none is named, and says which it is', async () => {
    await withLedger()
    const { code, out, err } = await desk.run(reportCommand, ['report', 'preview'])
    expect(code).toBe(0)
    expect(out).toMatch(/^finops: Mon 08:00/)
    expect(err).toContain('this is finops; there are: finops, shop-team')
  })

  it('tells of the period that runs where the ledger is younger than the one that is due', async () => {
    await withLedger(0)
    await desk.connection().ledgers.keepDay(clusterDay(localDay('Europe/Paris', dayNumber('2026-11-23') ?? 0), { upTo: NOW }))
    const { out, err } = await desk.run(reportCommand, ['report', 'preview', 'finops'])
    expect(out).toContain('What Catnap saved: Mon 23 Nov 2026 to Sun 29 Nov 2026')
    expect(err).toContain('nothing from 2026-11-16 to 2026-11-22 is in the ledger: this is the period that runs')
  })

  it('prints the table of environments where it is told no folder for the tables', async () => {
    await withLedger()
    const { out } = await desk.run(reportCommand, ['report', 'preview', 'shop-team', '--csv'])
    const [header, ...rows] = out.trimEnd().split(/\r?\n/)
    expect(header).toMatch(/^ChargePeriodStart,ChargePeriodEnd,BillingCurrency,x_Environment,/)
    expect(rows.map((row) => row.split(',').slice(0, 4))).toEqual([['2026-11-21T23:00:00Z', '2026-11-22T23:00:00Z', 'USD', 'us-dev/shop']])
  })

  it('says where it could not write, and what to do', async () => {
    await withLedger()
    const { code, err } = await desk.run(reportCommand, ['report', 'preview', 'finops', '--html', '/dev/null/mail.html'])
    expect(code).toBe(1)
    expect(err).toContain('could not write /dev/null/mail.html (')
    expect(err).toContain('name a place that can be written to')
  })

  it('tells of the period that is due at another instant', async () => {
    await withLedger()
    const { out } = await desk.run(reportCommand, ['report', 'preview', 'shop-team', '--at', '2026-11-18T09:00:00+01:00'])
    expect(out).toContain('What Catnap saved: Tue 17 Nov 2026, Europe/Paris')
  })

  it.each([
    [['finop'], 1, 'there is no report "finop": did you mean "finops"?; there are: finops, shop-team'],
    [['weekly'], 1, 'there is no report "weekly"; there are: finops, shop-team'],
    [['finops', '--at', 'tomorrow'], 2, 'not an instant: found "tomorrow"'],
  ])('refuses %j and says what there is', async (args, code, message) => {
    await withLedger(0)
    const said = await desk.run(reportCommand, ['report', 'preview', ...args])
    expect(said.code).toBe(code)
    expect(said.err).toContain(message)
  })

  it('says how to begin where there is no report', async () => {
    expect((await desk.run(reportCommand, ['report', 'preview'])).err).toContain('nothing is delivered yet')
    await desk.deliver()
    expect((await desk.run(reportCommand, ['report', 'preview'])).err).toContain('the intent names no report; expected one under reports')
  })
})

describe('catnap report list', () => {
  it('shows who is told what and when, and what became of the last mail', async () => {
    await withLedger(0)
    await desk.connection().sendings.put({
      key: 'finops/weekly/2026-11-16', recipient: 'finops', state: 'failed', at: instant('2026-11-23T07:40:00Z'), times: 1,
      problem: 'MessageRejected: Email address is not verified', againAt: instant('2026-11-23T08:30:00Z'),
    }, undefined)
    const { out } = await desk.run(reportCommand, ['report', 'list'])
    expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'times in Europe/Paris',
      'REPORT | EVERY | NEXT | LAST | OF | ABOUT | TO | NOTE',
      'finops | Mon 08:00 | Mon 30 Nov 08:00 | failed Mon 08:40 | 2026-11-16 | the whole fleet | finops@example.com | MessageRejected: Email address is not verified; again from Mon 09:30',
      'shop-team | daily 08:00 | Tue 08:00 | none yet | - | us-dev/shop | shop@example.com',
      '',
    ])
    expect(JSON.parse((await desk.run(reportCommand, ['report', 'list', '--json'])).out)).toEqual([
      {
        name: 'finops', to: ['finops@example.com'], every: 'Mon 08:00', next: '2026-11-30T07:00:00Z',
        last: { key: 'finops/weekly/2026-11-16', state: 'failed', at: '2026-11-23T07:40:00Z', times: 1, problem: 'MessageRejected: Email address is not verified', againAt: '2026-11-23T08:30:00Z' },
      },
      { name: 'shop-team', to: ['shop@example.com'], every: 'daily 08:00', environments: ['us-dev/shop'], next: '2026-11-24T07:00:00Z' },
    ])
  })

  it('says how to name one where there is none', async () => {
    expect(await desk.run(reportCommand, ['report', 'list'])).toMatchObject({ code: 0, out: 'the intent names no report; name one under reports and run: catnap apply catnap.yaml\n' })
  })
})

describe('catnap history', () => {
  it('tells of a report to which nothing has happened, and not of one that is not there', async () => {
    await withLedger(0)
    expect((await desk.run(historyCommand, ['history', 'report/finops'])).out).toContain('nothing has happened to report/finops yet')
    expect((await desk.run(historyCommand, ['history', 'report/nobody'])).code).toBe(1)
  })
})

it('makes no environment due when only who is told changes', async () => {
  await desk.deliver()
  const { registry } = desk.connection()
  const dueAt = instant('2026-11-30T00:00:00Z')
  await registry.environments.change('us-dev/shop', { set: { dueAt } })
  await desk.deliver(`${INTENT}${REPORTS}`)
  expect((await registry.fleet())?.reports.map(({ name }) => name)).toEqual(['finops', 'shop-team'])
  expect((await registry.environments.get('us-dev/shop'))?.dueAt).toBe(dueAt)
})
