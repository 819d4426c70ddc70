import type { Delivered, DeliveryStep } from './delivery.ts'
import type { Environment } from './environment.ts'
import { type Cluster, modeOf } from './fleet.ts'
import type { Pool } from './pool.ts'

/** What would be stranded if Catnap were removed now. */
export interface UninstallObstacles {
  /** Asleep, or on the way there or back. */
  readonly asleep: readonly Environment[]
  /** Not as they were before Catnap, or with nodes on their way off the bill. */
  readonly pools: readonly Pool[]
  /** Awake, and free to fall asleep in the very next minute. */
  readonly free: readonly Environment[]
}

/** What stands in the way of removing Catnap. */
export const uninstallObstacles = (delivered: Delivered): UninstallObstacles => ({
  asleep: recordsIn(delivered).filter(({ phase }) => phase !== 'awake'),
  pools: delivered.pools.filter(({ original, leaving }) => original !== undefined || Object.keys(leaving).length > 0),
  free: recordsIn(delivered).filter((environment) => environment.phase === 'awake' && environment.removed !== true && isTended(delivered, environment.cluster)),
})

/** The environments, and the clusters that may sleep as a whole. */
const recordsIn = ({ environments, systems = [] }: Delivered): readonly Environment[] => [...environments, ...systems]

/** Whether nothing stands in the way. */
export const isFreeToGo = ({ asleep, pools, free }: UninstallObstacles): boolean => asleep.length + pools.length + free.length === 0

/** Why what sleeps could not be woken and forgotten now, with what to do first; empty: nothing is in the way. */
export const wakeObstacles = (delivered: Delivered): readonly string[] => {
  const { fleet, clusters } = delivered
  const { asleep, pools } = uninstallObstacles(delivered)
  if (fleet?.pause !== undefined) return [`the fleet is paused by ${fleet.pause.by}, so nothing is woken; first run: catnap resume`]
  const touched = new Set([...asleep, ...pools].map(({ cluster }) => cluster))
  return clusters.filter(({ name }) => touched.has(name) && !isTended(delivered, name)).map(({ name, pause }) =>
    (pause === undefined
      ? `cluster ${name} is in observe mode, so nothing is woken there; first apply the intent with mode: act for it`
      : `cluster ${name} is paused by ${pause.by}, so nothing is woken there; first run: catnap resume ${name}`))
}

/** Takes everything out of the intent: what sleeps is woken, every pool gets back what it was, and all are forgotten. */
export const takeAllOut = ({ environments, pools, systems = [] }: Delivered): readonly DeliveryStep[] => [
  ...environments.flatMap((environment): DeliveryStep[] => (environment.removed === true ? [] : [{ do: 'remove-environment', environment }])),
  ...systems.flatMap((system): DeliveryStep[] => (system.removed === true ? [] : [{ do: 'remove-system', system }])),
  ...pools.flatMap((pool): DeliveryStep[] => (pool.removed === true ? [] : [{ do: 'remove-pool', pool }])),
]

/** Whether Catnap acts in a cluster now. */
const isTended = ({ fleet, clusters }: Delivered, name: string): boolean => {
  const cluster: Cluster | undefined = clusters.find((one) => one.name === name)
  return fleet !== undefined && cluster !== undefined && fleet.pause === undefined && cluster.pause === undefined && modeOf(fleet, cluster) === 'act'
}
