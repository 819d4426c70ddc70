import type { EnvironmentFacts, EnvironmentState, LedgerInput, NodeLifecycle, PoolFacts, PriceOf } from '../../lib/domain/ledger/ledger-input.ts'
import { type Instant, instant } from '../../lib/domain/time.ts'

/** An instant of the Monday all ledger tests are about, UTC: `at('10:20')`. */
export const at = (time: string): Instant => instant(`2026-11-23T${time.length === 5 ? `${time}:00` : time}Z`)

export const POOL = 'us-dev/workers'
export const SHOP = 'us-dev/shop'

/** On-demand list prices, us-east-1 (the shipped table): m5.xlarge $0.192, m5.large $0.096; spot m5.xlarge $0.07. */
export const listPrice: PriceOf = ({ instanceType, capacity }) => {
  const microUsdPerHour = { 'm5.xlarge': 192_000, 'm5.large': 96_000 }[instanceType]
  if (microUsdPerHour === undefined) return undefined
  return capacity === 'spot' ? { microUsdPerHour: 70_000, name: `${instanceType} spot` } : { microUsdPerHour, name: `${instanceType} on-demand, us-east-1` }
}

/** An on-demand m5.xlarge of the pool us-dev/workers that has run since midnight, unless told otherwise. */
export const nodeLife = (name: string, changes: Partial<NodeLifecycle> = {}): NodeLifecycle => ({
  instanceId: `i-${name}`,
  pool: POOL,
  instanceType: 'm5.xlarge',
  capacity: 'on-demand',
  zone: 'us-east-1a',
  runningAt: at('00:00'),
  ...changes,
})

/** The pool us-dev/workers that keeps none; with a number, held by Catnap at so many nodes since midnight. */
export const poolFacts = (heldNodes: number | undefined, changes: Partial<PoolFacts> = {}): PoolFacts => ({
  pool: POOL,
  keep: 0,
  baseline: [{ at: at('00:00'), ...(heldNodes === undefined ? {} : { heldNodes }) }],
  ...changes,
})

/** An environment with a core and a GiB on the pool, in one state since midnight, its hours never shut, unless told otherwise. */
export const user = (id: string, state: EnvironmentState, changes: Partial<EnvironmentFacts> = {}): EnvironmentFacts => ({
  id,
  uses: { [POOL]: { cpuMilli: 1000, memoryMiB: 1024 } },
  states: [{ at: at('00:00'), state }],
  shut: [],
  ...changes,
})

/** One node that runs, from 10:00 to 11:00, unless told otherwise. */
export const ledgerInput = (changes: Partial<LedgerInput> = {}): LedgerInput => ({
  span: { from: at('10:00'), to: at('11:00') },
  nodes: [nodeLife('a')],
  pools: [poolFacts(undefined)],
  environments: [user(SHOP, 'awake')],
  coverage: [],
  priceOf: listPrice,
  ...changes,
})
