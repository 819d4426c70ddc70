import type { PoolKind } from './pool-kind.ts'
import { isHeldShut, type Limits, type Pool, type PoolSize } from './pool.ts'

/** A pool everybody who uses it sleeps on, as it is now. */
export interface SleepingPool {
  readonly pool: Pool
  readonly kind: PoolKind
  readonly size: PoolSize
  readonly rebalancing: boolean
  readonly limits?: Limits | null
  /** A pod of a Cluster Autoscaler that runs in the cluster. */
  readonly autoscaler?: string
}

/**
 * Whether a pool is still as Catnap prepared it: its minimum down, rebalancing suspended and no more nodes asked for than at
 * the last look, or its limits shut. What a Cluster Autoscaler asks for is for pods that wait.
 */
export const isPrepared = ({ pool: { original, keep, standing }, kind, size, rebalancing, limits, autoscaler }: SleepingPool): boolean => {
  if (original === undefined) return false
  if (original.limits !== undefined) return isHeldShut(original, limits)
  const isRaised = kind !== 'node-pool' && autoscaler === undefined && size.desiredSize > (standing?.wantedNodes ?? Infinity)
  return size.minSize <= keep && !rebalancing && !isRaised
}

/** What somebody did who changed a prepared pool back, and how to leave it be, in words. */
export const sayPutBack = ({ kind, size, rebalancing, limits }: SleepingPool): string => {
  const limited = Object.entries(limits ?? {}).map(([name, limit]) => `${name} ${limit}`).join(', ')
  const found = kind === 'node-pool' ? `its limits are ${limited === '' ? 'gone' : limited}` : `minimum ${size.minSize}, ${size.desiredSize} nodes asked for, rebalancing ${rebalancing ? 'on' : 'suspended'}`
  return `somebody put the pool back while all who use it sleep: ${found}. ${ADVICE[kind]}`
}

const ADVICE: Readonly<Record<PoolKind, string>> = {
  'node-group': 'If it was terraform apply: lifecycle { ignore_changes = [scaling_config[0].min_size, scaling_config[0].desired_size] }',
  'auto-scaling-group': 'If it was terraform apply: lifecycle { ignore_changes = [min_size, desired_capacity, suspended_processes] }',
  'node-pool': 'If it was GitOps: leave /spec/limits of the NodePool out of the comparison (Argo CD: ignoreDifferences)',
}
