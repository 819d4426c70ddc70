import { clusterAutoscalerIn, type Consolidation, consolidationOf } from '../domain/consolidation.ts'
import { explainNodes, type NodeAnswer } from '../domain/drain/explain-nodes.ts'
import { type Emptying, nextEvictions } from '../domain/drain/next-evictions.ts'
import { podsOf } from '../domain/drain/pods-of.ts'
import type { Snapshot } from '../domain/drain/snapshot.ts'
import type { Environment } from '../domain/environment.ts'
import { type Fleet, protectedBy } from '../domain/fleet.ts'
import type { Leaving, Pool } from '../domain/pool.ts'
import { withoutLeftTaints } from '../domain/whole/left-taints.ts'
import type { ClusterAccess } from '../ports.ts'
import { poolView, type SeenCluster, sleepsWhole } from './pool-view.ts'
import type { World } from './world.ts'

/** A cluster as one look showed it, its nodes judged. */
export interface JudgedCluster extends SeenCluster {
  /** What the judge says of each node, by its name. */
  readonly answers: ReadonlyMap<string, NodeAnswer>
  readonly emptying: Emptying
}

/**
 * Looks at a cluster and has its nodes judged by the one table. Pods are moved only off nodes of pools that are
 * consolidated. What is ending has no say any more and is no place; a cluster without pools is not looked at.
 */
export const surveyNodes = async (
  world: World,
  fleet: Fleet,
  access: ClusterAccess,
  { environments, pools, system }: { readonly environments: readonly Environment[]; readonly pools: readonly Pool[]; readonly system?: Environment },
): Promise<JudgedCluster> => {
  const of = { environments, ...(system === undefined ? {} : { system }) }
  if (pools.length === 0) return { ...of, nodes: [], pods: [], answers: new Map(), emptying: NOTHING }
  const { nodes, snapshot: seen } = await access.nodes.survey()
  const autoscaler = clusterAutoscalerIn(seen)
  const snapshot = system?.phase === 'asleep' && autoscaler === undefined ? withoutLeftTaints(seen) : seen
  const cluster = { ...of, nodes, pods: podsOf(snapshot), ...(autoscaler === undefined ? {} : { autoscaler }) }
  const [ending, draining] = [nodesIn(pools, 'ending'), nodesIn(pools, 'draining')]
  const consolidations = await consolidationsIn(world, access, cluster, pools)
  const going = new Set(nodes.flatMap(({ name, poolKind = 'node-group' }) => (sleepsWhole(system, poolKind) ? [name] : [])))
  const moves = (name: string): boolean => going.has(name) || (consolidations.get(name)?.moves ?? false)

  const staying = { ...snapshot, nodes: snapshot.nodes.filter(({ name }) => !ending.has(name)) }
  const judge = (asleep: boolean): readonly NodeAnswer[] => explainNodes(staying, {
    now: world.clock.now(),
    asleep,
    sleepsWith: (namespace) => system?.terms.namespaces.includes(namespace) === true,
    protectedBy: (namespace) => protectedBy(namespace, fleet.protect),
    microUsdPerHour: world.listPrice,
    consolidates: ({ name }) => moves(name),
    whyLeft: ({ name }) => consolidations.get(name)?.why,
    drains: ({ name }) => draining.has(name) && moves(name),
  })
  const isGoing = ({ name }: { readonly name: string }): boolean => going.has(name)
  // While the cluster falls asleep the nodes of its autoscaler are judged as those of a cluster that sleeps, all others as ever.
  const answers = [
    ...(nodes.some(isGoing) ? judge(true).filter(isGoing) : []),
    ...(nodes.every(isGoing) ? [] : judge(false).filter((answer) => !isGoing(answer))),
  ]
  const marked = new Set(nodes.flatMap(({ name, markedAt }) => (markedAt === undefined || ending.has(name) ? [] : [name])))
  const emptying = marked.size === 0 ? NOTHING : await emptyingOf(access, snapshot, answers.filter(({ name }) => marked.has(name)), (node) => going.has(node))
  return { ...cluster, answers: new Map(answers.map((answer) => [answer.name, answer])), emptying }
}

const NOTHING: Emptying = { evictions: new Map(), hanging: new Map(), budgets: new Map() }

const emptyingOf = async ({ nodes }: ClusterAccess, snapshot: Snapshot, marked: readonly NodeAnswer[], placeless: (node: string) => boolean): Promise<Emptying> => {
  const attached = await nodes.attachments()
  const ofMarked = new Map(marked.map(({ name }) => [name, attached.get(name) ?? []]))
  return nextEvictions(snapshot, marked.filter(({ verdict }) => verdict === 'remove'), ofMarked, placeless)
}

const nodesIn = (pools: readonly Pool[], stage: Leaving['stage']): ReadonlySet<string> =>
  new Set(pools.flatMap(({ leaving }) => Object.values(leaving).flatMap((each) => (each.stage === stage ? [each.node] : []))))

/** Of which nodes the pods are moved, by name. A pool whose provisioner does not answer is left as it is; that is told where its turn comes. */
const consolidationsIn = async (
  world: World,
  { capacity }: ClusterAccess,
  cluster: SeenCluster,
  pools: readonly Pool[],
): Promise<ReadonlyMap<string, Consolidation>> => {
  const found = await Promise.all(pools.filter(({ consolidate }) => consolidate === true).map(async (pool) => {
    const status = await capacity.status(pool.name).catch(() => undefined)
    if (status === undefined) return []
    const view = poolView(world, cluster, pool, status)
    const consolidation = consolidationOf(view)
    return view.nodes.map((node) => [node.name, consolidation(node)] as const)
  }))
  return new Map(found.flat())
}
