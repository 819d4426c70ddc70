import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import { type UsageModel, usageModel } from '../usage.ts'
import { ApiServer } from './api-server.ts'
import type { ClusterContext, Controller } from './context.ts'
import { clusterAutoscaler } from './controllers/cluster-autoscaler.ts'
import { cronJobController } from './controllers/cron-job-controller.ts'
import { daemonSetController } from './controllers/daemon-set-controller.ts'
import { deploymentController } from './controllers/deployment-controller.ts'
import { disruptionController } from './controllers/disruption-controller.ts'
import { garbageCollector } from './controllers/garbage-collector.ts'
import { horizontalPodAutoscalerController } from './controllers/horizontal-pod-autoscaler-controller.ts'
import { jobController } from './controllers/job-controller.ts'
import type { Machines } from './controllers/machines.ts'
import { namespaceController } from './controllers/namespace-controller.ts'
import { nodeClaimController } from './controllers/node-claim-controller.ts'
import { nodeLifecycleController } from './controllers/node-lifecycle-controller.ts'
import { nodePoolController } from './controllers/node-pool-controller.ts'
import { replicaSetController } from './controllers/replica-set-controller.ts'
import type { ScalingGroups } from './controllers/scaling-groups.ts'
import { statefulSetController } from './controllers/stateful-set-controller.ts'
import { volumeController } from './controllers/volume-controller.ts'
import { asCreated } from './create-object.ts'
import { withDefaults } from './defaults.ts'
import { deleteObject } from './deletion.ts'
import { type Faults, listen } from './http-front.ts'
import type { Identity } from './identity.ts'
import { isJsonObject } from './json.ts'
import { apiVersionOf, type KindRow, kindRow } from './kinds.ts'
import { kubelet } from './kubelet.ts'
import { type KubernetesObject, type ObjectChange, keyOf } from './kubernetes-object.ts'
import { memoryKiller } from './memory-killer.ts'
import { type JoiningNode, Nodes } from './nodes.ts'
import { ObjectStore } from './object-store.ts'
import { type MetricsFault, PodMetrics } from './pod-metrics.ts'
import { scheduler } from './scheduler.ts'
import { validate, validateChange } from './validation.ts'

/** Options of a simulated cluster. */
export interface ClusterOptions extends Faults {
  readonly name: string
  readonly timeline: Timeline
  readonly dice: Dice
  /** Who a bearer token speaks for; undefined is answered with 401. */
  readonly authenticate: (token: string) => Identity | undefined
  /** How long a started pod takes to be ready, drawn for each pod. */
  readonly podReadySeconds?: readonly [number, number]
  /** What containers use; by chance where none is given. */
  readonly usage?: UsageModel
  /** What Karpenter starts instances with; without it there is no Karpenter, and NodePools are just kept. */
  readonly machines?: Machines
  /** What Cluster Autoscaler scales, where a Deployment of it runs; without it there is none. */
  readonly groups?: ScalingGroups
  /** Asked at each request for metrics: what is wrong with metrics-server now. */
  readonly metricsFault?: () => MetricsFault | undefined
}

/** Names one object. */
interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** A Kubernetes cluster that answers over HTTP and lives on a timeline. */
export interface SimulatedCluster {
  readonly url: string
  /** What an administrator's `kubectl apply` would do, without HTTP. Throws an ApiError where the API would refuse. */
  apply(objects: readonly KubernetesObject[]): void
  /** What an administrator's `kubectl delete` would do; nothing where the object is not there. */
  remove(ref: ObjectRef): void
  joinNode(node: JoiningNode): void
  nodeGone(instanceId: string): void
  /** Frozen objects, sorted by namespace and name. */
  list(apiVersion: string, kind: string): readonly KubernetesObject[]
  onChange(listener: (change: ObjectChange) => void): () => void
  close(): Promise<void>
}

const rowFor = (apiVersion: string, kind: string): KindRow => {
  const row = kindRow(kind)
  if (row !== undefined && apiVersionOf(row) === apiVersion) return row
  throw new TypeError(`unknown kind: found ${apiVersion} ${kind}, expected a row of it in kinds.ts`)
}

const namespaceObject = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
})

// Replicas the manifest leaves open belong to whoever scaled the workload last.
const appliedSpec = (stored: KubernetesObject, wanted: KubernetesObject): unknown => {
  const { spec } = wanted
  if (!isJsonObject(spec) || !isJsonObject(stored.spec) || spec.replicas !== undefined) return spec
  return stored.spec.replicas === undefined ? spec : { ...spec, replicas: stored.spec.replicas }
}

const merged = (stored: KubernetesObject, wanted: KubernetesObject): KubernetesObject => {
  const { status: _, ...fields } = wanted
  const labels = { ...stored.metadata.labels, ...wanted.metadata.labels }
  const annotations = { ...stored.metadata.annotations, ...wanted.metadata.annotations }
  return withDefaults({
    ...stored,
    ...fields,
    ...(wanted.spec === undefined ? {} : { spec: appliedSpec(stored, wanted) }),
    metadata: {
      ...stored.metadata,
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
  })
}

const applyObject = (store: ObjectStore, sent: KubernetesObject): void => {
  const row = rowFor(sent.apiVersion, sent.kind)
  const { namespace: given, ...named } = sent.metadata
  const namespace = row.namespaced ? (given ?? 'default') : undefined
  const wanted = { ...sent, metadata: namespace === undefined ? named : { ...named, namespace } }
  if (namespace !== undefined && store.get('Namespace', namespace) === undefined) {
    store.create(asCreated(namespaceObject(namespace)))
  }
  const stored = store.get(wanted.kind, wanted.metadata.name, namespace)
  if (stored === undefined) {
    const object = asCreated(wanted)
    validate(row, object)
    store.create(object)
  } else {
    const next = merged(stored, wanted)
    validateChange(row, next, stored)
    store.update(stored, next)
  }
}

const controllersOf = (
  context: ClusterContext, podReadySeconds: readonly [number, number], usage: UsageModel, { machines, groups }: Pick<ClusterOptions, 'machines' | 'groups'>,
): readonly Controller[] => [
  ...(machines === undefined ? [] : [nodePoolController(context, machines), nodeClaimController(context, machines)]),
  ...(groups === undefined ? [] : [clusterAutoscaler(context, groups)]),
  cronJobController(context),
  jobController(context),
  deploymentController(context),
  replicaSetController(context),
  statefulSetController(context),
  daemonSetController(context),
  horizontalPodAutoscalerController(context),
  disruptionController(context),
  garbageCollector(context),
  namespaceController(context),
  nodeLifecycleController(context),
  volumeController(context),
  scheduler(context),
  kubelet(context, podReadySeconds),
  memoryKiller(context, usage),
]

/** Starts a simulated cluster with no node, and its API server on a free port of this machine. */
export const createCluster = async (options: ClusterOptions): Promise<SimulatedCluster> => {
  const { name, timeline, dice, authenticate, podReadySeconds = [5, 30], usage = usageModel(dice) } = options
  const store = new ObjectStore(name, () => timeline.now())
  const context: ClusterContext = { name, timeline, dice, store }
  const controllers = controllersOf(context, podReadySeconds, usage, options)
  store.onChange((change) => {
    for (const controller of controllers) controller.observe(change)
  })
  for (const namespace of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    store.create(asCreated(namespaceObject(namespace)))
  }
  const nodes = new Nodes(context)
  const metrics = new PodMetrics(context, usage, options.metricsFault)
  const front = await listen(new ApiServer(store, timeline, metrics), authenticate, options)

  return {
    url: front.url,
    apply: (objects) => {
      for (const object of objects) applyObject(store, object)
    },
    remove: ({ apiVersion, kind, name: objectName, namespace = 'default' }) => {
      const { namespaced } = rowFor(apiVersion, kind)
      const object = store.get(kind, objectName, namespaced ? namespace : undefined)
      if (object !== undefined) deleteObject(store, timeline, object)
    },
    joinNode: (node) => nodes.join(node),
    nodeGone: (instanceId) => nodes.gone(instanceId),
    list: (apiVersion, kind) => {
      const objects = store.list(rowFor(apiVersion, kind).kind)
      return objects.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    },
    onChange: (listener) => store.onChange(listener),
    close: async () => {
      for (const controller of controllers) controller.close()
      await front.close()
    },
  }
}
