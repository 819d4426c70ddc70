import { describe, expect, it, onTestFinished } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Node, Pod } from '../../lib/sandbox/cluster/resources.ts'
import { createSandbox } from '../../lib/sandbox/sandbox.ts'
import { intentWith } from '../domain/build-intent.ts'
import { writeFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T08:00:00Z
intent: catnap.yaml
clusters:
  us-dev:
    manifests: [system.yaml]
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a], min: 1, desired: 1, max: 3 }
      batch: { instanceType: m5.large, zones: [us-east-1a], min: 0, desired: 0, max: 2, labels: { workload: batch }, taints: [{ key: workload, value: batch, effect: NO_SCHEDULE }] }
      untagged: { kind: auto-scaling-group, instanceType: m5.large, zones: [us-east-1a], min: 0, desired: 1, max: 3, labels: { pool: untagged } }
    namespaces: {}
`

const deployment = (name: string, replicas: number, { cpu = '1200m', namespace = 'shop', annotations = {}, spec = {} }: { readonly cpu?: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>>; readonly spec?: object } = {}): KubernetesObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace },
  spec: {
    replicas, selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name }, annotations }, spec: { ...spec, containers: [{ name, image: name, resources: { requests: { cpu } } }] } },
  },
})

/** One at a time. */
const BUDGET: KubernetesObject = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'api', namespace: 'shop' }, spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'api' } } } }

const ON_WORKERS = { nodeSelector: { 'eks.amazonaws.com/nodegroup': 'workers' } }
const ON_BATCH = { nodeSelector: { workload: 'batch' }, tolerations: [{ operator: 'Exists' }] }

const autoscaler = (replicas: number): KubernetesObject => deployment('cluster-autoscaler', replicas, { cpu: '100m', namespace: 'kube-system', spec: ON_WORKERS })

/** A cluster with Cluster Autoscaler on the one node of its node group, and no Catnap. */
const startAutoscaled = async () => {
  const plan = writeFleet({ 'fleet.yaml': FLEET, 'system.yaml': JSON.stringify(autoscaler(1)) })
  const sandbox = await createSandbox(plan, intentWith({}, { pools: { 'us-dev': { workers: 0 } } }), 1)
  onTestFinished(() => sandbox.close())
  const { timeline, cloud } = sandbox
  const cluster = sandbox.clusters.get('us-dev')
  if (cluster === undefined) throw new Error('no cluster us-dev')
  const pass = (minutes: number): Promise<void> => timeline.runUntil(later(timeline.now(), minutes * 60))
  await pass(1)
  return {
    cluster, pass,
    desired: (): Readonly<Record<string, number>> => Object.fromEntries(cloud.pools().map(({ pool, desiredSize }) => [pool, desiredSize])),
    pods: (name: string): readonly Pod[] => (cluster.list('v1', 'Pod') as readonly Pod[]).filter(({ metadata }) => metadata.labels?.['app'] === name),
    taints: (): readonly string[] => (cluster.list('v1', 'Node') as readonly Node[]).flatMap(({ spec }) => (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)),
  }
}

const runs = ({ status }: Pod): boolean => status?.phase === 'Running'

describe('Cluster Autoscaler of the sandbox', () => {
  it('starts nodes for pods without a place, of the first group that takes them, up to its maximum, and counts those that come', async () => {
    const { cluster, pass, desired, pods } = await startAutoscaled()
    cluster.apply([deployment('web', 2, { spec: ON_WORKERS }), deployment('report', 1, { spec: ON_BATCH })])
    await pass(0.5)
    expect(desired()).toEqual({ workers: 2, batch: 1, untagged: 1 })
    await pass(4)
    expect(desired()).toEqual({ workers: 2, batch: 1, untagged: 1 })
    expect([...pods('web'), ...pods('report')].every(runs)).toBe(true)

    cluster.apply([deployment('web', 8, { spec: ON_WORKERS })])
    await pass(5)
    expect(desired()).toEqual({ workers: 3, batch: 1, untagged: 1 })
    expect(pods('web').filter((pod) => !runs(pod))).toHaveLength(5)
  })

  it('does nothing while none of its pods is ready', async () => {
    const { cluster, pass, desired } = await startAutoscaled()
    cluster.apply([autoscaler(0), deployment('web', 3, { spec: ON_WORKERS })])
    await pass(15)
    expect(desired()).toEqual({ workers: 1, batch: 0, untagged: 1 })
    cluster.apply([autoscaler(1)])
    await pass(2)
    expect(desired()).toEqual({ workers: 3, batch: 0, untagged: 1 })
  })

  it('takes nodes nobody has needed for 10 minutes, softly tainted first, under the budgets, never below the minimum, and none whose pods may not leave', async () => {
    const { cluster, pass, desired, pods, taints } = await startAutoscaled()
    cluster.apply([deployment('web', 3, { spec: ON_WORKERS }), deployment('report', 1, { cpu: '100m', annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' }, spec: ON_BATCH })])
    await pass(3)
    cluster.apply([deployment('api', 3, { cpu: '100m', spec: ON_WORKERS }), BUDGET])
    await pass(12)
    expect(desired()).toEqual({ workers: 3, batch: 1, untagged: 1 })

    cluster.apply([deployment('web', 0, { spec: ON_WORKERS })])
    await pass(9)
    expect(desired()).toMatchObject({ workers: 3 })
    expect(taints().filter((taint) => taint === 'DeletionCandidateOfClusterAutoscaler:PreferNoSchedule')).toHaveLength(2)
    const seen = { fewestReady: 3, taints: new Set<string>() }
    for (let looks = 0; looks < 100; looks += 1) {
      await pass(0.1)
      seen.fewestReady = Math.min(seen.fewestReady, pods('api').filter((pod) => runs(pod) && pod.metadata.deletionTimestamp === undefined).length)
      for (const taint of taints()) seen.taints.add(taint)
    }
    expect(seen.taints).toContain('ToBeDeletedByClusterAutoscaler:NoSchedule')
    expect(seen.fewestReady).toBe(2)
    await pass(10)
    expect(desired()).toEqual({ workers: 1, batch: 1, untagged: 1 })
    expect(pods('api').every(runs)).toBe(true)
    expect(taints().filter((taint) => taint.includes('ClusterAutoscaler'))).toEqual([])
  })
})
