import type { ClusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesContainers } from '../../lib/adapters/kubernetes/kubernetes-containers.ts'
import { kubernetesIngresses } from '../../lib/adapters/kubernetes/kubernetes-ingresses.ts'
import { kubernetesNodes } from '../../lib/adapters/kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../../lib/adapters/kubernetes/kubernetes-workloads.ts'
import { nodePoolCapacity } from '../../lib/adapters/karpenter/nodepool-capacity.ts'
import type { PoolsOfKind } from '../../lib/adapters/eks/cluster-capacity.ts'
import type { Ingress } from '../../lib/domain/front/ingress-object.ts'
import type { Kind } from '../../lib/domain/kinds/kind.ts'
import { KINDS } from '../../lib/domain/kinds/kinds.ts'
import { type Instant, instant } from '../../lib/domain/time.ts'
import type { WorkloadStep } from '../../lib/domain/workload.ts'
import type { Containers, Ingresses, Nodes, Workloads } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { podOf } from '../sandbox/cluster/manifests-of.ts'

/** One call of a port, as a worker makes it, on objects that need not be there. */
export interface WireCall {
  readonly name: string
  /** Answers what the port answered. Throws what it threw. */
  readonly make: () => Promise<unknown>
}

/** A call of each method of a port: one that is new is missed by the compiler. */
type CallsOf<Port> = { readonly [Method in keyof Port]-?: Port[Method] extends (...parameters: never[]) => unknown ? () => Promise<unknown> : unknown }

const ID = 'us-dev/shop'
const POOL = 'wire'
const INSTANCE = 'i-0123456789abcdef0'
const SIZE = { minSize: 0, desiredSize: 1, maxSize: 1 }
const SEEN = { uid: 'nobody', generation: 1, resourceVersion: '1', annotated: true, marks: [], depth: 9 }

/** Controllers a pod may have. */
const CONTROLLERS = [['apps/v1', 'ReplicaSet'], ['apps/v1', 'StatefulSet'], ['apps/v1', 'Deployment'], ['batch/v1', 'Job'], ['v1', 'ReplicationController']] as const

/** What must be there for every call to be made: some are made only for what others found. */
export const wireObjects = (namespace: string): readonly KubernetesObject[] => [
  { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: POOL }, spec: { limits: { cpu: '10' } } },
  { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', metadata: { name: POOL, labels: { 'karpenter.sh/nodepool': POOL } }, spec: {} },
  ...CONTROLLERS.map(([apiVersion, kind]) => ({
    ...podOf('owned'),
    metadata: { name: `owned-${kind.toLowerCase()}`, namespace, ownerReferences: [{ apiVersion, kind, name: 'nobody', uid: 'nobody', controller: true }] },
  })),
  { ...podOf('stored', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }), metadata: { name: 'stored', namespace } },
  {
    ...podOf('near', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', namespaceSelector: {}, labelSelector: { matchLabels: { app: 'near' } } }] } } }),
    metadata: { name: 'near', namespace },
  },
]

/** The status of the NodeClaim, as Karpenter writes it. */
export const wireStatus = { path: `/apis/karpenter.sh/v1/nodeclaims/${POOL}/status`, body: { status: { providerID: `aws:///us-east-1a/${INSTANCE}` } } }

/** Every call of every port that reaches the API of a cluster. */
export const wireCalls = (api: ClusterApi, namespace: string): readonly WireCall[] =>
  Object.entries({
    workloads: workloadCalls(kubernetesWorkloads(api), namespace),
    nodes: nodeCalls(kubernetesNodes(api), namespace),
    containers: containerCalls(kubernetesContainers(api), namespace),
    ingresses: ingressCalls(kubernetesIngresses(api), namespace),
    nodePools: nodePoolCalls(nodePoolCapacity(api)),
  }).flatMap(([port, calls]) => Object.entries(calls).map(([method, make]): WireCall => ({ name: `${port}.${method}`, make })))

const workloadCalls = (port: Workloads, namespace: string): CallsOf<Workloads> => ({
  namespaces: () => port.namespaces({ catnap: 'nightly' }),
  list: async () => Promise.allSettled([
    port.list([namespace], { daemonSets: true, kinds: [] }),
    // Nobody serves it, which is found out in the list of CRDs.
    port.list([namespace], { daemonSets: false, kinds: ['moons.example.com'] }),
  ]).then(sayAll),
  pods: () => port.pods([namespace]),
  runningJobs: () => port.runningJobs([namespace]),
  announce: () => port.announce([namespace], { key: 'wire', at: Date.now() as Instant, reason: 'Asleep', text: 'asleep' }),
  owners: () => port.owners(['Application', 'Kustomization', 'HelmRelease']),
  symptoms: () => port.symptoms([namespace]),
  change: () => Promise.all(KINDS.map((kind) => port.change(ID, stepOf(kind, namespace)))),
})

const stepOf = (kind: Kind, namespace: string): WorkloadStep => {
  const value = { value: 'true' } as const
  return { do: 'sleep', kind: kind.kind, namespace, name: 'nobody', place: kind, seen: SEEN, from: value, to: value, original: value, why: 'night' }
}

const nodeCalls = (port: Nodes, namespace: string): CallsOf<Nodes> => {
  const node = {
    name: 'nobody', resourceVersion: '1', instanceId: INSTANCE, instanceType: 'm5.large', zone: 'us-east-1a', labels: {}, taints: [], cordoned: false,
    ready: true, createdAt: instant('2026-11-23T08:00:00Z'), allocatable: { cpuMilli: 2000, memoryMiB: 4096 }, allocatablePods: 10,
  }
  return {
    list: () => port.list(), pods: () => port.pods(), survey: () => port.survey(), mark: () => port.mark(node, node.createdAt), unmark: () => port.unmark(node),
    evict: () => port.evict({ namespace, name: 'nobody', uid: 'nobody' }), attachments: () => port.attachments(),
    volumeZones: () => port.volumeZones(new Set([namespace])),
  }
}

const containerCalls = (port: Containers, namespace: string): CallsOf<Containers> => ({
  look: () => port.look([namespace], []),
  targetGroups: () => port.targetGroups([namespace]),
})

const ingressCalls = (port: Ingresses, namespace: string): CallsOf<Ingresses> => {
  const ingress: Ingress = { namespace, name: 'nobody', seen: SEEN, annotations: {}, backends: [] }
  return {
    list: () => port.list([namespace]),
    services: () => port.services([namespace]),
    change: () => port.change({ do: 'lead-to-wake', environment: ID, ingress, backends: [], annotations: {}, original: { backends: [], annotations: [] }, why: 'night' }),
    changeService: () => Promise.all([
      port.changeService({ do: 'make-service', environment: ID, namespace, address: { host: 'wake.example.com', port: 443, tls: true, ownHostOnly: false } }),
      port.changeService({ do: 'remove-service', environment: ID, service: { namespace, uid: 'nobody' } }),
    ]),
  }
}

const nodePoolCalls = (port: PoolsOfKind): CallsOf<PoolsOfKind> => {
  const original = { ...SIZE, rebalancing: false, limits: { cpu: '10' } }
  const status = { kind: 'node-pool', size: SIZE, rebalancing: false, limits: { cpu: '10' }, instanceTypes: [], inService: [], waits: {} } as const
  return {
    list: () => port.list(),
    status: () => port.status(POOL),
    prepare: () => port.prepare(POOL, status, original, 0),
    grow: () => port.grow(POOL, status, original, SIZE),
    restore: () => port.restore(POOL, { ...status, mark: original }, original),
    remove: () => port.remove(POOL, INSTANCE),
    troubles: () => port.troubles(POOL, instant('2026-11-23T08:00:00Z')),
  }
}

const sayAll = (ends: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)))
