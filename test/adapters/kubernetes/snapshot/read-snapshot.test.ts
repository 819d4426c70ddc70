import { describe, expect, it } from 'vitest'
import { SnapshotError } from '../../../../lib/adapters/kubernetes/snapshot/snapshot-reader.ts'
import type { Needs, SeenPod } from '../../../../lib/domain/drain/snapshot.ts'
import { instant } from '../../../../lib/domain/time.ts'
import { listText, nodeObject, podObject, replicaSetObject, readText } from './kubectl-objects.ts'

const podOf = (changes: Parameters<typeof podObject>[1]): SeenPod => {
  const [pod] = readText(listText(podObject('web-1', changes))).pods
  if (pod === undefined) throw new Error('no pod')
  return pod
}
const needsOf = (spec: Readonly<Record<string, unknown>>): Needs => podOf({ spec }).needs
const asking = (requests: Readonly<Record<string, string>>, more = {}) => ({ name: 'c', resources: { requests }, ...more })
const refused = (text: string): string => {
  try {
    readText(text)
  } catch (error) {
    if (error instanceof SnapshotError) return error.message
    throw error
  }
  return 'read'
}

const cpuOf = (spec: Readonly<Record<string, unknown>>): number => needsOf(spec).requests.cpuMilli

const budget = (changes: Readonly<Record<string, unknown>>, apiVersion = 'policy/v1') =>
  readText(listText({ apiVersion, kind: 'PodDisruptionBudget', metadata: { namespace: 'shop', name: 'web', generation: 2 }, spec: { selector: {}, ...changes }, status: { observedGeneration: 1, disruptionsAllowed: 1 } })).budgets[0]

describe('a node', () => {
  it('is read with what it gives and what keeps others away', () => {
    const [node] = readText(listText(nodeObject('a', {
      metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true', other: 'x' }, deletionTimestamp: '2026-11-22T08:00:00Z' },
      spec: { unschedulable: true, taints: [{ key: 'team', effect: 'NoSchedule', timeAdded: null }] },
    }))).nodes
    expect(node).toMatchObject({
      name: 'a', cordoned: true, ready: true, terminating: true, createdAt: instant('2026-11-20T08:00:00Z'),
      annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
      taints: [{ key: 'team', value: '', effect: 'NoSchedule' }],
      allocatable: { cpuMilli: 1930, memoryBytes: 7_291_308 * 1024, others: { 'ephemeral-storage': 95_551_679_124 } },
      allocatablePods: 29,
    })
    expect(node?.annotations).not.toHaveProperty('other')
  })
})

describe('what a pod asks for', () => {

  it('is the sum of its containers, and of its overhead', () => {
    expect(cpuOf({ containers: [asking({ cpu: '250m' }), asking({ cpu: '0.1' })], overhead: { cpu: '50m' } })).toBe(400)
  })

  it('is at least what the largest init container asks for, beside the sidecars started before it', () => {
    const sidecar = asking({ cpu: '200m' }, { restartPolicy: 'Always' })
    expect(cpuOf({ containers: [asking({ cpu: '100m' })], initContainers: [asking({ cpu: '1' })] })).toBe(1000)
    expect(cpuOf({ containers: [asking({ cpu: '100m' })], initContainers: [sidecar, asking({ cpu: '1' })] })).toBe(1200)
    expect(cpuOf({ containers: [asking({ cpu: '100m' })], initContainers: [asking({ cpu: '1' }), sidecar] })).toBe(1000)
    expect(cpuOf({ containers: [asking({ cpu: '900m' })], initContainers: [sidecar] })).toBe(1100)
  })

  it('is the limit where no request is said, and what is asked for the pod as a whole', () => {
    expect(cpuOf({ containers: [{ name: 'c', resources: { limits: { cpu: '2' } } }] })).toBe(2000)
    expect(cpuOf({ containers: [asking({ cpu: '2' })], resources: { requests: { cpu: '500m' } } })).toBe(500)
  })

  it('has devices and disk', () => {
    expect(needsOf({ containers: [asking({ 'nvidia.com/gpu': '1', 'ephemeral-storage': '1Gi' })] }).requests.others).toEqual({ 'nvidia.com/gpu': 1, 'ephemeral-storage': 2 ** 30 })
  })
})

describe('where a pod may run', () => {
  it('is read from its affinity, of which only what is required counts', () => {
    const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'db' } }, namespaces: ['data'], namespaceSelector: {} }
    const needs = needsOf({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['3'] }], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }] },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [] } }],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term], preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: { matchExpressions: [{ key: 'x', operator: 'Exists' }] }, mismatchLabelKeys: ['app'] }] },
      },
    })
    expect(needs.nodeTerms).toEqual([{ expressions: [{ key: 'size', operator: 'Gt', values: ['3'] }], fields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }])
    expect(needs.near).toEqual([{ topologyKey: 'zone', namespaces: ['data'], namespaceSelector: [], selector: [{ key: 'app', operator: 'In', values: ['db'] }] }])
    expect(needs.apart[0]?.selector).toEqual([{ key: 'x', operator: 'Exists', values: [] }, { key: 'app', operator: 'NotIn', values: ['web'] }])
  })

  it('is read from spread constraints that forbid, with the values of matchLabelKeys', () => {
    const constraint = { topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, matchLabelKeys: ['pod-template-hash', 'absent'] }
    const { needs } = podOf({
      metadata: { labels: { app: 'web', 'pod-template-hash': 'abc' } },
      spec: { topologySpreadConstraints: [{ ...constraint, nodeTaintsPolicy: 'Honor', nodeAffinityPolicy: 'Ignore', minDomains: 2 }, { ...constraint, whenUnsatisfiable: 'ScheduleAnyway' }] },
    })
    expect(needs.spread).toEqual([{
      topologyKey: 'zone', maxSkew: 1, minDomains: 2, honorsAffinity: false, honorsTaints: true,
      selector: [{ key: 'app', operator: 'In', values: ['web'] }, { key: 'pod-template-hash', operator: 'In', values: ['abc'] }],
    }])
  })

  it('is read from host ports, which are all ports on the network of the node', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081, hostIP: '10.0.0.1', protocol: 'UDP' }]
    expect(needsOf({ containers: [{ name: 'c', ports }] }).hostPorts).toEqual([{ ip: '10.0.0.1', protocol: 'UDP', port: 8081 }])
    expect(needsOf({ containers: [{ name: 'c', ports: [{ containerPort: 80 }] }], hostNetwork: true }).hostPorts).toEqual([{ ip: '0.0.0.0', protocol: 'TCP', port: 80 }])
  })

  it('is shared by pods that ask for the same', () => {
    const { pods } = readText(listText(podObject('web-1'), podObject('web-2', { spec: { nodeName: 'b' } })))
    expect(pods[0]?.needs).toBe(pods[1]?.needs)
  })
})

describe('volumes of a pod', () => {
  it('lie on the disk of the node, or are claims', () => {
    const volumes = [
      { name: 'host', hostPath: { path: '/x' } }, { name: 'disk', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory' } },
      { name: 'huge', emptyDir: { medium: 'HugePages-2Mi' } }, { name: 'claim', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } }, { name: 'token', projected: { sources: [] } },
    ]
    expect(podOf({ spec: { volumes } })).toMatchObject({ localVolumes: ['host', 'disk'], claims: ['data', 'web-1-scratch'] })
  })

  it('are found behind claims, with their zones', () => {
    const { claims, volumes } = readText(listText(
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'shop', name: 'data' }, spec: { volumeName: 'pv-1' } },
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'shop', name: 'new' }, spec: {} },
      { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-1', labels: { 'failure-domain.beta.kubernetes.io/zone': 'us-east-1a__us-east-1b' } }, spec: {} },
    ))
    expect(claims).toEqual(new Map([['shop/data', { volume: 'pv-1' }], ['shop/new', { volume: undefined }]]))
    expect(volumes.get('pv-1')).toEqual({ nodeTerms: undefined, topology: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a', 'us-east-1b'] }] })
  })
})

describe('a budget', () => {

  it('is read with numbers and percentages', () => {
    expect(budget({ minAvailable: '50%', unhealthyPodEvictionPolicy: 'AlwaysAllow' })).toMatchObject({ minAvailable: { percent: 50 }, maxUnavailable: undefined, letsUnreadyGo: true, generation: 2, observedGeneration: 1 })
    expect(budget({ maxUnavailable: 0 })).toMatchObject({ maxUnavailable: 0 })
  })

  it('selects everything with an empty selector, and nothing with none; before policy/v1 nothing with either', () => {
    expect(budget({})?.selector).toEqual([])
    expect(budget({ selector: null })?.selector).toBeUndefined()
    expect(budget({}, 'policy/v1beta1')?.selector).toBeUndefined()
  })
})

describe('a list', () => {
  it('may hold kinds nobody asks about, and controllers of other groups', () => {
    const { controllers, nodes } = readText(listText(replicaSetObject, { apiVersion: 'v1', kind: 'Secret', data: 3 }, { apiVersion: 'management.cattle.io/v3', kind: 'Node', metadata: {} }, { apiVersion: 'batch.volcano.sh/v1', kind: 'Job', metadata: { uid: 'x' } }))
    expect(controllers).toEqual(new Set(['uid-rs']))
    expect(nodes).toEqual([])
  })

  it('may hold lists, as several answers of kubectl put together do', () => {
    const inner = { apiVersion: 'v1', kind: 'List', items: [nodeObject('a'), nodeObject('b')] }
    expect(readText(listText(inner, nodeObject('c'))).nodes.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(refused(listText({ kind: 'PodList', items: [null] }))).toBe('items[0].items[0]: found nothing, expected a Kubernetes object')
    expect(readText(listText({ apiVersion: 'example.com/v1', kind: 'Shopping', items: [3] })).nodes).toEqual([])
  })

  it('has each budget once: two of them on one pod would say that the API refuses', () => {
    const web = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { namespace: 'shop', name: 'web' }, spec: { selector: {} } }
    expect(refused(listText(web, web))).toBe('items[1] (PodDisruptionBudget shop/web) metadata.name: found "web", expected each object once')
  })

  it('may leave out the apiVersion of a budget, as it may that of a node or a pod: one passed over would let pods go', () => {
    const web = { kind: 'PodDisruptionBudget', metadata: { namespace: 'shop', name: 'web' }, spec: { minAvailable: 3, selector: {} } }
    expect([web, { ...web, apiVersion: 'v1' }, { ...web, apiVersion: 'example.com/v1' }].map((item) => readText(listText(item)).budgets.length)).toEqual([1, 1, 0])
  })

  it('may begin with a byte order mark, as PowerShell writes it', () => {
    expect(refused(`\uFEFF${listText()}`)).toBe('read')
  })

  it.each([
    ['', 'line 1, column 1: found the end, expected a value (JSON)'],
    ['{"kind": "List",\n  "items": [1, 2}', 'line 2, column 17: found "}", expected "," or "]" (JSON)'],
    ['{"a": 01}', 'line 1, column 7: found "01}", expected a value (JSON)'],
    ['{"a": "\n"}', 'line 1, column 7: found "\\"", expected a value (JSON)'],
    ['{a: 1}', 'line 1, column 2: found "a: 1}", expected a key in quotes or "}" (JSON)'],
    ['{"a": 1,}', 'line 1, column 9: found "}", expected a key in quotes (JSON)'],
    ['[1, 2,]', 'line 1, column 7: found "]", expected a value (JSON)'],
    ['{"a" 1}', 'line 1, column 6: found "1}", expected ":" (JSON)'],
    ['{} {}', 'line 1, column 4: found "{}", expected nothing more (JSON)'],
    ['[1', 'line 1, column 3: found the end, expected "," or "]" (JSON)'],
    ['error: you must be logged in', 'line 1, column 1: found "error: you must be l", expected a value (JSON)'],
  ])('that is not JSON is told by line and column: %j', (text, message) => {
    expect(refused(text)).toBe(message)
  })

  it.each([
    ['3', 'the document: found 3, expected a mapping'],
    ['[]', 'the document: found a list, expected a mapping'],
    ['null', 'kind: found nothing, expected "List": what kubectl get … -o json prints for several kinds'],
    ['{"kind": "Pod"}', 'kind: found "Pod", expected "List": what kubectl get … -o json prints for several kinds'],
    ['{"kind": "List"}', 'items: found nothing, expected a list'],
    ['{"kind": "List", "items": {}}', 'items: found a mapping, expected a list'],
  ])('that is not a List is told so: %s', (text, message) => {
    expect(refused(text)).toBe(message)
  })

  it('tells every item that is not as the API prints it, by number, kind and name', () => {
    expect(refused(listText(
      { metadata: { name: 'x' } },
      null,
      podObject('web-1', { spec: { containers: {} } }),
      podObject('web-2', { spec: { containers: [{ resources: { requests: { cpu: 'lots' } } }] } }),
      nodeObject('a', { metadata: { creationTimestamp: 'yesterday', name: 'a' } }),
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { namespace: 'shop', name: 'web' }, spec: { minAvailable: 'half' } },
      nodeObject('b'), nodeObject('b'),
    )).split('\n')).toEqual([
      'items[0] (x) kind: found nothing, expected a text that is not empty',
      'items[1]: found nothing, expected a Kubernetes object',
      'items[2] (Pod shop/web-1) spec.containers: found a mapping, expected a list',
      'items[3] (Pod shop/web-2) spec.containers[0].resources.requests.cpu: found "lots", expected a quantity such as 250m, 2 or 1.5Gi',
      'items[4] (Node a) metadata.creationTimestamp: found "yesterday", expected an instant such as 2026-11-22T08:00:00Z',
      'items[5] (PodDisruptionBudget shop/web) spec.minAvailable: found "half", expected a whole number, or a percentage such as 50%',
      'items[7] (Node b) metadata.name: found "b", expected each object once',
    ])
  })

  it('shows the first twenty mistakes of many', () => {
    expect(refused(listText(...Array.from({ length: 30 }, () => ({})))).split('\n').at(-1)).toBe('… and 10 more')
  })
})
