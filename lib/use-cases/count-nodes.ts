import { type CapacityNeeded, capacityNeeded, type GrowingPool, shapeOf } from '../domain/capacity.ts'
import type { Node, Pod } from '../domain/node.ts'
import { later } from '../domain/time.ts'
import { inItsZones, podsOfReplicas, type VolumeZones } from '../domain/volume-zones.ts'
import { objectKey, type PodNeeds, type Workload, type WorkloadStep } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { askTroubles } from './ask-troubles.ts'
import { incoming, type KnownPool } from './known-pools.ts'
import type { WaitingPods } from './waiting-pods.ts'
import type { Slice } from './world.ts'

/** A zone in which a launch failed is tried again after this: each try may bring a node in another zone, which nobody needs. */
const BARREN_SECONDS = 5 * 60

/** A cluster as a wake sees it: nodes that are a place, all pods, and the pools that may grow. */
interface SeenRoom {
  readonly places: readonly Node[]
  readonly pods: readonly Pod[]
  readonly waiting: WaitingPods
  readonly pools: readonly KnownPool[]
}

/** What is needed, and the zones in which a pool starts nothing at present, by its name. */
export interface CountedNodes {
  readonly needed: CapacityNeeded
  readonly barren: ReadonlyMap<string, ReadonlySet<string>>
  /** Pods of the environment that wait and should find a place, by what is counted. */
  readonly placeable: readonly Pod[]
}

/** How many nodes the pods that the steps bring, and those of the environment that wait, need of each pool, zone by zone. */
export const countNodes = async (slice: Slice, access: ClusterAccess, { places, pods, waiting, pools }: SeenRoom, steps: readonly WorkloadStep[], workloads: readonly Workload[]): Promise<CountedNodes> => {
  const { own, rivals, coming } = await inTheirZones(access, waiting, podsOf(steps, workloads))
  const barren = new Map<string, ReadonlySet<string>>()
  const count = (): CapacityNeeded =>
    capacityNeeded([...own, ...coming], places, pods, pools.flatMap((known) => growing(known, pods, barren.get(known.pool.name))), rivals)
  const needed = count()
  for (const name of needed.forZones ?? []) {
    const failed = await barrenZones(slice, access, name)
    if (failed.size > 0) barren.set(name, failed)
  }
  // What is asked for such a zone would come up in another.
  const last = barren.size === 0 ? needed : count()
  const homeless = new Set(last.homeless)
  return { needed: last, barren, placeable: own.filter((pod) => !homeless.has(pod)) }
}

const growing = (known: KnownPool, pods: readonly Pod[], barren: ReadonlySet<string> | undefined): readonly GrowingPool[] => {
  const { pool, status, nodes: [node] } = known
  const shape = node === undefined ? pool.shape : shapeOf(node, pods)
  const room = Math.max(0, status.size.maxSize - status.size.desiredSize)
  if (shape === undefined) return []
  return [{ name: pool.name, shape, incoming: incoming(known), room, ...spreadOf(known), ...(barren === undefined ? {} : { barren }) }]
}

/** The zones of a pool with the nodes each has, and of those that have not joined. */
const spreadOf = ({ status: { zones }, nodes }: KnownPool): Pick<GrowingPool, 'zones' | 'launched'> => {
  if (zones === undefined) return {}
  const joined = new Set(nodes.map(({ instanceId }) => instanceId))
  return {
    zones: Object.fromEntries(Object.entries(zones).map(([zone, ids]) => [zone, ids.length])),
    launched: Object.entries(zones).flatMap(([zone, ids]) => ids.filter((id) => !joined.has(id)).map(() => zone)),
  }
}

/** Pods with the zones their volumes tie them to, in one list of volumes; in none where no pod has a claim. */
const inTheirZones = async ({ nodes }: ClusterAccess, { own, rivals }: WaitingPods, coming: readonly ComingPod[]) => {
  const claiming = [...own, ...rivals, ...coming.map(({ namespace, pod: { claims } }) => ({ namespace, claims }))].filter(({ claims }) => claims !== undefined)
  const zones: VolumeZones = claiming.length === 0 ? new Map() : await nodes.volumeZones(new Set(claiming.map(({ namespace }) => namespace)))
  const tie = (pod: Pod): Pod => inItsZones(pod, pod.namespace, zones)
  return { own: own.map(tie), rivals: rivals.map(tie), coming: coming.map(({ namespace, pod }) => inItsZones(pod, namespace, zones)) }
}

/** Zones in which a pool failed to start a node so lately that it would fail again. */
const barrenZones = async ({ world: { clock, log } }: Slice, { capacity }: ClusterAccess, pool: string): Promise<ReadonlySet<string>> => {
  const troubles = await askTroubles(log, capacity, pool, later(clock.now(), -BARREN_SECONDS))
  return new Set(troubles.flatMap(({ zone }) => zone ?? []))
}

/** A pod that is to come. */
interface ComingPod {
  readonly namespace: string
  readonly pod: PodNeeds
}

/** The pods that the steps will bring and that are not there yet. */
const podsOf = (steps: readonly WorkloadStep[], workloads: readonly Workload[]): readonly ComingPod[] => {
  const byKey = new Map(workloads.map((workload) => [objectKey(workload), workload]))
  return steps.flatMap((step) => {
    const workload = byKey.get(objectKey(step))
    if (workload === undefined || !('replicas' in step.to) || !('replicas' in step.from)) return []
    return podsOfReplicas(workload, step.from.replicas, step.to.replicas).map((pod) => ({ namespace: step.namespace, pod }))
  })
}
