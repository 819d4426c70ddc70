import { asksForNode, isFinished, type Node, type Pod, podsByNode, RECLAIM_TAINT, REMOVERS } from './node.ts'
import type { NodeShape, Taint } from './pool.ts'
import { fits, type Requests, subtractRequests } from './requests.ts'
import type { PodNeeds, Toleration } from './workload.ts'
import { nextZone, type ZoneCounts } from './zone-balance.ts'

/** A pool that could grow, and how many of its nodes were asked for and have not joined. */
export interface GrowingPool {
  readonly name: string
  readonly shape: NodeShape
  readonly incoming: number
  /** How many nodes more it may get before it is at its maximum; undefined: any number. */
  readonly room?: number
  /** The zones it spreads over, with the nodes each has. Absent: it starts each node in a zone where the pods that wait may run. */
  readonly zones?: ZoneCounts
  /** The zones of those incoming that are launched already, and so counted in `zones`; where the others come up is seen then. */
  readonly launched?: readonly string[]
  /** Zones in which it starts none at present. */
  readonly barren?: ReadonlySet<string>
}

/** How many nodes more each pool needs, by pool name, and the pods that no pool could take. */
export interface CapacityNeeded {
  readonly more: Readonly<Record<string, number>>
  readonly homeless: readonly PodNeeds[]
  /** Pods that are tied to zones and wait for a node to be Ready in one of them, counted by these; absent: none. */
  readonly tied?: Readonly<Record<string, number>>
  /** Pools that grow because no node of theirs is in such a zone; absent: none. */
  readonly forZones?: readonly string[]
}

const ZONE = 'topology.kubernetes.io/zone'

/** Room on one node, real or still to come. */
interface Place {
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  /** Undefined: it comes up where the first pod that is put there and tied to a zone may run. */
  zone: string | undefined
  readonly ready: boolean
  free: Requests
  pods: number
}

/** A pool while it is counted: each node that is added takes its place in a zone. */
interface Growth extends GrowingPool {
  counts: Record<string, number> | undefined
}

/** Whether a pod waits for a node that may yet have to come. One of a DaemonSet comes with its node. */
export const waitsForNode = (pod: Pod): boolean => pod.node === undefined && !pod.terminating && asksForNode(pod)

/**
 * How many nodes must be added so that `pods`, those that wait and those to come, find a place beside what runs. `rivals`
 * wait for the same nodes: they take room that is there or coming, and somebody else asks for theirs. Pods tied to a zone
 * go before others, and the largest first, into the first place that fits (first-fit decreasing, which needs at most 11/9
 * of the fewest nodes). The scheduler may place otherwise: what then stays Pending is asked for next time. A pool that
 * spreads over zones grows until its next node comes up in the zone that is needed.
 */
export const capacityNeeded = (
  pods: readonly PodNeeds[],
  nodes: readonly Node[],
  present: readonly Pod[],
  pools: readonly GrowingPool[],
  rivals: readonly PodNeeds[] = [],
): CapacityNeeded => {
  const carried = podsByNode(present)
  const growths = pools.map((pool): Growth => ({ ...pool, counts: pool.zones === undefined ? undefined : { ...pool.zones } }))
  const places = [...nodes.flatMap((node) => placeOn(node, carried.get(node.name) ?? [])), ...growths.flatMap(incomingPlaces)]
  const more: Record<string, number> = {}
  const homeless: PodNeeds[] = []
  const tied: Record<string, number> = {}
  const forZones = new Set<string>()

  const grow = (growth: Growth, wished: readonly string[] | undefined): Place => {
    const added = freshPlace(growth, launchZone(growth, wished))
    places.push(added)
    more[growth.name] = (more[growth.name] ?? 0) + 1
    return added
  }
  const roomFor = (pod: PodNeeds): Place | undefined => places.find((candidate) => fitsOn(pod, candidate))
  const place = (pod: PodNeeds): Place | 'barren' | 'homeless' => {
    const found = roomFor(pod)
    if (found !== undefined) return found
    const fitting = growths.filter((growth) => fitsFresh(pod, growth))
    const reaching = fitting.filter((growth) => reaches(growth, pod))
    // One that is full is asked only where no other fits: it cannot grow, but then it can be said which one had to.
    const growth = reaching.find(({ name, room }) => room === undefined || (more[name] ?? 0) < room) ?? reaching[0]
    if (growth === undefined) return fitting.length === 0 ? 'homeless' : 'barren'
    if (zonesOf(pod) !== undefined && growth.counts !== undefined) forZones.add(growth.name)
    let added = grow(growth, zonesOf(pod))
    while (!fitsOn(pod, added)) added = grow(growth, zonesOf(pod))
    return added
  }

  const foreign = new Set(rivals)
  for (const pod of [...rivals, ...pods].toSorted(tiedThenLargest)) {
    const where = foreign.has(pod) ? roomFor(pod) : place(pod)
    if (where === 'homeless') homeless.push(pod)
    else if (where !== undefined && where !== 'barren') take(where, pod)
    if (foreign.has(pod)) continue
    const zones = zonesOf(pod)
    if (zones === undefined || where === 'homeless' || (where !== 'barren' && where?.ready === true)) continue
    const named = zones.join(' or ')
    tied[named] = (tied[named] ?? 0) + 1
  }
  return {
    more, homeless,
    ...(Object.keys(tied).length === 0 ? {} : { tied }),
    ...(forZones.size === 0 ? {} : { forZones: [...forZones] }),
  }
}

/** The zones a pod is tied to, by its volumes or its own choice; undefined: none. */
const zonesOf = ({ zones, nodeSelector: { [ZONE]: chosen } }: PodNeeds): readonly string[] | undefined => {
  if (chosen === undefined) return zones
  return zones === undefined || zones.includes(chosen) ? [chosen] : []
}

/** Where the next node of a pool comes up; where that is nobody's choice but that of the pods, undefined. */
const launchZone = (growth: Growth, wished?: readonly string[]): string | undefined => {
  if (growth.counts === undefined) return undefined
  const zone = nextZone(growth.counts, growth.barren ?? new Set(), wished)
  if (zone !== undefined) growth.counts[zone] = (growth.counts[zone] ?? 0) + 1
  return zone
}

/** Whether a node of the pool can come up where the pod may run. */
const reaches = ({ counts, barren }: Growth, pod: PodNeeds): boolean => {
  const zones = zonesOf(pod)
  return zones === undefined || counts === undefined || zones.some((zone) => counts[zone] !== undefined && barren?.has(zone) !== true)
}

/** Whether a fresh node of the pool, in one of its zones, takes the pod. */
const fitsFresh = (pod: PodNeeds, growth: Growth): boolean => {
  const { counts } = growth
  const zones = counts === undefined ? [undefined] : (zonesOf(pod)?.filter((zone) => counts[zone] !== undefined) ?? [undefined])
  return zones.some((zone) => fitsOn(pod, freshPlace(growth, zone)))
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
    zone: node.zone,
    ready: node.ready,
    free: here.reduce((free, pod) => subtractRequests(free, pod.requests), node.allocatable),
    pods: node.allocatablePods - here.length,
  }]
}

const freshPlace = ({ shape }: Pick<GrowingPool, 'shape'>, zone: string | undefined): Place => ({
  labels: zone === undefined ? shape.labels : { ...shape.labels, [ZONE]: zone },
  taints: shape.taints, zone, ready: false, free: shape, pods: shape.pods,
})

const incomingPlaces = (growth: Growth): Place[] => {
  const launched = (growth.launched ?? []).slice(0, growth.incoming)
  return [
    ...launched.map((zone) => freshPlace(growth, zone)),
    ...Array.from({ length: growth.incoming - launched.length }, () => freshPlace(growth, launchZone(growth))),
  ]
}

const fitsOn = (pod: PodNeeds, place: Place): boolean => {
  if (place.pods < 1 || !fits(pod.requests, place.free)) return false
  const zones = zonesOf(pod)
  if (zones === undefined) return mayRunOn(pod, place.labels, place.taints)
  const zone = place.zone ?? zones[0]
  return zone !== undefined && zones.includes(zone) && mayRunOn(pod, place.zone === undefined ? { ...place.labels, [ZONE]: zone } : place.labels, place.taints)
}

const take = (place: Place, pod: PodNeeds): void => {
  place.free = subtractRequests(place.free, pod.requests)
  place.pods -= 1
  place.zone ??= zonesOf(pod)?.[0]
}

const tiedThenLargest = (a: PodNeeds, b: PodNeeds): number =>
  Number(zonesOf(b) !== undefined) - Number(zonesOf(a) !== undefined) || b.requests.cpuMilli - a.requests.cpuMilli || b.requests.memoryMiB - a.requests.memoryMiB

/**
 * What a fresh node of the same pool as `node` offers: its allocatable less what DaemonSets and mirror pods take there.
 * Labels that name the one node or its zone, and taints of whoever removes it, are left out: a fresh node has others, or none.
 */
export const shapeOf = (node: Node, pods: readonly Pod[]): NodeShape => {
  const stays = pods.filter((pod) => pod.node === node.name && (pod.mirror || pod.owner?.kind === 'DaemonSet'))
  const free = stays.reduce((left, pod) => subtractRequests(left, pod.requests), node.allocatable)
  const labels = Object.entries(node.labels).filter(([key]) => !OWN_LABELS.has(key))
  return {
    ...free,
    pods: node.allocatablePods - stays.length,
    labels: Object.fromEntries(labels),
    taints: lastingTaints(node).filter(({ key }) => !REMOVERS.has(key) && key !== CANDIDATE_TAINT),
  }
}

/** Cluster Autoscaler's of a node that it may remove before long. */
const CANDIDATE_TAINT = 'DeletionCandidateOfClusterAutoscaler'

const OWN_LABELS = new Set(['kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'])
