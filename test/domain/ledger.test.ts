import { describe, expect, it } from 'vitest'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import type { LedgerInput } from '../../lib/domain/ledger/ledger-input.ts'
import { nodeHours } from '../../lib/domain/ledger/ledger-record.ts'
import type { LedgerRow } from '../../lib/domain/ledger/ledger-row.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { at, ledgerInput, nodeLife, POOL, poolFacts, SHOP, user } from './build-ledger.ts'

/** The one row of a ledger. */
const rowOf = (changes: Partial<LedgerInput>): LedgerRow => {
  const { rows, refused } = keepLedger(ledgerInput(changes))
  const [row] = rows
  if (row === undefined || rows.length > 1 || refused.length > 0) throw new Error(`expected one row and nothing refused, found ${JSON.stringify({ rows, refused })}`)
  return row
}

/** So many nodes that were terminated at a time. */
const gone = (count: number, time: string, changes = {}) =>
  Array.from({ length: count }, (_, index) => nodeLife(`gone-${index}`, { terminatedAt: at(time), ...changes }))

const ASLEEP = { pools: [poolFacts(1)], environments: [user(SHOP, 'asleep')] }

/** A pool of three of which so many left at 09:00. */
const threeLess = (left: number): Partial<LedgerInput> => ({
  pools: [poolFacts(3)],
  environments: [user(SHOP, 'asleep')],
  nodes: [...gone(left, '09:00'), ...Array.from({ length: 3 - left }, (_, index) => nodeLife(`runs-${index}`))],
})

/** Realised and freed. */
const money = ({ savings: { realized, freedCommitment } }: LedgerRow) => [realized.microUsd, freedCommitment.microUsd]

/** How often prices are asked for when a day of so many pools is counted. */
const pricesAsked = (pools: number): number => {
  let times = 0
  const names = Array.from({ length: pools }, (_, index) => `us-dev/p${index}`)
  keepLedger(ledgerInput({
    span: { from: at('00:00'), to: at('23:00') },
    pools: names.map((pool) => poolFacts(1, { pool })),
    nodes: names.map((pool) => nodeLife(pool, { pool, terminatedAt: at('12:00') })),
    priceOf: () => {
      times += 1
      return { microUsdPerHour: 192_000, name: 'list' }
    },
  }))
  return times
}

describe('a saving', () => {
  it('is 40 minutes of the hour when EC2 said terminated at 10:20: $0.192 × 40/60 = $0.128', () => {
    const { savings, running } = rowOf({ ...ASLEEP, nodes: gone(1, '10:20') })
    expect(savings.avoidedNodeSeconds).toBe(2400)
    expect(nodeHours(savings.avoidedNodeSeconds)).toBe(0.6667)
    expect(savings.realized).toEqual({ pricedNodeSeconds: 2400, unpricedNodeSeconds: 0, microUsd: 128_000 })
    expect(running).toMatchObject({ baselineNodeSeconds: 3600, ranNodeSeconds: 1200, billed: { microUsd: 64_000 } })
  })

  it('does not begin while a node shuts down', () => {
    expect(rowOf({ ...ASLEEP, nodes: [nodeLife('a')] }).savings.avoidedNodeSeconds).toBe(0)
  })

  it('ends when capacity returns', () => {
    const { savings } = rowOf({ ...ASLEEP, nodes: [...gone(1, '09:00'), nodeLife('b', { runningAt: at('10:45') })] })
    expect(savings.avoidedNodeSeconds).toBe(45 * 60)
  })

  it('ends when capacity is asked for, however late EC2 has it', () => {
    const pools = [poolFacts(2, { baseline: [{ at: at('00:00'), heldNodes: 2, wantedNodes: 0 }, { at: at('10:30'), heldNodes: 2, wantedNodes: 1 }] })]
    const { savings } = rowOf({ ...ASLEEP, pools, nodes: [...gone(2, '09:00'), nodeLife('b', { runningAt: at('10:50') })] })
    expect(savings.avoidedNodeSeconds).toBe(3600 + 1800)
  })

  it('ends when everything that slept wakes: a failed wake saves nothing', () => {
    const states = [{ at: at('00:00'), state: 'asleep' as const }, { at: at('10:15'), state: 'waking' as const }]
    expect(rowOf({ ...ASLEEP, environments: [user(SHOP, 'asleep', { states })], nodes: gone(1, '09:00') }).savings.avoidedNodeSeconds).toBe(900)
  })

  it('ends when Catnap holds no original any more', () => {
    const pools = [poolFacts(1, { baseline: [{ at: at('00:00'), heldNodes: 1 }, { at: at('10:10') }] })]
    const { savings, running } = rowOf({ ...ASLEEP, pools, nodes: gone(1, '09:00') })
    expect([savings.avoidedNodeSeconds, running.baselineNodeSeconds]).toEqual([600, 600])
  })

  it('is never more than the baseline: three left a pool of two', () => {
    const { savings, running } = rowOf({ ...ASLEEP, pools: [poolFacts(2)], nodes: gone(3, '09:00') })
    expect([savings.avoidedNodeSeconds, running.baselineNodeSeconds]).toEqual([7200, 7200])
  })

  it('is only of nodes seen to leave: a desired size of three of which one never came saves two', () => {
    const { savings, running } = rowOf({ ...ASLEEP, pools: [poolFacts(3)], nodes: gone(2, '09:00') })
    expect([savings.avoidedNodeSeconds, running.unprovenNodeSeconds]).toEqual([7200, 3600])
  })

  it('counts a node once that left, was replaced and left again', () => {
    const nodes = [nodeLife('a', { terminatedAt: at('08:00') }), nodeLife('b', { runningAt: at('08:30'), terminatedAt: at('09:30') })]
    expect(rowOf({ ...ASLEEP, nodes }).savings.avoidedNodeSeconds).toBe(3600)
  })

  it('is nothing for an environment that was off anyway', () => {
    expect(keepLedger(ledgerInput({ ...ASLEEP, environments: [user(SHOP, 'off')], nodes: gone(1, '09:30') })).rows).toEqual([])
  })

  it('is nothing while nobody’s state is known', () => {
    expect(rowOf({ ...ASLEEP, environments: [user(SHOP, 'asleep', { states: [] })], nodes: gone(1, '09:30') }).savings.avoidedNodeSeconds).toBe(0)
  })

  it('is nothing where the pool’s own autoscaler took the node and Catnap holds nothing', () => {
    expect(keepLedger(ledgerInput({ ...ASLEEP, pools: [poolFacts(undefined)], nodes: gone(1, '09:30') })).rows).toEqual([])
  })

  it('of 12×5 hours is 64.3 % of a week (FIELD §5): 108 of 168 hours', () => {
    const monday = instant('2026-11-23T00:00:00Z')
    const span = { from: monday, to: later(monday, 7 * 86_400) }
    const days = [0, 1, 2, 3, 4].map((day) => ({ from: later(monday, day * 86_400 + 8 * 3600), to: later(monday, day * 86_400 + 20 * 3600) }))
    const nodes = [nodeLife('sunday', { runningAt: later(monday, -7200), terminatedAt: later(monday, -3600) }), ...days.map(({ from, to }, index) => nodeLife(`day-${index}`, { runningAt: from, terminatedAt: to }))]
    const states = days.flatMap(({ from, to }) => [{ at: from, state: 'awake' as const }, { at: to, state: 'asleep' as const }])
    const environments = [user(SHOP, 'asleep', { states: [{ at: later(monday, -7200), state: 'asleep' }, ...states] })]
    const { rows } = keepLedger(ledgerInput({ span, nodes, environments, pools: [poolFacts(1, { baseline: [{ at: later(monday, -86_400), heldNodes: 1 }] })] }))
    const avoided = rows.reduce((sum, { savings }) => sum + savings.avoidedNodeSeconds, 0)
    expect(rows).toHaveLength(168)
    expect(avoided).toBe(108 * 3600)
    expect((100 * avoided) / (168 * 3600)).toBeCloseTo(64.3, 1)
  })
})

describe('the price of a saving', () => {
  it('is the spot price at the time of removal', () => {
    const asked: string[] = []
    const { savings, prices } = rowOf({
      ...ASLEEP,
      nodes: gone(1, '09:12', { capacity: 'spot' }),
      priceOf: ({ capacity }, when) => {
        asked.push(new Date(when).toISOString().slice(11, 16))
        return { microUsdPerHour: when === at('09:12') ? 70_000 : 90_000, name: `${capacity} at ${when}` }
      },
    })
    expect(asked).toContain('09:12')
    expect(savings.realized.microUsd).toBe(70_000)
    expect(prices).toEqual([{ microUsdPerHour: 70_000, name: `spot at ${at('09:12')}`, ranNodeSeconds: 0, avoidedNodeSeconds: 3600 }])
  })

  it('is the cheaper one’s where the data do not say which node is missing', () => {
    const nodes = [...gone(1, '09:00'), nodeLife('small', { instanceType: 'm5.large', terminatedAt: at('09:00') })]
    expect(rowOf({ ...ASLEEP, nodes }).savings.realized.microUsd).toBe(96_000)
  })

  it('is absent where none is known, and the node-seconds are counted', () => {
    const { savings, running, unpricedTypes } = rowOf({ ...ASLEEP, nodes: gone(1, '10:20', { instanceType: 'x9.huge' }) })
    expect(savings.realized).toEqual({ pricedNodeSeconds: 0, unpricedNodeSeconds: 2400 })
    expect(running.billed).toEqual({ pricedNodeSeconds: 0, unpricedNodeSeconds: 1200 })
    expect(unpricedTypes).toEqual(['x9.huge'])
  })

  it.each([0, -1, 1.5, Number.NaN])('is refused where it is %d', (microUsdPerHour) => {
    const { rows, refused } = keepLedger(ledgerInput({ ...ASLEEP, nodes: gone(1, '09:00'), priceOf: () => ({ microUsdPerHour, name: 'odd' }) }))
    expect(rows[0]?.savings.realized).toEqual({ pricedNodeSeconds: 0, unpricedNodeSeconds: 3600 })
    expect(refused).toEqual([{ subject: 'm5.xlarge', reason: `found a price of ${microUsdPerHour} micro-dollars an hour (odd), expected a whole number above 0` }])
  })
})

describe('Savings Plans and reservations', () => {
  // FIELD §5: three nodes, two covered: removing one saves its full price; on-demand falls away first.
  it.each([
    [1, 192_000, 0],
    [2, 192_000, 192_000],
    [3, 192_000, 384_000],
  ])('of three nodes with two covered, %d gone save %d and free %d', (left, realized, freed) => {
    expect(money(rowOf({ ...threeLess(left), coverage: [{ of: { pool: POOL }, nodes: 2 }] }))).toEqual([realized, freed])
    expect(money(rowOf({ ...threeLess(left), coverage: [{ of: { instanceType: 'm5.xlarge' }, nodes: 2 }] }))).toEqual([realized, freed])
  })

  it('pay for 3,600 seconds in a clock hour of however many nodes: four for 15 minutes are covered by one (AWS, "Usage billing")', () => {
    const { running, savings } = rowOf({ ...ASLEEP, pools: [poolFacts(4)], nodes: gone(4, '10:15'), coverage: [{ of: { pool: POOL }, nodes: 1 }] })
    expect(running.billed).toEqual({ pricedNodeSeconds: 0, unpricedNodeSeconds: 0, microUsd: 0 })
    expect(running.listed.microUsd).toBe(192_000)
    // Without Catnap: four hours less the one that is paid for anyway.
    expect(savings.realized.microUsd).toBe(3 * 192_000)
  })

  it('of a type are shared by its pools, and what is needed is paid for first', () => {
    const nodes = [...gone(1, '09:00', { pool: 'us-dev/a' }), nodeLife('b', { pool: 'us-dev/b' })]
    const pools = [poolFacts(1, { pool: 'us-dev/a' }), poolFacts(undefined, { pool: 'us-dev/b' })]
    const environments = [user(SHOP, 'asleep', { uses: { 'us-dev/a': { cpuMilli: 1, memoryMiB: 1 } } })]
    const { rows } = keepLedger(ledgerInput({ nodes, pools, environments, coverage: [{ of: { instanceType: 'm5.xlarge' }, nodes: 1 }] }))
    expect(rows.map(money)).toEqual([[192_000, 0], [0, 0]])
    expect(rows[1]?.running.billed.microUsd).toBe(0)
  })

  it('never cover spot', () => {
    const row = rowOf({ ...ASLEEP, nodes: gone(1, '09:00', { capacity: 'spot' }), coverage: [{ of: { pool: POOL }, nodes: 5 }] })
    expect(money(row)).toEqual([70_000, 0])
  })

  it('count only while they are in force', () => {
    const coverage = [{ of: { pool: POOL }, nodes: 1, during: { from: at('00:00'), to: at('10:15') } }]
    expect(money(rowOf({ ...ASLEEP, nodes: gone(1, '09:00'), coverage }))).toEqual([144_000, 48_000])
  })

  it('leave nothing stranded of a node they pay for', () => {
    const { savings } = rowOf({ ...ASLEEP, nodes: [nodeLife('a')], coverage: [{ of: { pool: POOL }, nodes: 1 }] })
    expect([savings.strandedNodeSeconds, savings.stranded.microUsd]).toEqual([3600, 0])
  })
})

describe('stranded and potential', () => {
  it('are what runs beyond what the intent keeps although all sleep, with the blockers’ words', () => {
    const pools = [poolFacts(3, { keep: 1, blockers: [{ from: at('09:30'), why: 'carries shop/by-hand' }, { from: at('08:00'), to: at('09:59'), why: 'not Ready' }] })]
    const { savings, blockers } = rowOf({ ...ASLEEP, pools, nodes: [...gone(1, '09:00'), nodeLife('a'), nodeLife('b')] })
    expect(savings.stranded.microUsd).toBe(192_000)
    expect(blockers).toEqual(['carries shop/by-hand'])
    expect(savings.realized.microUsd).toBe(192_000)
  })

  it('are nothing while one of two that use the pool is awake', () => {
    const environments = [user(SHOP, 'asleep', { shut: [{ from: at('00:00'), to: at('23:00') }] }), user('us-dev/web', 'awake')]
    expect(rowOf({ environments }).savings).toMatchObject({ strandedNodeSeconds: 0, potentialNodeSeconds: 0 })
  })

  it('hold what the hours would allow in observe mode, less what is kept: two of three nodes for half an hour', () => {
    const shut = [{ from: at('10:30'), to: at('23:00') }]
    const { savings } = rowOf({ pools: [poolFacts(undefined, { keep: 1 })], environments: [user(SHOP, 'awake', { shut })], nodes: [nodeLife('a'), nodeLife('b'), nodeLife('c')] })
    expect(savings.potential).toEqual({ pricedNodeSeconds: 3600, unpricedNodeSeconds: 0, microUsd: 192_000 })
    expect(savings.realized.microUsd).toBe(0)
  })

  it('are kept apart from what is realised: of three nodes one is gone and two could be', () => {
    const shut = [{ from: at('00:00'), to: at('23:00') }]
    const { savings } = rowOf({ pools: [poolFacts(3)], environments: [user(SHOP, 'asleep', { shut })], nodes: [...gone(1, '09:00'), nodeLife('a'), nodeLife('b')] })
    expect([savings.realized.microUsd, savings.potential.microUsd, savings.stranded.microUsd]).toEqual([192_000, 384_000, 384_000])
  })

  it('take the cheaper nodes for those that could go', () => {
    const nodes = [nodeLife('a'), nodeLife('b', { instanceType: 'm5.large' })]
    expect(rowOf({ ...ASLEEP, pools: [poolFacts(2, { keep: 1 })], nodes }).savings.stranded.microUsd).toBe(96_000)
  })
})

describe('the cost of waking', () => {
  it('is what runs above the baseline while an environment wakes', () => {
    const { savings } = rowOf({ pools: [poolFacts(1)], environments: [user(SHOP, 'waking')], nodes: [nodeLife('a'), nodeLife('b', { runningAt: at('10:40') })] })
    expect(savings.wake.microUsd).toBe(64_000)
    expect(savings.realized.microUsd).toBe(0)
  })

  it('goes on for whatever a wake brought beyond what was there before, shared by all who use it', () => {
    const pools = [poolFacts(undefined, { baseline: [{ at: at('00:00'), wantedNodes: 2, surplusNodes: 1 }] })]
    const { rows, shares } = keepLedger(ledgerInput({ pools, environments: [user(SHOP, 'awake'), user('us-dev/web', 'asleep')], nodes: [nodeLife('a'), nodeLife('b')] }))
    expect(rows.map(({ running, savings }) => [running.baselineNodeSeconds, savings.wake.microUsd, savings.realized.microUsd])).toEqual([[3600, 192_000, 0]])
    expect(shares.map(({ savings }) => savings.wake.microUsd)).toEqual([96_000, 96_000])
  })

  it('is no more than what runs', () => {
    const pools = [poolFacts(undefined, { baseline: [{ at: at('00:00'), surplusNodes: 3 }] })]
    expect(rowOf({ pools, environments: [user(SHOP, 'awake')], nodes: [nodeLife('a')] }).savings.wake.microUsd).toBe(192_000)
  })
})

describe('the rows of a ledger', () => {
  it('are of hours, UTC, in a span that begins and ends within one', () => {
    const { rows } = keepLedger(ledgerInput({ span: { from: at('09:40'), to: at('11:05') } }))
    expect(rows.map(({ hour, running }) => [hour, running.ranNodeSeconds])).toEqual([[at('09:00'), 1200], [at('10:00'), 3600], [at('11:00'), 300]])
  })

  it('have none for an hour in which nothing ran and nothing would have', () => {
    expect(keepLedger(ledgerInput({ nodes: [nodeLife('a', { runningAt: at('10:30') })], span: { from: at('08:00'), to: at('11:00') } })).rows).toHaveLength(1)
  })

  it('count a pool that nobody described as it runs', () => {
    expect(rowOf({ pools: [], environments: [] }).running.baselineNodeSeconds).toBe(3600)
  })

  it('ask for prices in proportion to nodes and hours, not more', () => {
    expect(pricesAsked(100)).toBe(10 * pricesAsked(10))
  })
})
