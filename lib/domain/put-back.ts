import type { PoolKind } from './pool-kind.ts'
import { isHeldShut, type Limits, type Pool, type PoolSize } from './pool.ts'

/** A pool everybody who uses it sleeps on, as it is now. */
export interface SleepingPool {
  readonly pool: Pool
  readonly kind: PoolKind
  readonly size: PoolSize
  readonly rebalancing: boolean
  readonly limits?: Limits | null
}

/** Whether a pool is still as Catnap prepared it: its minimum down and rebalancing suspended, or its limits shut. */
export const isPrepared = ({ pool: { original, keep }, size, rebalancing, limits }: SleepingPool): boolean =>
  original !== undefined && (original.limits === undefined ? size.minSize <= keep && !rebalancing : isHeldShut(original, limits))

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
