import { describe, expect, it } from 'vitest'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import type { LedgerInput } from '../../lib/domain/ledger/ledger-input.ts'
import type { Instant } from '../../lib/domain/time.ts'
import { at, ledgerInput, nodeLife, POOL, poolFacts, SHOP, user } from './build-ledger.ts'

const NEVER = Number.NaN as Instant

describe('bad input', () => {
  it.each<[string, Partial<LedgerInput>, string, string]>([
    ['a node that ended before it began', { nodes: [nodeLife('x', { terminatedAt: at('00:00'), runningAt: at('01:00') })] }, 'i-x', 'terminated at 2026-11-23T00:00:00Z, before it ran at 2026-11-23T01:00:00Z'],
    ['a node without a beginning', { nodes: [nodeLife('x', { runningAt: NEVER })] }, 'i-x', 'found NaN as the time it ran from, expected an instant'],
    ['a node without a name', { nodes: [nodeLife('x', { instanceId: '' })] }, '', 'found no instance id, expected one as in i-0123456789abcdef0'],
    ['an instance that runs twice at once', { nodes: [nodeLife('x'), nodeLife('x', { runningAt: at('09:00') })] }, 'i-x', 'found twice at 2026-11-23T09:00:00Z, expected one life of an instance at a time'],
    ['a negative baseline', { pools: [poolFacts(-1)] }, POOL, 'found a baseline of -1 nodes at 2026-11-23T00:00:00Z, expected a whole number from 0 on'],
    ['a baseline without a time', { pools: [poolFacts(1, { baseline: [{ at: NEVER, heldNodes: 2 }] })] }, POOL, 'found NaN as the time of a baseline, expected an instant'],
    ['a pool named twice', { pools: [poolFacts(1), poolFacts(2)] }, POOL, 'found twice, expected once'],
    ['half a node to keep', { pools: [poolFacts(1, { keep: 0.5 })] }, POOL, 'found keep 0.5, expected a whole number from 0 on'],
    ['negative requests', { environments: [user(SHOP, 'asleep', { uses: { [POOL]: { cpuMilli: -1, memoryMiB: 0 } } })] }, SHOP, 'found requests of -1m and 0 MiB on us-dev/workers, expected numbers from 0 on'],
    ['a state without a time', { environments: [user(SHOP, 'asleep', { states: [{ at: NEVER, state: 'asleep' }] })] }, SHOP, 'found NaN as the time of a state, expected an instant'],
    ['hours that end before they begin', { environments: [user(SHOP, 'asleep', { shut: [{ from: at('09:00'), to: at('08:00') }] })] }, SHOP, 'found hours shut from 2026-11-23T09:00:00Z to 2026-11-23T08:00:00Z, expected an end after the beginning'],
    ['a negative commitment', { coverage: [{ of: { pool: POOL }, nodes: -2 }] }, POOL, 'found a commitment for -2 nodes, expected a whole number from 0 on'],
    ['a span that ends before it begins', { span: { from: at('11:00'), to: at('10:00') } }, 'span', 'found 2026-11-23T11:00:00Z to 2026-11-23T10:00:00Z, expected an end after the beginning'],
  ])('is refused and said: %s', (_, changes, subject, reason) => {
    expect(keepLedger(ledgerInput(changes)).refused).toEqual([{ subject, reason }])
  })

  it('takes nothing else with it', () => {
    const nodes = [nodeLife('x', { runningAt: NEVER }), nodeLife('a')]
    expect(keepLedger(ledgerInput({ nodes })).rows[0]?.running.ranNodeSeconds).toBe(3600)
  })

  it('never adds to a saving: a bad baseline is none', () => {
    const pools = [poolFacts(1, { baseline: [{ at: at('00:00'), heldNodes: 1 }, { at: at('10:30'), heldNodes: Number.NaN }] })]
    const { rows } = keepLedger(ledgerInput({ pools, environments: [user(SHOP, 'asleep')], nodes: [nodeLife('a', { terminatedAt: at('09:00') })] }))
    expect(rows[0]?.savings.avoidedNodeSeconds).toBe(1800)
  })

  it('of one life told twice leaves the record that knows the end, whichever came first', () => {
    const told = [nodeLife('x'), nodeLife('x', { terminatedAt: at('10:20') })]
    for (const nodes of [told, told.toReversed()]) {
      const { rows, refused } = keepLedger(ledgerInput({ nodes }))
      expect([rows[0]?.running.ranNodeSeconds, refused.length]).toEqual([1200, 1])
    }
  })

  it('does not mean an instance that was stopped and started again', () => {
    const { rows, refused } = keepLedger(ledgerInput({ nodes: [nodeLife('x', { terminatedAt: at('10:10') }), nodeLife('x', { runningAt: at('10:50') })] }))
    expect([rows[0]?.running.ranNodeSeconds, refused]).toEqual([1200, []])
  })
})
