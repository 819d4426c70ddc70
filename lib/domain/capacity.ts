import { isFinished, type Node, type Pod, podsByNode, RECLAIM_TAINT } from './node.ts'
import type { NodeShape, Taint } from './pool.ts'
import { fits, type Requests, subtractRequests } from './requests.ts'
import type { PodNeeds, Toleration } from './workload.ts'

/** A pool that could grow, and how many of its nodes were asked for and have not joined. */
export interface GrowingPool {
  readonly name: string
  readonly shape: NodeShape
  readonly incoming: number
  /** How many nodes more it may get before it is at its maximum; undefined: any number. */
  readonly room?: number
}

/** How many nodes more each pool needs, by pool name, and the pods that no pool could take. */
export interface CapacityNeeded {
  readonly more: Readonly<Record<string, number>>
  readonly homeless: readonly PodNeeds[]
}

/** Room on one node, real or still to come. */
interface Place {
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  free: Requests
  pods: number
}

/**
 * How many nodes must be added so that `pods` find a place beside everything that runs or waits already. Waiting pods
 * take their room first; pods are placed largest first into the first place that fits (first-fit decreasing, which needs
 * at most 11/9 of the fewest nodes). The scheduler may place otherwise: what then stays Pending is asked for next time.
 */
export const capacityNeeded = (
  pods: readonly PodNeeds[],
  nodes: readonly Node[],
  present: readonly Pod[],
  pools: readonly GrowingPool[],
): CapacityNeeded => {
  const carried = podsByNode(present)
  const places = [...nodes.flatMap((node) => placeOn(node, carried.get(node.name) ?? [])), ...pools.flatMap(incomingPlaces)]
  const waiting = present.filter((pod) => pod.node === undefined && !isFinished(pod) && !pod.terminating)
  const more: Record<string, number> = {}
  const homeless: PodNeeds[] = []

  for (const pod of [...waiting.toSorted(largestFirst), ...pods.toSorted(largestFirst)]) {
    const place = places.find((candidate) => fitsOn(pod, candidate))
    if (place !== undefined) {
      take(place, pod)
      continue
    }
    const fitting = pools.filter(({ shape }) => fitsOn(pod, freshPlace(shape)))
    // One that is full is asked only where no other fits: it cannot grow, but then it can be said which one had to.
    const pool = fitting.find(({ name, room }) => room === undefined || (more[name] ?? 0) < room) ?? fitting[0]
    if (pool === undefined) {
      homeless.push(pod)
      continue
    }
    const added = freshPlace(pool.shape)
    take(added, pod)
    places.push(added)
    more[pool.name] = (more[pool.name] ?? 0) + 1
  }
  return { more, homeless }
}

/** Whether a pod may run where these labels and taints are (`nodeSelector`, `NoSchedule` and `NoExecute` taints). */
export const mayRunOn = (pod: PodNeeds, labels: Readonly<Record<string, string>>, taints: readonly Taint[]): boolean =>
  Object.entries(pod.nodeSelector).every(([key, value]) => labels[key] === value) &&
  taints.every((taint) => taint.effect === 'PreferNoSchedule' || pod.tolerations.some((toleration) => tolerates(toleration, taint)))

const tolerates = ({ key, operator, value, effect }: Toleration, taint: Taint): boolean =>
  (key === undefined || key === '' || key === taint.key) &&
  (effect === undefined || effect === '' || effect === taint.effect) &&
  (operator === 'Exists' || (value ?? '') === (taint.value ?? ''))

/** Taints that come and go by themselves: a node that has one is about to be a place. */
const PASSING_TAINTS = new Set([RECLAIM_TAINT, 'node.kubernetes.io/not-ready', 'node.kubernetes.io/unschedulable', 'node.cloudprovider.kubernetes.io/uninitialized'])

/** The taints of a node that are there to stay: what does not tolerate them will not run on it. */
const lastingTaints = ({ taints }: Node): readonly Taint[] => taints.filter(({ key }) => !PASSING_TAINTS.has(key))

const placeOn = (node: Node, pods: readonly Pod[]): Place[] => {
  if (node.cordoned && node.markedAt === undefined) return []
  const here = pods.filter((pod) => !isFinished(pod))
  return [{
    labels: node.labels,
    taints: lastingTaints(node),
    free: here.reduce((free, pod) => subtractRequests(free, pod.requests), node.allocatable),
    pods: node.allocatablePods - here.length,
  }]
}

const freshPlace = (shape: NodeShape): Place => ({ labels: shape.labels, taints: shape.taints, free: shape, pods: shape.pods })

const incomingPlaces = ({ shape, incoming }: GrowingPool): Place[] => Array.from({ length: incoming }, () => freshPlace(shape))

const fitsOn = (pod: PodNeeds, place: Place): boolean =>
  place.pods >= 1 && fits(pod.requests, place.free) && mayRunOn(pod, place.labels, place.taints)

const take = (place: Place, pod: PodNeeds): void => {
  place.free = subtractRequests(place.free, pod.requests)
  place.pods -= 1
}

const largestFirst = (a: PodNeeds, b: PodNeeds): number =>
  b.requests.cpuMilli - a.requests.cpuMilli || b.requests.memoryMiB - a.requests.memoryMiB

/**
 * What a fresh node of the same pool as `node` offers: its allocatable less what DaemonSets and mirror pods take there.
 * Labels that name the one node or its zone are left out: a fresh node has others.
 */
export const shapeOf = (node: Node, pods: readonly Pod[]): NodeShape => {
  const stays = pods.filter((pod) => pod.node === node.name && (pod.mirror || pod.owner?.kind === 'DaemonSet'))
  const free = stays.reduce((left, pod) => subtractRequests(left, pod.requests), node.allocatable)
  const labels = Object.entries(node.labels).filter(([key]) => !OWN_LABELS.has(key))
  return {
    ...free,
    pods: node.allocatablePods - stays.length,
    labels: Object.fromEntries(labels),
    taints: lastingTaints(node),
  }
}

const OWN_LABELS = new Set(['kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'])
