import { waitsForNode } from '../domain/capacity.ts'
import type { LackingPool, MissingNodes } from '../domain/missing-nodes.ts'
import type { Node } from '../domain/node.ts'
import { isGuarded, isHeldShut, poolStanding } from '../domain/pool.ts'
import type { Workload, WorkloadStep } from '../domain/workload.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { Instant } from '../domain/time.ts'
import type { ClusterAccess } from '../ports.ts'
import { type CountedNodes, countNodes } from './count-nodes.ts'
import { countStuck } from './count-stuck.ts'
import { incoming, isComing, type KnownPool, knownPools, shrunkBy, unready } from './known-pools.ts'
import { noteStanding } from './note-standing.ts'
import { savePool } from './save-pool.ts'
import { waitingPods } from './waiting-pods.ts'
import type { Slice } from './world.ts'

/** Nodes asked for in this wake and those that came. */
export interface NodesComing {
  readonly done: number
  readonly total: number
  readonly problem?: string
  /** Those that have not come; absent: none are waited for. */
  readonly missing?: MissingNodes
}

/**
 * Asks for the nodes that the pods of one environment need and nobody else's: nodes marked for removal are given back,
 * the floor is put back, and pools grow by what does not fit. Asked again it asks for no more than is missing.
 * `opens`: whether what starts nodes in the cluster is up, so that a NodePool may be opened.
 */
export const growPools = async (
  slice: Slice,
  access: ClusterAccess,
  namespaces: readonly string[],
  steps: readonly WorkloadStep[],
  workloads: readonly Workload[],
  opens = true,
): Promise<NodesComing> => {
  const before = slice.environment.progress?.nodes ?? { done: 0, total: 0 }
  if (steps.length === 0 && !(await anyWaits(access, namespaces))) return { done: before.total, total: before.total }

  const now = slice.world.clock.now()
  const [nodes, pods, around] = await Promise.all([access.nodes.list(), access.nodes.pods(), slice.world.memory.inCluster(slice.environment.cluster)])
  const pools = await knownPools(around.pools, slice.environment, access, nodes)
  const waiting = await waitingPods(slice, access.workloads, namespaces, pods, [...around.environments, ...(around.system === undefined ? [] : [around.system])])
  // The cluster's own workloads bring the autoscaler back: its nodes are none for them yet.
  const grown = opens || !isWhole(slice.environment) ? pools : pools.filter(({ status }) => status.kind !== 'node-pool')
  const places = await giveBack(access, nodes.filter((node) => isComing(node, now)), pools)
  const counted = await countNodes(slice, access, { places, pods, waiting, pools: grown }, steps, workloads)

  const { homeless, tied = {}, more } = counted.needed
  const lacking = pools.flatMap((known) => lackingOf(known, counted, now))
  const isSettled = lacking.length === 0 && pools.some((known) => shrunkBy(known) > 0)
  const stuck = isSettled ? await countStuck(slice, access.workloads, counted.placeable) : 0
  let asked = 0
  let problem = homeless.length === 0 ? undefined : `${homeless.length} pods fit into no pool of the cluster`
  for (const known of pools) {
    // One node for each pod that is stuck is enough, and a pool that was large enough before is no larger than it was.
    const grew = await growPool(slice, access, known, Math.max(more[known.pool.name] ?? 0, Math.min(stuck, shrunkBy(known))), opens)
    asked += grew.asked
    problem = grew.problem ?? problem
  }
  const coming = asked + pools.reduce((sum, known) => sum + incoming(known) + unready(known, now).length, 0)
  const total = Math.max(before.total, before.done + coming)
  return {
    done: total - coming, total,
    ...(problem === undefined ? {} : { problem }),
    ...(lacking.length === 0 ? {} : { missing: { pools: lacking, tied } }),
  }
}

const anyWaits = async (access: ClusterAccess, namespaces: readonly string[]): Promise<boolean> =>
  (await access.workloads.pods(namespaces)).some(waitsForNode)

/** Removes our mark from nodes of these pools that are not ending yet; answers the nodes that are a place. */
const giveBack = async (access: ClusterAccess, nodes: readonly Node[], pools: readonly KnownPool[]): Promise<readonly Node[]> => {
  const stays = new Set(pools.flatMap(({ pool, status }) => status.inService.filter((id) => pool.leaving[id]?.stage !== 'ending')))
  const given = nodes.filter(({ markedAt, instanceId }) => markedAt !== undefined && stays.has(instanceId))
  await Promise.all(given.map((node) => access.nodes.unmark(node)))
  return nodes.filter((node) => node.markedAt === undefined || given.includes(node))
}

/** Asks one pool for so many nodes more, and opens it where it may be; answers how many nodes it was asked for. */
const growPool = async ({ world }: Slice, { capacity }: ClusterAccess, known: KnownPool, more: number, opens: boolean): Promise<{ readonly asked: number; readonly problem?: string }> => {
  const { pool, status } = known
  const original = pool.original ?? status.mark
  // Without a known shape nothing can be counted: then the pool gets back what it was.
  const blind = pool.shape === undefined && known.nodes.length === 0 && original !== undefined
  const wanted = blind ? original.desiredSize : status.size.desiredSize + more
  // What somebody raised meanwhile stays (law 4), and a minimum beyond the maximum would be refused.
  const floor = Math.min(Math.max(original?.minSize ?? 0, status.size.minSize), status.size.maxSize)
  const desiredSize = Math.min(Math.max(wanted, floor), status.size.maxSize)
  const guard = guardOf(known, desiredSize)
  const minSize = guard ?? floor
  const grew = {
    asked: Math.max(0, desiredSize - status.size.desiredSize),
    ...(wanted > status.size.maxSize ? { problem: `pool ${pool.name} is at its maximum of ${status.size.maxSize} nodes, ${wanted} are needed` } : {}),
  }
  // Karpenter needs no asking: it starts nodes for the pods that wait, once it may.
  const isSame = status.kind === 'node-pool' || (desiredSize === status.size.desiredSize && minSize === status.size.minSize)
  if (isSame && (!opens || !isHeldShut(original, status.limits))) return grew
  const saved = await savePool(world.memory, pool, status)
  if (saved === undefined) return { ...grew, asked: 0 }
  // From here on it is a wake that puts it back, and nobody else.
  if (pool.prepared === true || guard !== pool.guard) await world.memory.pools.change({ cluster: pool.cluster, name: pool.name }, { set: { prepared: undefined, guard } })
  const wantedNodes = Math.max(desiredSize, status.size.desiredSize)
  const answer = await capacity.grow(pool.name, status, saved, { minSize, desiredSize: wantedNodes })
  if (answer === 'later') return { asked: 0, problem: `pool ${pool.name} is being changed; tried again in a moment` }
  await noteStanding(world, pool, poolStanding({ ...pool, original: saved }, { ...status.size, desiredSize: wantedNodes }), undefined)
  return grew
}

/**
 * The minimum a group needs until its nodes are there: Cluster Autoscaler asks for so many by what it read up to a minute
 * ago, and less than the wake asked for would end nodes that run. AWS refuses it less than the minimum. Undefined: that of before.
 */
const guardOf = ({ pool, status: { kind, size } }: KnownPool, desiredSize: number): number | undefined => {
  if (kind !== 'node-pool' && pool.autoscaled === true && desiredSize > size.desiredSize) return desiredSize
  return isGuarded(pool, size) ? pool.guard : undefined
}

/** What of a pool is waited for; none: nothing is. */
const lackingOf = (known: KnownPool, { needed: { more }, barren }: CountedNodes, now: Instant): readonly LackingPool[] => {
  const { pool: { name }, status: { size: { desiredSize, maxSize } } } = known
  const [wanted, joined, failed] = [more[name] ?? 0, unready(known, now), [...(barren.get(name) ?? [])]]
  const nodes = incoming(known) + wanted
  if (nodes === 0 && joined.length === 0 && failed.length === 0) return []
  return [{ pool: name, nodes, unready: joined, barren: failed, isFull: desiredSize + wanted > maxSize }]
}
