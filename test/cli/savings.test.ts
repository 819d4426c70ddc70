import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { adviceCommand } from '../../lib/cli/commands/advice.ts'
import { savingsCommand } from '../../lib/cli/commands/savings.ts'
import { localDay } from '../../lib/domain/ledger/local-day.ts'
import { dayNumber } from '../../lib/domain/calendar-date.ts'
import { later } from '../../lib/domain/time.ts'
import { clusterDay } from '../domain/build-cluster-day.ts'
import { adviceFor, refusalFor } from '../domain/report-builders.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()

const TWO_CLUSTERS = INTENT.replace('clusters:\n', 'clusters:\n  eu-dev: { arn: arn:aws:eks:eu-west-1:111122223333:cluster/eu-dev }\n')
const ledgers = () => desk.connection().ledgers

const dayOf = (date: string) => localDay('Europe/Paris', dayNumber(date) ?? 0)

/** Days of us-dev in which us-dev/shop and us-dev/pay each saved $2.304, and Catnap cost $0.001001. */
const keepDays = async (...days: readonly string[]): Promise<void> => {
  await desk.deliver()
  for (const day of days) await ledgers().keepDay(clusterDay(dayOf(day)))
}

describe('catnap savings', () => {
  it('tells how to begin where nothing is delivered', async () => {
    const { code, err } = await desk.run(savingsCommand, ['savings'])
    expect([code, err]).toEqual([1, 'error: nothing is delivered yet, so nothing was saved; begin with: catnap apply catnap.yaml\n'])
  })

  it('says that there is no ledger yet', async () => {
    await desk.deliver()
    const { code, out } = await desk.run(savingsCommand, ['savings'])
    expect([code, out]).toEqual([0, 'no ledger yet from 2026-11-16 to 2026-11-23: account runs hourly, and the first hour must be over\n'])
  })

  it('tells of the last seven whole days and today by environment, net beside what is in it and what is not', async () => {
    await keepDays('2026-11-15', '2026-11-20', '2026-11-21')
    const { out } = await desk.run(savingsCommand, ['savings'])
    expect(out).toBe(`2026-11-16 to 2026-11-23 (Europe/Paris), reckoned up to Sun 00:00, at list and spot prices
ENVIRONMENT  NET USD  REALISED  WAKING  OWN COST  NODE-HOURS AVOIDED  POTENTIAL  STRANDED
us-dev/pay     $4.61     $4.61   $0.00    $0.001                24.0      $0.00     $0.00
us-dev/shop    $4.61     $4.61   $0.00    $0.001                24.0      $0.00     $0.00
all            $9.21     $9.22   $0.00    $0.002                48.0      $0.00     $0.00
`)
  })

  it('tells of the days that are asked for, and is one document for programs', async () => {
    await keepDays('2026-11-15', '2026-11-20')
    const { out } = await desk.run(savingsCommand, ['savings', '--by', 'environment', '--from', '2026-11-15', '--to', '2026-11-15', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      from: '2026-11-15', to: '2026-11-15', timezone: 'Europe/Paris', upTo: '2026-11-15T23:00:00Z',
      lines: [{ name: 'us-dev/pay', realizedUsd: 2.304, ownUsd: 0.000501, netUsd: 2.303499 }, { name: 'us-dev/shop', ownUsd: 0.0005 }],
      total: { realizedUsd: 4.608, avoidedNodeHours: 24 },
    })
  })

  it('prints the names of FOCUS 1.2, by day a row for each cluster', async () => {
    await keepDays('2026-11-20', '2026-11-21')
    const { out } = await desk.run(savingsCommand, ['savings', '--by', 'day', '--csv'])
    const [header = '', ...rows] = out.trimEnd().split(/\r?\n/)
    expect(header.split(',')).toEqual(expect.arrayContaining(['BilledCost', 'ChargePeriodStart', 'RegionId', 'ResourceType', 'x_RealizedSaving']))
    expect(rows).toHaveLength(2)
    expect(rows[0]).toContain('2026-11-19T23:00:00Z')
    expect(rows[0]).toContain('us-east-1')
  })

  it('has in its CSV what net is made of, under the names the mail has', async () => {
    await keepDays('2026-11-20')
    const [header = '', row = ''] = (await desk.run(savingsCommand, ['savings', '--by', 'cluster', '--csv'])).out.split(/\r?\n/)
    const cells = new Map(header.split(',').map((column, index) => [column, row.split(',').at(index - header.split(',').length)]))
    expect(['x_NetSaving', 'x_RealizedSaving', 'x_WakeCost', 'x_OwnCost'].map((column) => cells.get(column))).toEqual(['-0.001001', '0', '0', '0.001001'])
  })

  it('has a header in its CSV where it has no row', async () => {
    await desk.deliver()
    expect((await desk.run(savingsCommand, ['savings', '--csv'])).out).toMatch(/^BilledCost,.*,x_WakeCost\n$/)
  })

  it('is reckoned as far as the cluster that lags behind, and says which days that lacks', async () => {
    await desk.deliver(TWO_CLUSTERS)
    for (const date of ['2026-11-20', '2026-11-21', '2026-11-22']) await ledgers().keepDay(clusterDay(dayOf(date)))
    await ledgers().keepDay(clusterDay(dayOf('2026-11-20'), { cluster: 'eu-dev' }))
    const note = 'note: the ledger of eu-dev lacks 2026-11-21, or the end of it, and 1 day more'
    const { out } = await desk.run(savingsCommand, ['savings'])
    expect(out).toContain('reckoned up to Sat 00:00')
    expect(out).toContain(note)
    expect(JSON.parse((await desk.run(savingsCommand, ['savings', '--json'])).out)).toMatchObject({ upTo: '2026-11-20T23:00:00Z', problems: [note] })
    expect((await desk.run(savingsCommand, ['savings', '--csv'])).err).toContain(note)
  })

  it('refuses what is no date, and days the wrong way round', async () => {
    await desk.deliver()
    expect(await desk.run(savingsCommand, ['savings', '--from', 'monday'])).toMatchObject({ code: 2, err: expect.stringContaining('found "monday", expected a date such as 2026-11-16') as string })
    expect(await desk.run(savingsCommand, ['savings', '--from', '2026-11-20', '--to', '2026-11-19'])).toMatchObject({ code: 1, err: 'error: found --from 2026-11-20 after --to 2026-11-19, expected it on or before\n' })
    expect((await desk.run(savingsCommand, ['savings', '--from', '2026-12-24'])).err).toBe('error: found --from 2026-12-24 after today, 2026-11-23, expected it on or before\n')
    expect(await desk.run(savingsCommand, ['savings', '--json', '--csv'])).toMatchObject({ code: 2 })
  })
})

const give = async (): Promise<void> => {
  await desk.deliver()
  const at = later(NOW, -3600)
  await ledgers().keepAdvice('us-dev/shop', [{ ...adviceFor('us-dev/shop'), at }, { ...adviceFor('us-dev/shop', { container: 'proxy', sidecar: true, microUsdPerMonth: 1_000_000 }), at }])
  await ledgers().keepAdvice('us-dev/demo', [{ ...refusalFor('us-dev/demo', 'too little data: 13 of 24 awake hours'), at }])
}

describe('catnap advice', () => {
  it('says that there is none yet', async () => {
    await desk.deliver()
    expect((await desk.run(adviceCommand, ['advice'])).out).toBe('no advice yet: it is made once a day, from what containers use while their environment is awake\n')
  })

  it('shows what saves most first, with confidence and window, and why there is none', async () => {
    await give()
    const { out } = await desk.run(adviceCommand, ['advice'])
    const [head, titles, first, second, third, last] = out.split('\n')
    expect(head).toBe('as of Mon 08:00 (Europe/Paris), at list prices on demand')
    expect(titles).toMatch(/^CONTAINER +CPU +MEMORY +USD A MONTH +CONFIDENCE +AWAKE HOURS +WHY$/)
    expect(first).toMatch(/^us-dev\/shop: Deployment\/shop\/web, server +1000m → 250m +2048Mi → 700Mi +\$12\.50 +medium +72\.0 +cpu: the 90th percentile/)
    expect(second).toContain('proxy')
    expect(third).toMatch(/^us-dev\/demo: .* 1000m +2048Mi +- +medium +72\.0 +too little data: 13 of 24 awake hours$/)
    expect(last).toBe('potential: $13.50 a month; the patches are in: catnap advice --patch')
  })

  it('prints a strategic-merge patch for each workload, a sidecar among the initContainers', async () => {
    await give()
    const { out } = await desk.run(adviceCommand, ['advice', 'us-dev/shop', '--patch'])
    expect(out).toContain('# us-dev/shop: worth $13.50 a month')
    const [document, ...others] = parseAllDocuments(out)
    expect(others).toEqual([])
    expect(document?.toJS()).toMatchObject({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'server', resources: { requests: { cpu: '250m', memory: '700Mi' } } }], initContainers: [{ name: 'proxy' }] } } },
    })
  })

  it('is one document for programs, or CSV', async () => {
    await give()
    expect(JSON.parse((await desk.run(adviceCommand, ['advice', 'us-dev/demo', '--json'])).out)).toMatchObject([{ environment: 'us-dev/demo', at: '2026-11-23T07:00:00Z', advice: { advised: {} } }])
    const [header, ...rows] = (await desk.run(adviceCommand, ['advice', '--csv'])).out.trimEnd().split(/\r?\n/)
    expect(header).toMatch(/^BillingCurrency,x_Environment,/)
    expect(rows.map((row) => row.slice(0, 4))).toEqual(['USD,', 'USD,', 'USD,'])
  })

  it('has a header in its CSV where there is no advice', async () => {
    await desk.deliver()
    expect((await desk.run(adviceCommand, ['advice', '--csv'])).out).toMatch(/^BillingCurrency,x_Environment,.*,x_Reasons\n$/)
  })

  it('knows which environment was probably meant', async () => {
    await desk.deliver()
    expect((await desk.run(adviceCommand, ['advice', 'shop'])).err).toContain('did you mean "us-dev/shop"?')
  })
})
