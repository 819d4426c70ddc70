import { type Instant, instant, secondsBetween } from '../../../domain/time.ts'
import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { generatedName } from '../generated-name.ts'
import { sameJson } from '../json.ts'
import { kindRow } from '../kinds.ts'
import type { KubernetesObject } from '../kubernetes-object.ts'
import { isChosen, untolerated } from '../node-fit.ts'
import { largestFirst, podRequests } from '../pod-requests.ts'
import { isUnschedulable, withCondition } from '../pod-state.ts'
import { parseQuantity } from '../quantity.ts'
import type { Node, NodeClaim, NodePool, Pod } from '../resources.ts'
import { reachesVolumes } from '../volumes.ts'
import { WorkQueue } from '../work-queue.ts'
import { karpenterRuns } from './karpenter-runs.ts'
import { AUTO_MODE_GROUP, type Machines, type RefusedMachine } from './machines.ts'

/** Karpenter gathers the pods of a moment before it starts anything: a batch ends after a second without a new one. */
const batchSeconds = 1

/** While a pool is at its limits, or a claim is on its way, it looks again. */
const againSeconds = 10

/** The scheduler sees a new node within this. */
const schedulerSeconds = 15

/** What EC2 had no capacity for Karpenter does not ask for again before this is over. */
const unavailableSeconds = 180

/** Karpenter gives up a claim that has not launched by then. */
const launchSeconds = 300

/** Codes of EC2 that Karpenter takes for a want of capacity (karpenter-provider-aws, pkg/errors). */
const NO_CAPACITY: ReadonlySet<string> = new Set(['InsufficientInstanceCapacity', 'VcpuLimitExceeded'])

const MIB = 1024 * 1024

/** Room for pods on a node that is still to come. */
interface Place {
  readonly pool: NodePool
  readonly instanceType: string
  readonly node: Node
  cpuMilli: number
  memoryBytes: number
  pods: number
  readonly nominated: Pod[]
}

/**
 * Karpenter's provisioner: nodes for the pods the scheduler found no place for, of the first type and zone of the first
 * NodePool, by weight, that may take them, within the pool's limits. It does not consolidate. A built-in NodePool of EKS
 * Auto Mode that somebody changes is put back, as EKS does.
 */
export const nodePoolController = (context: ClusterContext, machines: Machines): Controller => {
  const { store, timeline } = context
  const builtIn = new Map<string, NodePool>()
  /** The claim each pod has been promised room on, by the pod's uid. */
  const promised = new Map<string, string>()
  /** When EC2 last had no capacity, by `type/zone`. */
  const unavailable = new Map<string, Instant>()

  const isPromised = ({ metadata }: Pod): boolean => {
    const claim = store.get('NodeClaim', promised.get(metadata.uid ?? '') ?? '')
    return claim !== undefined && !hasBeenReady(claim)
  }

  /** Ready for so long that the scheduler must have seen it. */
  const hasBeenReady = ({ status }: NodeClaim): boolean => {
    const node = store.get('Node', status?.nodeName ?? '')
    const ready = node?.status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True')
    return ready?.lastTransitionTime !== undefined && secondsBetween(instant(ready.lastTransitionTime), timeline.now()) > schedulerSeconds
  }

  const pools = (): readonly NodePool[] =>
    store.list('NodePool').filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted((a, b) => (b.spec.weight ?? 0) - (a.spec.weight ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1))

  const isWithinLimits = (pool: NodePool, instanceType: string, more: readonly Place[]): boolean => {
    const { name } = pool.metadata
    const types = [
      ...store.list('NodeClaim').filter(({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'] === name).map(({ metadata }) => metadata.labels?.['node.kubernetes.io/instance-type'] ?? ''),
      ...more.filter((place) => place.pool.metadata.name === name).map((place) => place.instanceType),
      instanceType,
    ]
    const offers = types.flatMap((type) => machines.offer(type) ?? [])
    const used = { cpu: offers.reduce((sum, { cpuMilli }) => sum + cpuMilli / 1000, 0), memory: offers.reduce((sum, { memoryMiB }) => sum + memoryMiB * MIB, 0), nodes: types.length }
    return Object.entries(used).every(([resource, amount]) => amount <= (parseQuantity(pool.spec.limits?.[resource] ?? Infinity) ?? Infinity))
  }

  const takes = (place: Place, pod: Pod): boolean => {
    const { cpuMilli, memoryBytes } = podRequests(pod.spec)
    return (
      place.pods >= 1 && cpuMilli <= place.cpuMilli && memoryBytes <= place.memoryBytes && isChosen(pod.spec, place.node) &&
      untolerated(pod.spec, place.node.spec?.taints ?? [], ['NoSchedule', 'NoExecute']) === undefined && reachesVolumes(store, pod, place.node)
    )
  }

  const freshPlaces = (pool: NodePool): readonly Place[] =>
    valuesOf(pool, 'node.kubernetes.io/instance-type').flatMap((instanceType) => {
      const offer = machines.offer(instanceType)
      if (offer === undefined) return []
      const daemons = store.list('DaemonSet').map(({ spec }) => podRequests(spec.template.spec))
      return zonesInTurn(pool).filter((zone) => isAvailable(instanceType, zone)).map((zone): Place => ({
        pool, instanceType,
        node: nodeOf(pool, instanceType, zone),
        cpuMilli: offer.cpuMilli - daemons.reduce((sum, each) => sum + each.cpuMilli, 0),
        memoryBytes: offer.memoryMiB * MIB - daemons.reduce((sum, each) => sum + each.memoryBytes, 0),
        pods: offer.pods - daemons.length,
        nominated: [],
      }))
    })

  const isAvailable = (instanceType: string, zone: string): boolean => {
    const refusedAt = unavailable.get(`${instanceType}/${zone}`)
    return refusedAt === undefined || secondsBetween(refusedAt, timeline.now()) >= unavailableSeconds
  }

  /** The zone with the fewest claims first. */
  const zonesInTurn = (pool: NodePool): readonly string[] => {
    const claims = store.list('NodeClaim').filter(({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'] === pool.metadata.name)
    const count = (zone: string): number => claims.filter(({ metadata }) => metadata.labels?.[ZONE] === zone).length
    return valuesOf(pool, ZONE).toSorted((a, b) => count(a) - count(b))
  }

  const provision = (): void => {
    if (!karpenterRuns(store)) return void timeline.after(againSeconds, () => queue.add('run'))
    for (const [uid, claim] of promised) if (store.get('NodeClaim', claim) === undefined) promised.delete(uid)
    const waiting = store.list('Pod').filter((pod) => isUnschedulable(pod) && !isPromised(pod)).toSorted(largestFirst)
    const places: Place[] = []
    for (const pod of waiting) {
      const place = places.find((each) => takes(each, pod)) ?? pools().flatMap(freshPlaces).find((each) => takes(each, pod) && isWithinLimits(each.pool, each.instanceType, places))
      if (place === undefined) continue
      put(place, pod)
      if (!places.includes(place)) places.push(place)
    }
    for (const place of places) launch(place)
    if (waiting.length > 0) timeline.after(againSeconds, () => queue.add('run'))
  }

  const launch = ({ pool, instanceType, node, nominated }: Place): void => {
    const { name: poolName, uid = '' } = pool.metadata
    const row = kindRow('NodeClaim')
    const name = row && generatedName(store, row, undefined, `${poolName}-`)
    if (name === undefined) return
    const labels = node.metadata.labels ?? {}
    const zone = labels[ZONE] ?? ''
    const { template } = pool.spec
    const isAutoMode = template.spec.nodeClassRef?.group === AUTO_MODE_GROUP
    const start = () => machines.launch({ pool: poolName, instanceType, zone, labels, taints: template.spec.taints ?? [], isAutoMode, claim: name })
    const started = start()
    if (typeof started !== 'string' && NO_CAPACITY.has(started.code)) {
      unavailable.set(`${instanceType}/${zone}`, timeline.now())
      return tellNoCapacity(name, started)
    }
    const claim = createObject(store, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: {
        name, labels, finalizers: ['karpenter.sh/termination'],
        ownerReferences: [{ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: poolName, uid, blockOwnerDeletion: true }],
      },
      spec: template.spec,
    })
    follow(claim.metadata.name, zone, started, start)
    for (const pod of nominated) promised.set(pod.metadata.uid ?? '', name)
  }

  /** Notes what came of a launch; one that failed for another reason than capacity is tried again for as long as Karpenter waits. */
  const follow = (claim: string, zone: string, started: string | RefusedMachine, again: () => string | RefusedMachine, triedSeconds = 0): void => {
    const present = store.get('NodeClaim', claim)
    if (present === undefined || present.metadata.deletionTimestamp !== undefined) return
    if (typeof started === 'string') {
      const conditions = withCondition(present.status?.conditions, { type: 'Launched', status: 'True' }, store.timestamp())
      store.update(present, { ...present, status: { providerID: `aws:///${zone}/${started}`, conditions } }, 'status')
      return
    }
    const message = `creating instance, ${started.code}: ${started.message}`
    const conditions = withCondition(present.status?.conditions, { type: 'Launched', status: 'Unknown', reason: 'LaunchFailed', message }, store.timestamp())
    store.update(present, { ...present, status: { conditions } }, 'status')
    timeline.after(againSeconds, () => {
      if (triedSeconds >= launchSeconds) store.remove(present)
      else follow(claim, zone, again(), again, triedSeconds + againSeconds)
    })
  }

  /** Karpenter deletes the claim in the same moment: the event is all that is left of it. */
  const tellNoCapacity = (claim: string, { code, message }: RefusedMachine): void => {
    const row = kindRow('Event')
    const name = row && generatedName(store, row, 'default', `${claim}.`)
    if (name === undefined) return
    const at = store.timestamp()
    createObject(store, {
      apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' },
      involvedObject: { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', name: claim }, type: 'Warning', reason: 'InsufficientCapacityError',
      message: `NodeClaim ${claim} event: creating instance, insufficient capacity, with fleet error(s), ${code}: ${message}`,
      source: { component: 'karpenter' }, firstTimestamp: at, lastTimestamp: at, count: 1,
    } as KubernetesObject)
  }

  /** EKS owns its built-in pools: what somebody changes there it puts back. */
  const keepBuiltIn = (name: string): void => {
    const [pool, first] = [store.get('NodePool', name), builtIn.get(name)]
    if (pool === undefined || first === undefined || sameJson(pool.spec, first.spec)) return
    store.update(pool, { ...pool, spec: first.spec })
  }

  const queue = new WorkQueue(timeline, batchSeconds, (key) => (key === 'run' ? provision() : keepBuiltIn(key)))

  return {
    observe: ({ type, object }) => {
      if (object.kind === 'NodePool') {
        const isBuiltIn = object.metadata.labels?.['app.kubernetes.io/managed-by'] === 'eks'
        if (isBuiltIn && !builtIn.has(object.metadata.name)) builtIn.set(object.metadata.name, object as NodePool)
        queue.add(isBuiltIn ? object.metadata.name : 'run')
        queue.add('run')
      }
      if (object.kind === 'Pod' && type !== 'DELETED' && isUnschedulable(object as Pod)) queue.add('run')
    },
    close: () => queue.close(),
  }
}

const ZONE = 'topology.kubernetes.io/zone'

const put = (place: Place, pod: Pod): void => {
  const { cpuMilli, memoryBytes } = podRequests(pod.spec)
  place.cpuMilli -= cpuMilli
  place.memoryBytes -= memoryBytes
  place.pods -= 1
  place.nominated.push(pod)
}

/** The values a NodePool allows for a label. */
const valuesOf = ({ spec }: NodePool, key: string): readonly string[] =>
  spec.template.spec.requirements?.find((requirement) => requirement.key === key && requirement.operator === 'In')?.values ?? []

const nodeOf = ({ metadata, spec }: NodePool, instanceType: string, zone: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: metadata.name,
    labels: {
      ...spec.template.metadata?.labels,
      'karpenter.sh/nodepool': metadata.name,
      'karpenter.sh/capacity-type': 'on-demand',
      'node.kubernetes.io/instance-type': instanceType,
      [ZONE]: zone,
      'kubernetes.io/os': 'linux',
      ...(spec.template.spec.nodeClassRef?.group === AUTO_MODE_GROUP ? { 'eks.amazonaws.com/compute-type': 'auto' } : {}),
    },
  },
  spec: { taints: spec.template.spec.taints ?? [] },
})
