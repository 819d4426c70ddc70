import { expect, it } from 'vitest'
import type { SimulatedCluster } from '../../../lib/sandbox/cluster/create-cluster.ts'
import { isReady } from '../../../lib/sandbox/cluster/pod-state.ts'
import type { Node, Pod } from '../../../lib/sandbox/cluster/resources.ts'
import { deploymentOf, nodeOf, podOf, templateOf } from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const pods = (cluster: SimulatedCluster) => cluster.list('v1', 'Pod') as readonly Pod[]
const places = (cluster: SimulatedCluster) => pods(cluster).map(({ spec }) => spec.nodeName)
const verdict = (cluster: SimulatedCluster) => pods(cluster)[0]?.status?.conditions?.[0]

const cordon = (cluster: SimulatedCluster, name: string, unschedulable: boolean): void => {
  const node = cluster.list('v1', 'Node').find(({ metadata }) => metadata.name === name) as Node
  cluster.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { ...node.spec, unschedulable } }])
}

const init = (cpu: string, fields: object = {}) => ({ name: `i${cpu}`, resources: { requests: { cpu } }, ...fields })

it('lets a node be ready five seconds after it registers, with the labels of its place and type', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1', { nodegroup: 'std', instanceType: 'm7g.large', labels: { team: 'shop' } }))
  const ready = () => {
    const { status } = cluster.list('v1', 'Node')[0] as Node
    return status?.conditions?.find(({ type }) => type === 'Ready')?.status
  }
  await run(4)
  expect(ready()).toBe('False')
  await run(1)
  expect(ready()).toBe('True')
  expect(cluster.list('v1', 'Node')[0]).toMatchObject({
    spec: { providerID: 'aws:///us-east-1a/i-n1' },
    metadata: {
      labels: {
        'eks.amazonaws.com/nodegroup': 'std',
        'kubernetes.io/arch': 'arm64',
        'kubernetes.io/hostname': 'n1',
        'node.kubernetes.io/instance-type': 'm7g.large',
        'topology.kubernetes.io/zone': 'us-east-1a',
        team: 'shop',
      },
    },
  })
})

it('keeps a pod pending that fits nowhere, says why, and places it when a node joins', async () => {
  const { cluster, run } = await startCluster()
  cluster.apply([deploymentOf('web', { replicas: 1 })])
  await run(5)
  expect(verdict(cluster)).toMatchObject({
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/0 nodes are available.',
  })
  cluster.joinNode(nodeOf('small', { cpuMilli: 400 }))
  await run(10)
  expect(verdict(cluster)?.message).toBe('0/1 nodes are available: 1 Insufficient cpu.')
  cluster.joinNode(nodeOf('n1'))
  await run(40)
  expect(places(cluster)).toEqual(['n1'])
  expect(pods(cluster).every((pod) => isReady(pod))).toBe(true)
})

it('spreads pods over the least used nodes', async () => {
  const { cluster, run } = await startCluster()
  for (const name of ['n1', 'n2', 'n3']) cluster.joinNode(nodeOf(name))
  await run(10)
  cluster.apply([deploymentOf('web', { replicas: 6 })])
  await run(10)
  expect(places(cluster).toSorted()).toEqual(['n1', 'n1', 'n2', 'n2', 'n3', 'n3'])
})

it('fills a node no further than its cores and its pod count, and goes on when room appears', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  cluster.apply([deploymentOf('web', { replicas: 4 }), deploymentOf('late', { replicas: 1 })])
  await run(40)
  expect(places(cluster).filter((place) => place === undefined)).toHaveLength(1)
  cluster.apply([deploymentOf('web', { replicas: 3 }), deploymentOf('late', { replicas: 1 })])
  await run(20)
  expect(places(cluster)).toEqual(['n1', 'n1', 'n1', 'n1'])
})

it('counts init containers, sidecars and overhead', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1', { cpuMilli: 1000 }))
  await run(10)
  cluster.apply([podOf('big-init', { initContainers: [init('1100m')] })])
  await run(5)
  expect(places(cluster)).toEqual([undefined])
  cluster.remove({ apiVersion: 'v1', kind: 'Pod', name: 'big-init', namespace: 'shop' })
  const initContainers = [init('400m', { restartPolicy: 'Always' }), init('600m')]
  cluster.apply([podOf('sidecar', { initContainers, overhead: { cpu: '100m' } })])
  await run(5)
  expect(places(cluster)).toEqual([undefined])
  cluster.apply([podOf('fits', { initContainers: [init('1000m')] })])
  await run(5)
  expect(places(cluster)).toEqual(['n1', undefined])
})

it.each([
  ['a node selector', { nodeSelector: { disk: 'ssd' } }],
  [
    'required node affinity',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }],
          },
        },
      },
    },
  ],
])('obeys %s', async (_, spec) => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  cluster.joinNode(nodeOf('n2', { labels: { disk: 'ssd' } }))
  cluster.apply([deploymentOf('web', { replicas: 2, template: templateOf('web', spec) })])
  await run(10)
  expect(places(cluster)).toEqual(['n2', 'n2'])
})

it('keeps pods off a tainted node unless they tolerate it, and moves them off for NoExecute', async () => {
  const { cluster, run } = await startCluster()
  const taint = { key: 'team', value: 'data', effect: 'NoSchedule' }
  cluster.joinNode(nodeOf('n1', { taints: [taint] }))
  cluster.apply([podOf('plain'), podOf('tolerant', { tolerations: [{ key: 'team', value: 'data' }] })])
  await run(40)
  expect(places(cluster)).toEqual([undefined, 'n1'])
  const taints = [{ key: 'out', effect: 'NoExecute' }]
  cluster.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: { taints } }])
  await run(10)
  expect(pods(cluster).map(({ metadata }) => metadata.name)).toEqual(['plain'])
})

it('puts nothing on a cordoned node, and resumes when it is uncordoned', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  await run(10)
  cordon(cluster, 'n1', true)
  cluster.apply([deploymentOf('web', { replicas: 1 })])
  await run(10)
  expect(verdict(cluster)?.message).toBe('0/1 nodes are available: 1 node(s) were unschedulable.')
  cordon(cluster, 'n1', false)
  await run(10)
  expect(places(cluster)).toEqual(['n1'])
})

it('keeps apart what must not share a host, and spreads what must be spread over zones', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  cluster.joinNode(nodeOf('n2'))
  const others = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } }
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [others] } }
  cluster.apply([deploymentOf('web', { replicas: 3, template: templateOf('web', { affinity }) })])
  await run(10)
  expect(places(cluster).toSorted()).toEqual(['n1', 'n2', undefined])
  cluster.joinNode(nodeOf('n3', { zone: 'us-east-1b' }))
  await run(10)
  expect(places(cluster).toSorted()).toEqual(['n1', 'n2', 'n3'])
  const overZones = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'api' } },
  }
  const template = templateOf('api', { topologySpreadConstraints: [overZones] })
  cluster.apply([deploymentOf('api', { replicas: 2, template })])
  await run(10)
  const spread = pods(cluster).filter(({ metadata }) => metadata.labels?.app === 'api')
  expect(spread.filter(({ spec }) => spec.nodeName === 'n3')).toHaveLength(1)
  expect(spread).toHaveLength(2)
})

it('makes the pods of an ended instance anew where there is room', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  cluster.apply([deploymentOf('web', { replicas: 2 })])
  await run(40)
  cluster.nodeGone('i-n1')
  await run(5)
  expect(cluster.list('v1', 'Node')).toEqual([])
  expect(places(cluster)).toEqual([undefined, undefined])
  cluster.joinNode(nodeOf('n2'))
  await run(40)
  expect(places(cluster)).toEqual(['n2', 'n2'])
})

it('deletes the pods of a Node object somebody deleted', async () => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  cluster.apply([podOf('lone')])
  await run(40)
  cluster.remove({ apiVersion: 'v1', kind: 'Node', name: 'n1' })
  await run(30)
  expect(pods(cluster)).toEqual([])
})
