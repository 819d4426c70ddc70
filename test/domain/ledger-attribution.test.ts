import { describe, expect, it } from 'vitest'
import { requestWeight } from '../../lib/domain/ledger/attribution.ts'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import type { EnvironmentFacts } from '../../lib/domain/ledger/ledger-input.ts'
import { at, ledgerInput, nodeLife, POOL, poolFacts, user } from './build-ledger.ts'

/** What each environment gets of one node of $0.192 that was gone from 09:00 to 11:00, in micro-dollars of the hour from 10:00. */
const partsOf = (environments: readonly EnvironmentFacts[]): Readonly<Record<string, number | undefined>> => {
  const { shares } = keepLedger(ledgerInput({ environments, pools: [poolFacts(1)], nodes: [nodeLife('a', { terminatedAt: at('09:00') })] }))
  return Object.fromEntries(shares.map(({ environment, savings }) => [environment, savings.realized.microUsd]))
}

const asks = (cpuMilli: number, memoryMiB: number): Pick<EnvironmentFacts, 'uses'> => ({ uses: { [POOL]: { cpuMilli, memoryMiB } } })

describe('what an environment gets of a pool’s saving', () => {
  it('goes by its requests, a core weighing nine GiB (AWS split cost allocation data, FIELD §5)', () => {
    expect(requestWeight({ cpuMilli: 1000, memoryMiB: 0 })).toBe(9 * requestWeight({ cpuMilli: 0, memoryMiB: 1024 }))
    // m5.xlarge, 4 cores and 16 GiB: $0.192 / (4 × 9 + 16) = $0.003692 a GiB-hour, $0.033231 a core-hour.
    const whole = requestWeight({ cpuMilli: 4000, memoryMiB: 16_384 })
    expect((192_000 * requestWeight({ cpuMilli: 1000, memoryMiB: 0 })) / whole).toBeCloseTo(33_231, 0)
    expect((192_000 * requestWeight({ cpuMilli: 0, memoryMiB: 1024 })) / whole).toBeCloseTo(3692, 0)
    expect(partsOf([user('us-dev/a', 'asleep', asks(1000, 0)), user('us-dev/b', 'asleep', asks(0, 1024))])).toEqual({ 'us-dev/a': 172_800, 'us-dev/b': 19_200 })
  })

  it('is nothing where it was awake or off anyway', () => {
    expect(partsOf([user('us-dev/a', 'asleep'), user('us-dev/b', 'awake'), user('us-dev/c', 'off')])).toEqual({ 'us-dev/a': 192_000 })
  })

  it('goes by time too: one slept the hour, the other its last third, and they share what both slept through', () => {
    const late = [{ at: at('00:00'), state: 'awake' as const }, { at: at('10:40'), state: 'asleep' as const }]
    expect(partsOf([user('us-dev/a', 'asleep'), user('us-dev/b', 'awake', { states: late })])).toEqual({ 'us-dev/a': 144_000, 'us-dev/b': 48_000 })
  })

  it('is equal where none of them asks for anything', () => {
    expect(partsOf([user('us-dev/a', 'asleep', asks(0, 0)), user('us-dev/b', 'asleep', asks(0, 0))])).toEqual({ 'us-dev/a': 96_000, 'us-dev/b': 96_000 })
  })

  it('adds up where it does not divide: a third each of $0.192 over 7 seconds', () => {
    const ids = ['us-dev/a', 'us-dev/b', 'us-dev/c']
    const { rows, shares } = keepLedger(ledgerInput({
      span: { from: at('10:00'), to: at('10:00:07') },
      environments: ids.map((id) => user(id, 'asleep')),
      pools: [poolFacts(1)],
      nodes: [nodeLife('a', { terminatedAt: at('09:00') })],
    }))
    expect(rows[0]?.savings.realized.microUsd).toBe(373)
    expect(shares.map(({ savings }) => savings.realized.microUsd)).toEqual([125, 124, 124])
    expect(shares.map(({ savings }) => savings.avoidedNodeSeconds)).toEqual([3, 2, 2])
  })

  it('of the potential goes to those whose hours were shut, of the cost of waking to those who woke', () => {
    const shut = [{ from: at('00:00'), to: at('23:00') }]
    const { shares } = keepLedger(ledgerInput({
      environments: [user('us-dev/a', 'waking', { shut }), user('us-dev/b', 'awake', { shut })],
      pools: [poolFacts(1)],
      nodes: [nodeLife('a'), nodeLife('b')],
    }))
    expect(shares.map(({ savings: { potential, wake } }) => [potential.microUsd, wake.microUsd])).toEqual([[96_000, 192_000], [96_000, 0]])
  })
})
