import { capacityNeeded, type GrowingPool, shapeOf } from '../domain/capacity.ts'
import { isFinished, isOfPool, type Node, type Pod } from '../domain/node.ts'
import { isHeldShut, type Pool } from '../domain/pool.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import type { PodNeeds, Workload, WorkloadStep } from '../domain/workload.ts'
import { objectKey } from '../domain/workload.ts'
import type { ClusterAccess, PoolStatus } from '../ports.ts'
import { noteStanding } from './note-standing.ts'
import { savePool } from './save-pool.ts'
import type { Slice } from './world.ts'

/** Nodes asked for in this wake and those that came. */
export interface NodesComing {
  readonly done: number
  readonly total: number
  readonly problem?: string
}

/** A pool with what its provisioner says of it. */
interface KnownPool {
  readonly pool: Pool
  readonly status: PoolStatus
  readonly nodes: readonly Node[]
}

/**
 * Asks for the nodes that the pods of one environment need and nobody else's: nodes marked for removal are given back,
 * the floor is put back, and pools grow by what does not fit. Asked again it asks for no more than is missing.
 */
export const growPools = async (
  slice: Slice,
  access: ClusterAccess,
  namespaces: readonly string[],
  steps: readonly WorkloadStep[],
  workloads: readonly Workload[],
): Promise<NodesComing> => {
  const before = slice.environment.progress?.nodes ?? { done: 0, total: 0 }
  if (steps.length === 0 && !(await anyWaits(access, namespaces))) return { done: before.total, total: before.total }

  const [nodes, pods] = await Promise.all([access.nodes.list(), access.nodes.pods()])
  const pools = await knownPools(slice, access, nodes)
  const given = await giveBack(access, nodes.filter((node) => isComing(node, slice.world.clock.now())), pools)
  const needed = capacityNeeded(podsOf(steps, workloads), given, pods, pools.flatMap((known) => growing(known, pods)))

  let asked = 0
  let problem = needed.homeless.length === 0 ? undefined : `${needed.homeless.length} pods fit into no pool of the cluster`
  for (const known of pools) {
    const { pool, status } = known
    const original = pool.original ?? status.mark
    // Without a known shape nothing can be counted: then the pool gets back what it was.
    const blind = pool.shape === undefined && known.nodes.length === 0 && original !== undefined
    const wanted = blind ? original.desiredSize : status.size.desiredSize + (needed.more[pool.name] ?? 0)
    const desiredSize = Math.min(Math.max(wanted, original?.minSize ?? 0), status.size.maxSize)
    const minSize = original?.minSize ?? status.size.minSize
    if (wanted > status.size.maxSize) problem = `pool ${pool.name} is at its maximum of ${status.size.maxSize} nodes, ${wanted} are needed`
    // Karpenter needs no asking: it starts nodes for the pods that wait, once it may.
    const isSame = status.kind === 'node-pool' || (desiredSize === status.size.desiredSize && minSize === status.size.minSize)
    if (isSame && !isHeldShut(original, status.limits)) {
      asked += Math.max(0, desiredSize - status.size.desiredSize)
      continue
    }
    const saved = await savePool(slice.world.memory, pool, status)
    if (saved === undefined) continue
    // From here on it is a wake that puts it back, and nobody else.
    if (pool.prepared === true) await slice.world.memory.pools.change({ cluster: pool.cluster, name: pool.name }, { set: { prepared: undefined } })
    const answer = await access.capacity.grow(pool.name, status, saved, { minSize, desiredSize: Math.max(desiredSize, status.size.desiredSize) })
    if (answer === 'later') {
      problem = `pool ${pool.name} is being changed; tried again in a moment`
      continue
    }
    asked += Math.max(0, desiredSize - status.size.desiredSize)
    await noteStanding(slice.world, pool, { heldNodes: (original ?? status.size).desiredSize, wantedNodes: Math.max(desiredSize, status.size.desiredSize) }, undefined)
  }
  const coming = asked + pools.reduce((sum, known) => sum + incoming(known), 0)
  const total = Math.max(before.total, coming)
  return { done: total - coming, total, ...(problem === undefined ? {} : { problem }) }
}

const anyWaits = async (access: ClusterAccess, namespaces: readonly string[]): Promise<boolean> =>
  (await access.workloads.pods(namespaces)).some((pod) => pod.node === undefined && !isFinished(pod))

const knownPools = async ({ world: { memory }, environment }: Slice, access: ClusterAccess, nodes: readonly Node[]): Promise<readonly KnownPool[]> => {
  const { pools } = await memory.inCluster(environment.cluster)
  const own = pools.filter(({ name }) => environment.pools?.includes(name) ?? true)
  const known = await Promise.all(own.map(async (pool) => {
    const status = await access.capacity.status(pool.name)
    return status === undefined ? [] : [{ pool, status, nodes: nodes.filter((node) => isOfPool(node, pool.name, status.kind)) }]
  }))
  return known.flat()
}

/** A node that is not Ready so long after it was made will hardly be: nothing is planned on it. */
const COMES_UP_WITHIN_SECONDS = 10 * 60

const isComing = ({ ready, createdAt }: Node, now: Instant): boolean => ready || secondsBetween(createdAt, now) < COMES_UP_WITHIN_SECONDS

/** Removes our mark from nodes of these pools that are not ending yet; answers the nodes that are a place. */
const giveBack = async (access: ClusterAccess, nodes: readonly Node[], pools: readonly KnownPool[]): Promise<readonly Node[]> => {
  const stays = new Set(pools.flatMap(({ pool, status }) => status.inService.filter((id) => pool.leaving[id]?.stage !== 'ending')))
  const given = nodes.filter(({ markedAt, instanceId }) => markedAt !== undefined && stays.has(instanceId))
  await Promise.all(given.map((node) => access.nodes.unmark(node)))
  return nodes.filter((node) => node.markedAt === undefined || given.includes(node))
}

const growing = (known: KnownPool, pods: readonly Pod[]): readonly GrowingPool[] => {
  const { pool, status, nodes: [node] } = known
  const shape = node === undefined ? pool.shape : shapeOf(node, pods)
  const room = Math.max(0, status.size.maxSize - status.size.desiredSize)
  return shape === undefined ? [] : [{ name: pool.name, shape, incoming: incoming(known), room }]
}

/** Nodes asked for that have not joined. */
const incoming = ({ pool, status, nodes }: KnownPool): number => {
  const staying = nodes.filter(({ instanceId }) => pool.leaving[instanceId]?.stage !== 'ending')
  return Math.max(0, status.size.desiredSize - staying.length)
}

/** The pods that the steps will bring and that are not there yet. */
const podsOf = (steps: readonly WorkloadStep[], workloads: readonly Workload[]): readonly PodNeeds[] => {
  const needs = new Map(workloads.map((workload) => [objectKey(workload), workload.pod]))
  return steps.flatMap((step) => {
    const pod = needs.get(objectKey(step))
    const fresh = 'replicas' in step.to && 'replicas' in step.from ? step.to.replicas - step.from.replicas : 0
    return pod === undefined || fresh <= 0 ? [] : Array.from({ length: fresh }, () => pod)
  })
}
