import { describe, expect, it } from 'vitest'
import { awakeHoursPerMonth } from '../../lib/domain/advice/unit-price.ts'
import { TWELVE_BY_FIVE, usageOver } from '../domain/build-usage.ts'
import { type AccountWorld, accountWorld, after } from './account-world.ts'

const HOUR = 3600
const KILLED = { status: 400, body: { __type: 'AccessDeniedException', message: 'killed' } }

/** Everything the ledger holds of a cluster. */
const bookOf = async ({ world: { ledgers } }: AccountWorld, cluster = 'us-dev') => ({
  rows: await ledgers.rows(cluster, after(-48), after(96)),
  days: await ledgers.days(cluster, '2026-11-01', '2026-11-30'),
})

const mondayOf = async (accounting: AccountWorld) => (await bookOf(accounting)).days.find(({ day }) => day === '2026-11-23')

describe('account', () => {
  it('reckons today up to the last full hour: two m5.xlarge off the bill since 20:00 have saved $0.384 an hour', async () => {
    const accounting = await accountWorld('us-dev')
    expect(await accounting.at(after(22.4))).toEqual({ clusters: 1, days: 1, failed: 0 })
    const monday = await mondayOf(accounting)
    expect(monday).toMatchObject({ upTo: after(22), environments: [{ id: 'us-dev/shop', asleepSeconds: 3 * HOUR, savings: { realized: { microUsd: 2 * 384_000 } } }] })
    const { rows, days } = await bookOf(accounting)
    expect(rows.map(({ hour }) => hour)).toEqual(Array.from({ length: 22 }, (_, index) => after(index)))
    expect(days).toHaveLength(1)
  })

  it('closes a day once it is over, settles it an hour later, and then leaves it as it is', async () => {
    const accounting = await accountWorld('us-dev')
    await accounting.at(after(22.4))
    await accounting.at(after(24.4))
    expect(await mondayOf(accounting)).toMatchObject({ upTo: after(24), environments: [{ savings: { realized: { microUsd: 4 * 384_000 } } }] })
    expect(await accounting.at(after(25.4))).toMatchObject({ days: 2 })
    expect(await accounting.at(after(26.4))).toMatchObject({ days: 1 })
    const { days } = await bookOf(accounting)
    expect(days.map(({ day, upTo }) => [day, upTo])).toEqual([['2026-11-23', after(24)], ['2026-11-24', after(26)]])
    expect(days[1]?.environments[0]?.savings.realized.microUsd).toBe(2 * 384_000)
  })

  it('makes up for the hours and days in which it did not run', async () => {
    const [steady, late] = [await accountWorld('us-dev'), await accountWorld('us-dev')]
    for (const accounting of [steady, late]) await accounting.at(after(10.4))
    for (const hour of [21, 24, 25, 33, 48, 49, 50]) await steady.at(after(hour + 0.4))
    await late.at(after(50.4))
    expect((await bookOf(late)).rows).toEqual((await bookOf(steady)).rows)
    const figures = async (accounting: AccountWorld) => (await bookOf(accounting)).days.map(({ day, upTo, pools, environments }) => ({ day, upTo, pools, environments }))
    expect(await figures(late)).toEqual(await figures(steady))
  })

  it('does within the hour only what is left to do', async () => {
    const accounting = await accountWorld('us-dev')
    await accounting.at(after(22.4))
    const book = await bookOf(accounting)
    expect(await accounting.at(after(22.9))).toMatchObject({ days: 0 })
    expect(await bookOf(accounting)).toEqual(book)
  })

  it('goes on in a fleet that is paused: its nodes cost what they cost', async () => {
    const accounting = await accountWorld('us-dev')
    await accounting.table.registry.changeFleet({ set: { pause: { by: 'ana', at: after(1) } } })
    expect(await accounting.at(after(22.4))).toMatchObject({ days: 1, failed: 0 })
  })

  it('asks for the prices of a region once for all its clusters', async () => {
    const accounting = await accountWorld('us-dev', 'eu-dev')
    await accounting.at(after(22.4))
    expect(accounting.aws.regions.toSorted()).toEqual(['eu-west-1', 'us-east-1'])
  })

  it('costs the others nothing when one cluster cannot be accounted, says so, and catches up', async () => {
    const accounting = await accountWorld('us-dev', 'eu-dev')
    accounting.table.meddle((_, request) => (JSON.stringify(request).includes('JOURNAL#us-dev') ? { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } } : undefined))
    expect(await accounting.at(after(22.4))).toEqual({ clusters: 2, days: 1, failed: 1 })
    expect(accounting.warned).toEqual([expect.stringContaining('a cluster could not be accounted {"cluster":"us-dev"')])
    accounting.table.meddle(undefined)
    expect(await accounting.at(after(22.6))).toEqual({ clusters: 2, days: 1, failed: 0 })
    expect((await bookOf(accounting)).days[0]?.pools).toEqual((await bookOf(accounting, 'eu-dev')).days[0]?.pools.map((pool) => ({ ...pool, pool: 'us-dev/workers' })))
  })

  it('makes the same books when it was killed before any of its calls and run again', async () => {
    const accounting = await accountWorld('us-dev')
    await accounting.at(after(10.4))
    const [rewind, before] = [await accounting.remember(), accounting.table.calls.length]
    await accounting.at(after(25.4))
    const calls = accounting.table.calls.length - before
    const book = await bookOf(accounting)
    for (let survived = 0; survived < calls; survived += 1) {
      await rewind()
      let left = survived
      accounting.table.meddle(() => ((left -= 1) < 0 ? KILLED : undefined))
      await accounting.at(after(25.4)).catch(() => {})
      accounting.table.meddle(undefined)
      await accounting.at(after(25.4))
      expect(await bookOf(accounting)).toEqual(book)
    }
  })
})

const billed = (day: string, usd: number, hours: number) =>
  ({ subject: 'us-dev', day, unblendedMicroUsd: usd * 1e6, amortizedMicroUsd: usd * 1e6, askedAt: after(hours) })

/** Accounts on Monday, then once each day at noon. */
const until = async (accounting: AccountWorld, days: number) => {
  for (let day = 0; day <= days; day += 1) await accounting.at(after(day * 24 + 12.4))
}

describe('the bill', () => {
  it('is asked for once a day, all days that are not final together, and not before it could know of one', async () => {
    const accounting = await accountWorld('us-dev')
    accounting.aws.bill = [billed('2026-11-23', 12.3, 60)]
    await until(accounting, 1)
    expect(accounting.aws.asked).toEqual([])
    await until(accounting, 2)
    await accounting.at(after(2 * 24 + 13.4))
    expect(accounting.aws.asked).toEqual(['2026-11-23..2026-11-24'])
    accounting.aws.bill = [billed('2026-11-23', 12.3, 84)]
    await accounting.at(after(3 * 24 + 12.4))
    await accounting.at(after(4 * 24 + 12.4))
    expect(accounting.aws.asked).toEqual(['2026-11-23..2026-11-24', '2026-11-23..2026-11-25', '2026-11-24..2026-11-26'])
  })

  it('stands beside the ledger with the drift, and is final on the third day', async () => {
    const accounting = await accountWorld('us-dev')
    // Three m5.xlarge for 24 hours, less two for four: 64 node-hours at $0.192 are $12.288.
    accounting.aws.bill = [billed('2026-11-23', 12.3, 84)]
    await until(accounting, 3)
    const [day] = await accounting.world.ledgers.bills('us-dev', '2026-11-23', '2026-11-23')
    expect(day).toMatchObject({ state: 'final', estimateMicroUsd: 12_288_000, actual: { unblendedMicroUsd: 12_300_000 }, drift: { microUsd: 12_000 } })
  })

  it('that does not come is no data and never 0, and is asked for longer', async () => {
    const accounting = await accountWorld('us-dev')
    await until(accounting, 5)
    const [day] = await accounting.world.ledgers.bills('us-dev', '2026-11-23', '2026-11-23')
    expect(day).toMatchObject({ state: 'estimated', estimateMicroUsd: 12_288_000 })
    expect(day?.actual).toBeUndefined()
    expect(accounting.aws.asked.at(-1)).toBe('2026-11-23..2026-11-27')
  })

  it('that cannot be read is said, counted, and tried three times a day', async () => {
    const accounting = await accountWorld('us-dev')
    accounting.aws.billProblems = ['Cost Explorer throttles']
    await until(accounting, 1)
    for (const hour of [60, 61, 62, 63, 64]) await accounting.at(after(hour + 0.4))
    expect(accounting.aws.asked).toHaveLength(3)
    expect(accounting.warned.filter((text) => text.startsWith('Cost Explorer throttles'))).toHaveLength(3)
    expect(await accounting.world.ledgers.billQuestion('2026-11-25')).toMatchObject({ tries: 3, requests: 6, answered: false })
    const wednesday = (await bookOf(accounting)).days.find(({ day }) => day === '2026-11-25')
    expect(wednesday?.problems).toContainEqual({ text: 'Cost Explorer throttles', times: 1 })
    // Six requests at $0.01.
    expect(wednesday?.ownCosts).toContainEqual({ name: 'Cost Explorer', microUsd: 60_000 })
  })
})

describe('advice', () => {
  const record = {
    environment: 'us-dev/shop', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, name: 'server', requestNow: { cpuMilli: 500, memoryMiB: 512 }, limits: {},
    steering: [], heapFlags: [], replicas: 2, instanceType: 'm5.xlarge',
  } as const

  it('is given once a day for each container that was seen, and says why there is none', async () => {
    const accounting = await accountWorld('us-dev')
    await accounting.usage.keep([record])
    const adviceNow = async () => (await accounting.world.ledgers.advice('us-dev/shop'))[0]
    await accounting.at(after(12.4))
    expect(await adviceNow()).toMatchObject({
      environment: 'us-dev/shop', at: after(12), advice: { container: 'server', advised: {}, reasons: [{ kind: 'refused', text: 'no data: it was never sampled while awake' }] },
    })
    await accounting.at(after(13.4))
    expect((await adviceNow())?.at).toBe(after(12))
    await accounting.at(after(25.4))
    expect((await adviceNow())?.at).toBe(after(25))
  })

  it('is worth what its hours are: 55 of 168 h a week, cores at $0.033231 and GiB at $0.003692 of an m5.xlarge (FIELD §5)', async () => {
    const accounting = await accountWorld('us-dev')
    await accounting.usage.keep([{ ...record, usage: usageOver(TWELVE_BY_FIVE, 2, () => ({ cpuMilli: 100, memoryMiB: 200 })) }])
    await accounting.at(after(12.4))
    const [given] = await accounting.world.ledgers.advice('us-dev/shop')
    const { advised: { cpuMilli = 500, memoryMiB = 512 } = {}, microUsdPerMonth } = given?.advice ?? {}
    const [cores, gib] = [(500 - cpuMilli) / 1000, (512 - memoryMiB) / 1024]
    expect(cpuMilli).toBeLessThan(150)
    expect(microUsdPerMonth).toBe(Math.round((cores * 33_231 + gib * 3692) * 2 * awakeHoursPerMonth(55, 168)))
  })
})
