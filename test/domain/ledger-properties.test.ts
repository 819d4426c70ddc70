import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import type { EnvironmentFacts, EnvironmentState, LedgerInput, NodeLifecycle, PoolFacts } from '../../lib/domain/ledger/ledger-input.ts'
import { rollUp } from '../../lib/domain/ledger/roll-up.ts'
import { addSavings, NO_SAVINGS, type Savings } from '../../lib/domain/ledger/savings.ts'
import { splitWhole } from '../../lib/domain/ledger/split-whole.ts'
import { type Instant, later } from '../../lib/domain/time.ts'
import { at, listPrice, POOL } from './build-ledger.ts'

const START = at('08:00')
const HOURS = 4
const SPAN = { from: START, to: later(START, HOURS * 3600) }
const STATES: readonly EnvironmentState[] = ['awake', 'falling-asleep', 'asleep', 'waking', 'off']

/** A second from two hours before the span to an hour after it. */
const anyInstant = fc.integer({ min: -7200, max: (HOURS + 1) * 3600 }).map((seconds) => later(START, seconds))
const anyPool = fc.constantFrom(POOL, 'us-dev/other')
const anySpan = fc.tuple(anyInstant, fc.integer({ min: 1, max: 9000 })).map(([from, seconds]) => ({ from, to: later(from, seconds) }))

const anyNode: fc.Arbitrary<NodeLifecycle> = fc.record({
  instanceId: fc.uuid(),
  pool: anyPool,
  instanceType: fc.constantFrom('m5.xlarge', 'm5.large', 'x9.huge'),
  capacity: fc.constantFrom('on-demand', 'on-demand', 'spot'),
  zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
  life: anySpan,
  ends: fc.boolean(),
}).map(({ life, ends, ...node }) => ({ ...node, runningAt: life.from, ...(ends ? { terminatedAt: life.to } : {}) }))

const anyCount = fc.integer({ min: 0, max: 6 })
const anyFacts = (pool: string): fc.Arbitrary<PoolFacts> => fc.record({
  pool: fc.constant(pool),
  keep: fc.integer({ min: 0, max: 2 }),
  baseline: fc.array(fc.record({ at: anyInstant, heldNodes: anyCount, wantedNodes: anyCount, surplusNodes: anyCount }, { requiredKeys: ['at'] }), { maxLength: 5 }),
})

const anyEnvironments: fc.Arbitrary<readonly EnvironmentFacts[]> = fc.array(fc.record({
  cpuMilli: fc.integer({ min: 0, max: 100_000 }),
  memoryMiB: fc.integer({ min: 0, max: 500_000 }),
  pools: fc.subarray([POOL, 'us-dev/other'], { minLength: 1 }),
  states: fc.array(fc.record({ at: anyInstant, state: fc.constantFrom(...STATES) }), { maxLength: 6 }),
  shut: fc.array(anySpan, { maxLength: 3 }),
}), { maxLength: 5 }).map((all) => all.map(({ pools, cpuMilli, memoryMiB, ...facts }, index) => ({
  ...facts,
  id: `us-dev/e${index}`,
  uses: Object.fromEntries(pools.map((pool) => [pool, { cpuMilli, memoryMiB }])),
})))

const anyInput: fc.Arbitrary<LedgerInput> = fc.record({
  span: fc.constant(SPAN),
  nodes: fc.array(anyNode, { maxLength: 12 }),
  pools: fc.tuple(anyFacts(POOL), anyFacts('us-dev/other')),
  environments: anyEnvironments,
  coverage: fc.array(fc.record({ of: fc.constantFrom({ pool: POOL }, { instanceType: 'm5.xlarge' }, { instanceType: 'm5.large' }), nodes: fc.integer({ min: 0, max: 4 }) }), { maxLength: 3 }),
  priceOf: fc.constant(listPrice),
})

/** What held at a second, the slow way: the last word at or before it. */
const lastAt = <T extends { readonly at: Instant }>(words: readonly T[], second: number): T | undefined =>
  words.toSorted((a, b) => a.at - b.at).findLast((word) => word.at <= second * 1000)

const within = (spans: readonly { readonly from: Instant; readonly to: Instant }[], second: number): boolean =>
  spans.some(({ from, to }) => from <= second * 1000 && second * 1000 < to)

/** One pool at one second, from the definitions, with no code of the ledger. */
const atSecond = (input: LedgerInput, pool: string, second: number) => {
  const ran = input.nodes.filter((node) => node.pool === pool && node.runningAt <= second * 1000 && (node.terminatedAt ?? Infinity) > second * 1000).length
  const left = input.nodes.filter((node) => node.pool === pool && (node.terminatedAt ?? Infinity) <= second * 1000).length
  const facts = input.pools.find((each) => each.pool === pool)
  const { heldNodes: held, wantedNodes: wanted = 0, surplusNodes = 0 } = lastAt(facts?.baseline ?? [], second) ?? {}
  const users = input.environments.filter(({ uses }) => Object.hasOwn(uses, pool))
  const states = users.map(({ states: all }) => lastAt(all, second)?.state ?? 'awake')
  const every = (...which: readonly EnvironmentState[]): boolean => states.length > 0 && states.every((state) => which.includes(state))
  const sleeps = states.includes('asleep') || states.includes('falling-asleep')
  const lingering = states.length === 0 || every('off') ? 0 : Math.min(ran, surplusNodes)
  const baseline = held === undefined || every('off') ? ran - lingering : held
  const keep = facts?.keep ?? 0
  const couldSleep = users.every(({ shut }, index) => states[index] === 'off' || within(shut, second)) && states.some((state) => state !== 'off')
  return {
    ran, left, baseline,
    missing: held !== undefined && sleeps ? Math.max(0, held - Math.max(ran, wanted)) : 0,
    stranded: every('asleep', 'off') && states.includes('asleep') ? Math.max(0, ran - keep) : 0,
    potential: couldSleep ? Math.max(0, Math.min(ran, baseline) - keep) : 0,
    surplus: Math.max(lingering, held !== undefined && states.includes('waking') ? ran - held : 0),
  }
}

const sum = (all: readonly Savings[]): Savings => all.reduce(addSavings, NO_SAVINGS)

describe('any ledger', () => {
  it('counts what a second-by-second look at the definitions counts', () => {
    fc.assert(fc.property(anyInput, fc.constantFrom(POOL, 'us-dev/other'), fc.integer({ min: 0, max: HOURS - 1 }), (input, pool, hour) => {
      const row = keepLedger(input).rows.find((each) => each.pool === pool && each.hour === later(START, hour * 3600))
      const total = { ran: 0, baseline: 0, missing: 0, stranded: 0, potential: 0, surplus: 0, provable: 0 }
      const first = START / 1000 + hour * 3600
      for (let second = first; second < first + 3600; second += 1) {
        const now = atSecond(input, pool, second)
        total.ran += now.ran
        total.baseline += now.baseline
        total.missing += now.missing
        total.stranded += now.stranded
        total.potential += now.potential
        total.surplus += now.surplus
        total.provable += Math.min(now.missing, now.left)
      }
      const { running, savings } = row ?? { running: undefined, savings: NO_SAVINGS }
      const { wake } = savings
      expect({
        ran: running?.ranNodeSeconds ?? 0,
        baseline: running?.baselineNodeSeconds ?? 0,
        missing: savings.avoidedNodeSeconds + (running?.unprovenNodeSeconds ?? 0),
        stranded: savings.strandedNodeSeconds,
        potential: savings.potentialNodeSeconds,
        surplus: wake.pricedNodeSeconds + wake.unpricedNodeSeconds,
      }).toEqual({ ran: total.ran, baseline: total.baseline, missing: total.missing, stranded: total.stranded, potential: total.potential, surplus: total.surplus })
      expect(savings.avoidedNodeSeconds).toBeLessThanOrEqual(total.provable)
    }), { numRuns: 25 })
  })

  it('saves no more than the baseline, and what it avoids is either realised or commitment set free', () => {
    fc.assert(fc.property(anyInput, (input) => {
      for (const { running, savings: { avoidedNodeSeconds, realized, freedCommitment } } of keepLedger(input).rows) {
        expect(avoidedNodeSeconds).toBeLessThanOrEqual(running.baselineNodeSeconds)
        expect(realized.pricedNodeSeconds + realized.unpricedNodeSeconds + freedCommitment.pricedNodeSeconds + freedCommitment.unpricedNodeSeconds).toBe(avoidedNodeSeconds)
      }
    }))
  })

  it('realises no more with a commitment than without', () => {
    fc.assert(fc.property(anyInput, (input) => {
      const without = keepLedger({ ...input, coverage: [] }).rows
      for (const [index, { savings }] of keepLedger(input).rows.entries()) {
        expect(savings.realized.microUsd ?? 0).toBeLessThanOrEqual(without[index]?.savings.realized.microUsd ?? 0)
      }
    }))
  })

  it('never writes 0 for what has no price', () => {
    fc.assert(fc.property(anyInput, (input) => {
      for (const { savings } of keepLedger({ ...input, priceOf: () => undefined }).rows) {
        for (const part of [savings.realized, savings.freedCommitment, savings.stranded, savings.potential, savings.wake]) {
          expect(part.microUsd).toBe(part.unpricedNodeSeconds > 0 ? undefined : 0)
        }
      }
    }))
  })

  it('has parts that add up to the whole, and none of the avoided for who was awake', () => {
    fc.assert(fc.property(anyInput, (input) => {
      const { rows, shares } = keepLedger(input)
      for (const { pool, hour, savings } of rows) {
        const parts = shares.filter((share) => share.pool === pool && share.hour === hour)
        expect(sum(parts.map((share) => share.savings))).toEqual(savings)
      }
      const slept = new Set(input.environments.filter(({ states }) => states.some(({ state }) => state === 'asleep' || state === 'falling-asleep')).map(({ id }) => id))
      expect(shares.filter(({ environment, savings }) => savings.avoidedNodeSeconds > 0 && !slept.has(environment))).toEqual([])
    }))
  })

  it('is the same whatever the order of nodes and pools', () => {
    fc.assert(fc.property(anyInput, (input) => {
      expect(keepLedger({ ...input, pools: input.pools.toReversed(), nodes: input.nodes.toReversed() }).rows.map(({ savings, running }) => [savings, running]))
        .toEqual(keepLedger(input).rows.map(({ savings, running }) => [savings, running]))
    }))
  })

  it('is the same in two spans that meet at a full hour', () => {
    fc.assert(fc.property(anyInput, fc.integer({ min: 1, max: HOURS - 1 }), (input, hour) => {
      const middle = later(START, hour * 3600)
      const [whole, first, second] = [SPAN, { from: START, to: middle }, { from: middle, to: SPAN.to }].map((span) => keepLedger({ ...input, span }))
      expect([...(first?.rows ?? []), ...(second?.rows ?? [])]).toEqual(whole?.rows)
      expect([...(first?.shares ?? []), ...(second?.shares ?? [])]).toEqual(whole?.shares)
    }))
  })

  it('adds up to the same whole wherever a reader’s days are cut', () => {
    fc.assert(fc.property(anyInput, fc.uniqueArray(fc.integer({ min: 1, max: HOURS * 3600 - 1 }), { maxLength: 5 }), (input, cuts) => {
      const { rows } = keepLedger(input)
      const bounds = [SPAN.from, ...cuts.toSorted((a, b) => a - b).map((seconds) => later(SPAN.from, seconds)), SPAN.to]
      const [whole] = rollUp(rows, [SPAN.from, SPAN.to])
      expect(sum(rollUp(rows, bounds).map(({ savings }) => savings))).toEqual(whole?.savings ?? NO_SAVINGS)
    }))
  })
})

describe('a whole split by weights', () => {
  const anyWeight = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.bigInt({ min: 0n, max: 10n ** 20n }))

  it('adds up again, each part within one of its quota', () => {
    fc.assert(fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.array(anyWeight, { minLength: 1, maxLength: 9 }), (whole, weights) => {
      const parts = splitWhole(whole, weights)
      expect(parts.reduce((total, part) => total + part, 0)).toBe(whole)
      const all = weights.reduce<bigint>((total, weight) => total + BigInt(weight), 0n)
      for (const [index, part] of parts.entries()) {
        const weight = BigInt(weights[index] ?? 0)
        const [over, of] = all === 0n ? [BigInt(whole), BigInt(weights.length)] : [BigInt(whole) * weight, all]
        expect(BigInt(part) * of - over < of && over - BigInt(part) * of < of).toBe(true)
      }
    }))
  })

  it.each([
    // Hamilton's method: quotas 3.33, 3.33, 3.33; the first of equal remainders gets what is left.
    [10, [1, 1, 1], [4, 3, 3]],
    [10, [0, 0], [5, 5]],
    [0, [], []],
    [7, [0, 3], [0, 7]],
    // FIELD §5, 9:1: a core and a GiB on one node of $0.192.
    [192_000, [9, 1], [172_800, 19_200]],
  ])('gives of %d by %j the parts %j', (whole, weights, parts) => {
    expect(splitWhole(whole, weights)).toEqual(parts)
  })

  it.each([[-1, [1]], [1.5, [1]], [1, []], [1, [-1, 2]]])('throws for %d by %j', (whole, weights) => {
    expect(() => splitWhole(whole, weights)).toThrow(RangeError)
  })
})
