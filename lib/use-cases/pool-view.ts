import type { Environment } from '../domain/environment.ts'
import { isOfPool, type Node, type Pod } from '../domain/node.ts'
import type { Demand, Pool } from '../domain/pool.ts'
import type { PoolKind } from '../domain/pool-kind.ts'
import type { UnjudgedPool } from '../domain/reclaim.ts'
import type { Instant } from '../domain/time.ts'
import type { PoolStatus } from '../ports.ts'
import type { World } from './world.ts'

/** A cluster as one look showed it, with the environments it has. */
export interface SeenCluster {
  readonly environments: readonly Environment[]
  /** The cluster as a whole, where it may sleep so. */
  readonly system?: Environment
  readonly nodes: readonly Node[]
  readonly pods: readonly Pod[]
  /** A pod of a Cluster Autoscaler that runs in it. */
  readonly autoscaler?: string
}

/** A pool with its nodes, what its provisioner says of it, and what its environments ask of it. */
export const poolView = ({ clock, listPrice }: Pick<World, 'clock' | 'listPrice'>, { nodes, pods, environments, system, autoscaler }: SeenCluster, pool: Pool, status: PoolStatus): UnjudgedPool => ({
  now: clock.now(),
  pool,
  ...status,
  nodes: nodes.filter((node) => isOfPool(node, pool.name, status.kind)),
  pods,
  microUsdPerHour: listPrice,
  ...wokenOn(pool, environments),
  demands: { ...demandsOn(pool, environments), ...systemDemand(system, status.kind) },
  ...(sleepsWhole(system, status.kind) ? { sleepsWhole: true } : {}),
  ...(autoscaler === undefined ? {} : { autoscaler }),
})

/** Whether the nodes of a kind of pool go with the whole cluster by now: those of an autoscaler's own before it sleeps, all others after. */
export const sleepsWhole = (system: Pick<Environment, 'phase'> | undefined, kind: PoolKind): boolean =>
  system?.phase === 'asleep' || (system?.phase === 'falling-asleep' && kind === 'node-pool')

/** What the cluster's own workloads ask of a pool. Awake they ask for nothing by name: the judge keeps the nodes they are on. */
const systemDemand = (system: Environment | undefined, kind: PoolKind): Readonly<Record<string, Demand>> => {
  if (system?.phase === 'waking') return { [system.id]: 'waking' }
  return system !== undefined && sleepsWhole(system, kind) ? { [system.id]: 'asleep' } : {}
}

/** What each environment asks of a pool. One that wakes counts at once; one that has not said may be awake on it. */
const demandsOn = (pool: Pool, environments: readonly Environment[]): Readonly<Record<string, Demand>> =>
  Object.fromEntries(environments.flatMap(({ id, phase, pools }): readonly [string, Demand][] => {
    if (pools !== undefined && !pools.includes(pool.name)) return []
    return [[id, phase === 'waking' ? 'waking' : (pool.demands[id] ?? (phase === 'asleep' ? 'asleep' : 'awake'))]]
  }))

/** When the last of those who use a pool, and are awake, woke. */
const wokenOn = (pool: Pool, environments: readonly Environment[]): { readonly wokenAt?: Instant } => {
  const woken = environments.flatMap(({ phase, pools, since }) => (phase === 'awake' && (pools?.includes(pool.name) ?? true) ? [since] : []))
  return woken.length === 0 ? {} : { wokenAt: woken.reduce((last, since) => (since > last ? since : last)) }
}
