import type { PodRef } from '../node.ts'
import { budgetCount } from './budget-count.ts'
import type { NodeAnswer } from './explain-nodes.ts'
import { leavingBatch } from './leaving-batch.ts'
import { hasFinished, podKey, type SeenNode, type SeenPod, type Snapshot } from './snapshot.ts'

/** What may be done now about nodes that are being emptied. */
export interface Emptying {
  /** The pods that may be evicted now, by node. */
  readonly evictions: ReadonlyMap<string, readonly PodRef[]>
  /** Volumes that hang on a node though no pod there has them any more, by node. */
  readonly hanging: ReadonlyMap<string, readonly string[]>
  /** The names of the disruption budgets of the pods there that have any, by `namespace/name`. */
  readonly budgets: ReadonlyMap<string, readonly string[]>
}

/**
 * Which pods of these nodes may be evicted now, the nodes in the order of the plan. As many as find room wherever the
 * scheduler puts the others, those that find it in fewest places first; under one budget as many as it allows, by our own
 * count; of those with volumes one at a time from each node, once the volumes of the one before are off it.
 * `attached`: names of the volumes attached to each node. `placeless`: nodes of a cluster that sleeps as a whole, whose pods
 * find room at its wake.
 */
export const nextEvictions = (snapshot: Snapshot, nodes: readonly NodeAnswer[], attached: ReadonlyMap<string, readonly string[]>, placeless: (node: string) => boolean = () => false): Emptying => {
  const budgets = budgetCount(snapshot.budgets, snapshot.pods)
  const batch = leavingBatch(snapshot)
  const podsOf = Map.groupBy(snapshot.pods, ({ node }) => node)
  const largestFirst = bySize(snapshot.nodes)
  const mayGo = (pod: SeenPod, node: string): boolean => {
    const [budget, second] = pod.phase === 'Pending' ? [] : budgets.of(pod)
    if (second !== undefined) return false
    if (budget !== undefined && 'why' in budgets.ask(budget, pod)) return false
    if (!placeless(node) && !batch.take(pod)) return false
    budgets.spend([pod])
    return true
  }
  const hanging = new Map([...attached].flatMap(([name, volumes]) => {
    const left = volumes.filter((volume) => !volumesOf(snapshot, podsOf.get(name) ?? []).has(volume))
    return left.length === 0 ? [] : [[name, left] as const]
  }))
  const evictions = nodes.map(({ name, pods }) => {
    const moving = new Set(pods.filter(({ verdict }) => verdict === 'evict').map(podKey))
    const there = podsOf.get(name) ?? []
    let hasVolumeUnderWay = hanging.has(name) || there.some((pod) => pod.deletionAt !== undefined && pod.claims.length > 0)
    const going = there.toSorted(largestFirst).filter((pod) => {
      if (!moving.has(podKey(pod)) || (pod.claims.length > 0 && hasVolumeUnderWay) || !mayGo(pod, name)) return false
      hasVolumeUnderWay ||= pod.claims.length > 0
      return true
    })
    return [name, going.map(({ namespace, name: pod, uid }): PodRef => ({ namespace, name: pod, uid }))] as const
  })
  const held = nodes.flatMap(({ name }) => podsOf.get(name) ?? []).map((pod) => [podKey(pod), budgets.of(pod).map((budget) => budget.name)] as const)
  return { evictions: new Map(evictions), hanging, budgets: new Map(held.filter(([, names]) => names.length > 0)) }
}

/** By what a pod asks of the roomiest node, as a share of it: a small one that goes first may take the only place of a large one. */
const bySize = (nodes: readonly SeenNode[]): ((a: SeenPod, b: SeenPod) => number) => {
  const most = (what: 'cpuMilli' | 'memoryBytes'): number => nodes.reduce((largest, { allocatable }) => Math.max(largest, allocatable[what]), 1)
  const [cpuMilli, memoryBytes] = [most('cpuMilli'), most('memoryBytes')]
  const share = ({ needs: { requests } }: SeenPod): number => Math.max(requests.cpuMilli / cpuMilli, requests.memoryBytes / memoryBytes)
  return (a, b) => share(b) - share(a) || (podKey(a) < podKey(b) ? -1 : 1)
}

/** A pod that has finished lets go of its volumes. */
const volumesOf = ({ claims }: Snapshot, pods: readonly SeenPod[]): ReadonlySet<string | undefined> =>
  new Set(pods.filter((pod) => !hasFinished(pod)).flatMap((pod) => pod.claims.map((claim) => claims.get(`${pod.namespace}/${claim}`)?.volume)))
