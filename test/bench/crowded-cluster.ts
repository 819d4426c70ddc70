/** Objects of one kind, as the API prints a page of a list. */
export interface Page {
  readonly kind: string
  readonly text: string
}

/** How large a cluster is: 30 pods a node and a budget for each ten nodes. */
export const sizesOf = (nodes: number) => ({ nodes, pods: nodes * PODS_PER_NODE, budgets: Math.ceil(nodes / 10) })

const PODS_PER_NODE = 30
const DAEMONS = ['kube-proxy', 'aws-node', 'ebs-csi-node', 'node-exporter'] as const
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const
const POOLS = ['standard', 'batch', 'memory', 'tenants', 'gpu', 'old'] as const
const TYPES = [
  { type: 'm5.xlarge', cpu: '3920m', memory: '15144528Ki' }, { type: 'm5.2xlarge', cpu: '7910m', memory: '31482780Ki' },
  { type: 'r5.xlarge', cpu: '3920m', memory: '31482780Ki' }, { type: 'm5.4xlarge', cpu: '15890m', memory: '63894288Ki' },
] as const

/** Objects a page, as our lists ask for. */
const PAGE = 500

/** How the pods of a cluster stand to each other. `apart`: in thousands they are kept apart, by host and by zone. */
export type Crowd = 'usual' | 'apart'

/** One workload: what its pods have in common. */
interface App {
  readonly namespace: string
  readonly name: string
  readonly index: number
  readonly crowd: Crowd
}

/**
 * The pages of a busy cluster: four DaemonSets, workloads of ten pods on average, of each hundred some with anti-affinity,
 * spread, a node selector, a volume, a host port, local storage, a word to the autoscaler, or no owner. With `apart` three
 * workloads have a pod on nineteen nodes of twenty each, two of them kept apart by host, the third spread by host, and of
 * the others two of five are kept apart by host, by zone in threes, or spread over zones. The same for the same number of nodes.
 */
export function* crowdedCluster(nodes: number, crowd: Crowd = 'usual'): Generator<Page> {
  const apps = appsOf(nodes, crowd)
  yield* pagesOf('Namespace', namespacesOf(apps))
  yield* pagesOf('Node', count(nodes, (index) => nodeObject(index)))
  yield* pagesOf('ReplicaSet', apps.map((app) => ownerObject(app)))
  yield* pagesOf('DaemonSet', DAEMONS.map((name) => daemonObject(name)))
  yield* pagesOf('PodDisruptionBudget', count(sizesOf(nodes).budgets, (index) => budgetObject(apps[index * 7 % apps.length] ?? FIRST, index)))
  yield* pagesOf('PersistentVolume', volumesOf(nodes, apps, 'PersistentVolume'))
  yield* pagesOf('PersistentVolumeClaim', volumesOf(nodes, apps, 'PersistentVolumeClaim'))
  yield* pagesOf('Pod', podsOf(nodes, apps))
}

function* pagesOf(kind: string, objects: Iterable<object>): Generator<Page> {
  let items: object[] = []
  const page = (): Page => ({ kind, text: JSON.stringify({ kind: `${kind}List`, apiVersion: 'v1', metadata: { resourceVersion: '1' }, items }) })
  for (const object of objects) {
    items.push({ kind, ...object })
    if (items.length < PAGE) continue
    yield page()
    items = []
  }
  if (items.length > 0) yield page()
}

const count = <Item>(many: number, make: (index: number) => Item): readonly Item[] => Array.from({ length: many }, (_, index) => make(index))

const FIRST: App = { namespace: 'team-0', name: 'app-0', index: 0, crowd: 'usual' }

/** Pods that are of no DaemonSet, ten to a workload. */
const workPods = (nodes: number): number => nodes * (PODS_PER_NODE - DAEMONS.length)

const appsOf = (nodes: number, crowd: Crowd): readonly App[] => [
  ...count(Math.ceil(workPods(nodes) / 10), (index): App => ({ namespace: `team-${index % Math.ceil(nodes / 10)}`, name: `app-${index}`, index, crowd })),
  ...(crowd === 'usual' ? [] : LARGE.map((name, index): App => ({ namespace: 'team-0', name, index: -1 - index, crowd }))),
]

/** Workloads with a pod on nineteen nodes of twenty each. */
const LARGE = ['apart-by-host', 'apart-by-host-too', 'spread-by-host'] as const

const namespacesOf = (apps: readonly App[]): readonly object[] =>
  ['kube-system', ...new Set(apps.map(({ namespace }) => namespace))].map((name) =>
    ({ apiVersion: 'v1', metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/metadata.name': name } } }))

const zoneOf = (node: number): string => ZONES[node % ZONES.length] ?? ZONES[0]

const nodeObject = (index: number): object => {
  const { type, cpu, memory } = TYPES[Math.floor(index / 3) % TYPES.length] ?? TYPES[0]
  const pool = POOLS[Math.floor(index / 7) % POOLS.length] ?? POOLS[0]
  const name = nodeName(index)
  return {
    apiVersion: 'v1',
    metadata: {
      name, uid: `uid-${name}`, resourceVersion: `${index}`, creationTimestamp: '2026-11-20T08:00:00Z',
      labels: {
        'kubernetes.io/hostname': name, 'node.kubernetes.io/instance-type': type, 'topology.kubernetes.io/zone': zoneOf(index),
        'eks.amazonaws.com/nodegroup': pool, 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux',
      },
    },
    spec: { providerID: `aws:///${zoneOf(index)}/i-${index}`, ...(pool === 'gpu' ? { taints: [{ key: 'team', value: 'gpu', effect: 'NoSchedule' }] } : {}) },
    status: {
      allocatable: { cpu, memory, pods: '58', 'ephemeral-storage': '95551679124', 'hugepages-1Gi': '0' },
      capacity: { cpu, memory, pods: '58' },
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((kind) =>
        ({ type: kind, status: kind === 'Ready' ? 'True' : 'False', lastHeartbeatTime: '2026-11-22T07:59:00Z', lastTransitionTime: '2026-11-20T08:01:00Z', reason: 'Kubelet', message: 'kubelet is posting its status' })),
      images: count(20, (image) => ({ names: [`registry.example.com/team/image-${image}@sha256:${'0'.repeat(64)}`], sizeBytes: 100_000_000 + image })),
    },
  }
}

const nodeName = (index: number): string => `ip-10-${index >> 8}-${index & 255}-1.ec2.internal`

const ownerObject = ({ namespace, name }: App): object =>
  ({ apiVersion: 'apps/v1', metadata: { namespace, name: `${name}-5d7f9c`, uid: `uid-rs-${name}`, labels: { app: name } } })

const daemonObject = (name: string): object => ({ apiVersion: 'apps/v1', metadata: { namespace: 'kube-system', name, uid: `uid-ds-${name}` } })

const budgetObject = ({ namespace, name }: App, index: number): object => ({
  apiVersion: 'policy/v1',
  metadata: { namespace, name: `pdb-${index}`, generation: 1 },
  spec: { maxUnavailable: index % 9 === 0 ? 0 : 2, selector: { matchLabels: { app: name } } },
  status: { observedGeneration: 1, disruptionsAllowed: index % 9 === 0 ? 0 : 2, currentHealthy: 10, desiredHealthy: 8, expectedPods: 10 },
})

/** Of each hundred workloads three keep data: a volume in the zone of each pod's node. */
const hasVolume = ({ index }: App): boolean => index % 100 >= 97

function* placed(nodes: number, apps: readonly App[]): Generator<{ readonly app: App; readonly ordinal: number; readonly node: number }> {
  const large = apps.filter(({ index }) => index < 0)
  const many = Math.floor(nodes * 0.95)
  for (let pod = 0; pod < workPods(nodes); pod += 1) {
    const one = large[Math.floor(pod / many)]
    if (one !== undefined) {
      yield { app: one, ordinal: pod % many, node: (pod * 7919) % nodes }
      continue
    }
    // 7919 is prime to every number of nodes used: the pods of a workload are on nodes far apart.
    yield { app: apps[Math.floor(pod / 10)] ?? FIRST, ordinal: pod % 10, node: (pod * 7919) % nodes }
  }
}

function* volumesOf(nodes: number, apps: readonly App[], kind: string): Generator<object> {
  for (const { app, ordinal, node } of placed(nodes, apps)) {
    if (!hasVolume(app)) continue
    const volume = `pv-${app.name}-${ordinal}`
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: [zoneOf(node)] }
    yield kind === 'PersistentVolume'
      ? { apiVersion: 'v1', metadata: { name: volume }, spec: { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [zone] }] } } } }
      : { apiVersion: 'v1', metadata: { namespace: app.namespace, name: `data-${app.name}-${ordinal}` }, spec: { volumeName: volume } }
  }
}

function* podsOf(nodes: number, apps: readonly App[]): Generator<object> {
  for (let node = 0; node < nodes; node += 1) {
    for (const name of DAEMONS) yield podObject({ namespace: 'kube-system', name: `${name}-${node}`, labels: { app: name }, owner: ['DaemonSet', name, `uid-ds-${name}`], node, spec: DAEMON_SPEC, cpu: 25, mib: 64 })
  }
  for (const { app, ordinal, node } of placed(nodes, apps)) {
    const { name, namespace, index } = app
    const labels = { app: name, team: namespace, 'pod-template-hash': '5d7f9c', ...(isApartByZone(app) ? { set: setOf(ordinal) } : {}) }
    const owner: Owner | undefined = index % 211 === 5 ? undefined : ['ReplicaSet', `${name}-5d7f9c`, `uid-rs-${name}`]
    // A pod says what its template says: only what it asks for varies from workload to workload.
    const mib = [64, 128, 256, 384, 512, 640][(index * 13) % 6] ?? 64
    const cpu = [20, 50, 75, 100, 120, 150, 200][(index * 17) % 7] ?? 20
    yield podObject({ namespace, name: `${name}-5d7f9c-${ordinal}`, labels, owner, node, spec: specOf(app, ordinal), annotations: annotationsOf(app), cpu, mib })
  }
}

const isApartByZone = ({ crowd, index }: App): boolean => crowd === 'apart' && index % 100 >= 48 && index % 100 < 63

/** Pods of a workload in threes: as many as there are zones. */
const setOf = (ordinal: number): string => `set-${Math.floor(ordinal / ZONES.length)}`

const DAEMON_SPEC = { hostNetwork: true, tolerations: [{ operator: 'Exists' }] }

/** What a workload asks of its nodes and neighbours, by its number of a hundred. */
const specOf = (app: App, ordinal: number): object => {
  const labelSelector = { matchLabels: { app: app.name } }
  const spread = (topologyKey: string) => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector }] })
  const apart = (topologyKey: string) => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }] } } })
  if (app.index < 0) return app.name.startsWith('apart') ? apart('kubernetes.io/hostname') : spread('kubernetes.io/hostname')
  const kind = app.index % 100
  if (app.crowd === 'apart' && kind >= 28) {
    if (kind < 48) return apart('kubernetes.io/hostname')
    if (isApartByZone(app)) return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels: { app: app.name, set: setOf(ordinal) } } }] } } }
    if (kind < 78) return spread('topology.kubernetes.io/zone')
  }
  if (kind < 6) return apart('kubernetes.io/hostname')
  if (kind < 12) return spread('topology.kubernetes.io/zone')
  if (kind < 15) return spread('kubernetes.io/hostname')
  if (kind < 18) return { nodeSelector: { 'eks.amazonaws.com/nodegroup': POOLS[app.index % 4] } }
  if (kind < 20) return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [ZONES[app.index % 3], ZONES[(app.index + 1) % 3]] }] }] } } } }
  if (kind < 22) return { tolerations: [{ key: 'team', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }] }
  if (kind === 22) return { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'topology.kubernetes.io/zone', labelSelector }] } } }
  if (kind === 23) return { containers: [{ ports: [{ containerPort: 8080, hostPort: 8000 + (app.index % 50) }] }] }
  if (kind === 24) return { volumes: [{ name: 'scratch', emptyDir: {} }] }
  return hasVolume(app) ? { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${app.name}-${ordinal}` } }] } : {}
}

const annotationsOf = ({ index }: App): Readonly<Record<string, string>> => {
  if (index % 100 === 25) return { 'karpenter.sh/do-not-disrupt': 'true' }
  return index % 100 === 26 ? { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } : {}
}

type Owner = readonly [kind: string, name: string, uid: string]

interface PodWords {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner: Owner | undefined
  readonly node: number
  readonly spec: object
  readonly cpu: number
  readonly mib: number
}

/** A pod with everything the API prints of one, 3 to 4 KB. */
const podObject = ({ namespace, name, labels, annotations = {}, owner, node, spec, cpu, mib }: PodWords): object => {
  const token = { name: 'kube-api-access', projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }, { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }] } }
  const { volumes = [], containers = [{}], tolerations = [], ...others } = spec as { readonly volumes?: readonly object[]; readonly containers?: readonly object[]; readonly tolerations?: readonly object[] }
  const evicted = ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  return {
    apiVersion: 'v1',
    metadata: {
      namespace, name, uid: `uid-pod-${namespace}-${name}`, resourceVersion: '123456789', creationTimestamp: '2026-11-21T08:00:00Z', generateName: `${name.slice(0, -2)}-`, labels,
      annotations: { 'prometheus.io/scrape': 'true', 'checksum/config': 'a'.repeat(64), ...annotations },
      ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: owner[0], name: owner[1], uid: owner[2], controller: true, blockOwnerDeletion: true }] }),
      managedFields: [{ manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', time: '2026-11-21T08:00:00Z', fieldsType: 'FieldsV1', fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} }, 'f:ownerReferences': { '.': {} } }, 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:resources': { '.': {}, 'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} } } } } } } }],
    },
    spec: {
      nodeName: nodeName(node), serviceAccountName: 'default', restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', priority: 0, enableServiceLinks: true,
      volumes: [...volumes, token],
      tolerations: [...tolerations, ...evicted],
      containers: containers.map((container) => ({
        name: 'main', image: `registry.example.com/${namespace}/main@sha256:${'b'.repeat(64)}`, imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log',
        env: Array.from({ length: 5 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
        resources: { requests: { cpu: `${cpu}m`, memory: `${mib}Mi` }, limits: { memory: `${mib}Mi` } },
        volumeMounts: [{ name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
        ...container,
      })),
      ...others,
    },
    status: {
      phase: 'Running', hostIP: '10.0.0.1', podIP: '10.0.0.2', qosClass: 'Burstable', startTime: '2026-11-21T08:00:00Z',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: '2026-11-21T08:00:05Z' })),
      containerStatuses: [{ name: 'main', ready: true, started: true, restartCount: 0, image: 'main', imageID: `sha256:${'c'.repeat(64)}`, containerID: `containerd://${'d'.repeat(64)}`, state: { running: { startedAt: '2026-11-21T08:00:04Z' } }, lastState: {} }],
    },
  }
}
