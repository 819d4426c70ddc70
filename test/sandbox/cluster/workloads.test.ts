import { describe, expect, it } from 'vitest'
import type { SimulatedCluster } from '../../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { isReady } from '../../../lib/sandbox/cluster/pod-state.ts'
import type { Deployment, Job, Pod, StatefulSet } from '../../../lib/sandbox/cluster/resources.ts'
import { cronJobOf, daemonSetOf, deploymentOf, jobOf, nodeOf, statefulSetOf, templateOf } from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const setUp = async () => {
  const test = await startCluster()
  test.cluster.joinNode(nodeOf('n1', { cpuMilli: 8000, memoryMiB: 16384, pods: 50 }))
  await test.run(10)
  return test
}

const pods = (cluster: SimulatedCluster) => cluster.list('v1', 'Pod') as readonly Pod[]
const deployment = (cluster: SimulatedCluster) => cluster.list('apps/v1', 'Deployment')[0] as Deployment
const statefulSet = (cluster: SimulatedCluster) => cluster.list('apps/v1', 'StatefulSet')[0] as StatefulSet
const jobs = (cluster: SimulatedCluster) => cluster.list('batch/v1', 'Job') as readonly Job[]
const namesOf = (objects: readonly KubernetesObject[]) => objects.map(({ metadata }) => metadata.name)
const isLeaving = ({ metadata }: Pod) => metadata.deletionTimestamp !== undefined
const storage = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }

describe('a Deployment', () => {
  it('has its pods ready within the time they are given, and says so in its status', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([deploymentOf('web', { replicas: 3 })])
    await run(4)
    expect(pods(cluster).filter((pod) => isReady(pod))).toHaveLength(0)
    expect(deployment(cluster).status).toMatchObject({ replicas: 3, unavailableReplicas: 3 })
    await run(36)
    expect(pods(cluster).filter((pod) => isReady(pod))).toHaveLength(3)
    expect(deployment(cluster)).toMatchObject({
      metadata: { generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } },
      status: { observedGeneration: 1, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 3 },
    })
  })

  it('names the same pods in the same run', async () => {
    const [one, two] = [await setUp(), await setUp()]
    for (const { cluster, run } of [one, two]) {
      cluster.apply([deploymentOf('web', { replicas: 3 })])
      await run(40)
    }
    expect(pods(two.cluster).map(({ metadata, status }) => [metadata.name, metadata.uid, status])).toEqual(
      pods(one.cluster).map(({ metadata, status }) => [metadata.name, metadata.uid, status]),
    )
  })

  it('goes to zero and back, and leaves a zero out of its status', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([deploymentOf('web', { replicas: 3 })])
    await run(40)
    cluster.apply([deploymentOf('web', { replicas: 0 })])
    await run(12)
    expect(pods(cluster)).toEqual([])
    expect(deployment(cluster).status?.replicas).toBeUndefined()
    expect(deployment(cluster).status?.observedGeneration).toBe(2)
    cluster.apply([deploymentOf('web', { replicas: 2 })])
    await run(40)
    expect(deployment(cluster).status?.readyReplicas).toBe(2)
  })

  it('replaces its pods when its template changes, and never has too few', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([deploymentOf('web', { replicas: 4 })])
    await run(40)
    const before = new Set(namesOf(pods(cluster)))
    cluster.apply([deploymentOf('web', { replicas: 4, template: templateOf('web', {}, { image: 'web:2' }) })])
    let fewest = 4
    for (let second = 0; second < 180; second += 1) {
      await run(1)
      fewest = Math.min(fewest, pods(cluster).filter((pod) => isReady(pod) && !isLeaving(pod)).length)
    }
    expect(fewest).toBeGreaterThanOrEqual(3)
    expect(pods(cluster)).toHaveLength(4)
    expect(namesOf(pods(cluster)).some((name) => before.has(name))).toBe(false)
    expect(deployment(cluster).status).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4 })
  })

  it('starts the new pods after the old ones are gone when it recreates', async () => {
    const { cluster, run } = await setUp()
    const recreate = { replicas: 2, strategy: { type: 'Recreate' } }
    cluster.apply([deploymentOf('web', recreate)])
    await run(40)
    cluster.apply([deploymentOf('web', { ...recreate, template: templateOf('web', {}, { image: 'web:2' }) })])
    const images = new Set<string>()
    for (let second = 0; second < 60; second += 1) {
      await run(1)
      images.add([...new Set(pods(cluster).map(({ spec }) => spec.containers[0]?.image))].join('+'))
    }
    expect([...images]).toEqual(['web:1', '', 'web:2'])
    expect(deployment(cluster).status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 })
  })

  it('scales but does not roll while it is paused', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([deploymentOf('web', { replicas: 2 })])
    await run(40)
    const template = templateOf('web', {}, { image: 'web:2' })
    cluster.apply([deploymentOf('web', { replicas: 3, paused: true, template })])
    await run(40)
    expect(pods(cluster).map(({ spec }) => spec.containers[0]?.image)).toEqual(['web:1', 'web:1', 'web:1'])
    cluster.apply([deploymentOf('web', { replicas: 3, paused: false, template })])
    await run(120)
    expect(pods(cluster).map(({ spec }) => spec.containers[0]?.image)).toEqual(['web:2', 'web:2', 'web:2'])
  })

  it('keeps the replicas somebody set when a manifest that names none is applied', async () => {
    const { cluster } = await setUp()
    cluster.apply([deploymentOf('web', { replicas: 3 })])
    cluster.apply([deploymentOf('web', { minReadySeconds: 1 })])
    expect(deployment(cluster).spec.replicas).toBe(3)
  })
})

describe('a StatefulSet', () => {
  it('starts its pods one after the other and stops them in reverse', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([statefulSetOf('db', { replicas: 3 })])
    await run(4)
    expect(namesOf(pods(cluster))).toEqual(['db-0'])
    await run(120)
    expect(namesOf(pods(cluster))).toEqual(['db-0', 'db-1', 'db-2'])
    expect(statefulSet(cluster).status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3 })
    cluster.apply([statefulSetOf('db', { replicas: 0 })])
    await run(3)
    expect(namesOf(pods(cluster).filter((pod) => isLeaving(pod)))).toEqual(['db-2'])
    await run(30)
    expect(pods(cluster)).toEqual([])
    expect(statefulSet(cluster).status).toMatchObject({ replicas: 0, availableReplicas: 0 })
  })

  it('starts all at once when it asks for that', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([statefulSetOf('db', { replicas: 3, podManagementPolicy: 'Parallel' })])
    await run(4)
    expect(pods(cluster)).toHaveLength(3)
  })

  it('binds its volumes in the zone of its node, and lets go of them after its pods', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([statefulSetOf('db', { replicas: 1, volumeClaimTemplates: [storage] })])
    await run(60)
    expect(pods(cluster).every((pod) => isReady(pod))).toBe(true)
    expect(cluster.list('v1', 'PersistentVolumeClaim')).toMatchObject([
      { metadata: { name: 'data-db-0' }, status: { phase: 'Bound' } },
    ])
    expect(cluster.list('storage.k8s.io/v1', 'VolumeAttachment')).toMatchObject([{ spec: { nodeName: 'n1' } }])
    cluster.apply([statefulSetOf('db', { replicas: 0, volumeClaimTemplates: [storage] })])
    await run(30)
    expect(cluster.list('storage.k8s.io/v1', 'VolumeAttachment')).toEqual([])
    expect(cluster.list('v1', 'PersistentVolumeClaim')).toHaveLength(1)
    cluster.nodeGone('i-n1')
    cluster.joinNode(nodeOf('n2', { zone: 'us-east-1b' }))
    cluster.apply([statefulSetOf('db', { replicas: 1, volumeClaimTemplates: [storage] })])
    await run(60)
    const message = '0/1 nodes are available: 1 node(s) had volume node affinity conflict.'
    expect(pods(cluster)[0]?.status?.conditions).toMatchObject([{ reason: 'Unschedulable', message }])
    cluster.joinNode(nodeOf('n3', { zone: 'us-east-1a' }))
    await run(60)
    expect(pods(cluster)[0]?.spec.nodeName).toBe('n3')
  })

  it('waits six minutes for a volume its node took with it', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([statefulSetOf('db', { replicas: 1, volumeClaimTemplates: [storage] })])
    await run(60)
    cluster.nodeGone('i-n1')
    cluster.joinNode(nodeOf('n2'))
    await run(300)
    expect(pods(cluster).some((pod) => isReady(pod))).toBe(false)
    await run(120)
    expect(pods(cluster).every((pod) => isReady(pod))).toBe(true)
  })
})

describe('a DaemonSet', () => {
  it('puts a pod on every node that joins and passes its selector and taints', async () => {
    const { cluster, run } = await setUp()
    const forGpus = { tolerations: [{ key: 'gpu', operator: 'Exists' }], nodeSelector: { gpu: 'yes' } }
    cluster.apply([daemonSetOf('agent'), daemonSetOf('driver', { template: templateOf('driver', forGpus) })])
    const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }]
    cluster.joinNode(nodeOf('n2', { labels: { gpu: 'yes' }, taints }))
    await run(60)
    expect(pods(cluster).map(({ metadata, spec }) => [metadata.labels?.app, spec.nodeName])).toEqual([
      ['agent', 'n1'],
      ['driver', 'n2'],
    ])
    const [agent] = cluster.list('apps/v1', 'DaemonSet')
    expect(agent?.status).toMatchObject({ desiredNumberScheduled: 1, numberReady: 1 })
  })

  it('stays on a cordoned node and goes with a node that is gone', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([daemonSetOf('agent')])
    await run(60)
    cluster.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: { unschedulable: true } }])
    await run(10)
    expect(cluster.list('v1', 'Node')[0]?.spec).toMatchObject({
      taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
    })
    expect(pods(cluster)).toHaveLength(1)
    cluster.nodeGone('i-n1')
    await run(10)
    expect([cluster.list('v1', 'Node'), pods(cluster)]).toEqual([[], []])
  })
})

describe('a Job', () => {
  it('runs to its end', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([jobOf('report', { completions: 2 })])
    await run(20)
    expect(jobs(cluster)[0]?.status).toMatchObject({ active: 1 })
    await run(400)
    const complete = { type: 'Complete', status: 'True', reason: 'CompletionsReached' }
    expect(jobs(cluster)[0]?.status?.succeeded).toBe(2)
    expect(jobs(cluster)[0]?.status?.conditions).toContainEqual(expect.objectContaining(complete))
    expect(pods(cluster).map(({ status }) => status?.phase)).toEqual(['Succeeded', 'Succeeded'])
  })

  it('starts again what was cut off with its node', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([jobOf('report')])
    await run(20)
    const before = namesOf(pods(cluster))
    cluster.nodeGone('i-n1')
    cluster.joinNode(nodeOf('n2'))
    await run(200)
    expect(namesOf(pods(cluster))).not.toEqual(before)
    expect(jobs(cluster)[0]?.status?.succeeded).toBe(1)
  })
})

describe('a CronJob', () => {
  it('starts a Job when it is due, and forgets all but the last three', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([cronJobOf('sync', '*/10 * * * *')])
    await run(540)
    expect(jobs(cluster)).toEqual([])
    await run(60)
    expect(namesOf(jobs(cluster))).toEqual([`sync-${Date.parse('2026-11-23T08:10:00Z') / 60_000}`])
    await run(3600)
    expect(jobs(cluster).length).toBeLessThanOrEqual(4)
    expect(cluster.list('batch/v1', 'CronJob')[0]?.status).toMatchObject({ lastScheduleTime: '2026-11-23T09:10:00Z' })
  })

  it('starts nothing while suspended, and the last run it missed when it is resumed', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([cronJobOf('sync', '*/10 * * * *', { suspend: true })])
    await run(2000)
    expect(jobs(cluster)).toEqual([])
    cluster.apply([cronJobOf('sync', '*/10 * * * *', { suspend: false })])
    await run(5)
    expect(namesOf(jobs(cluster))).toEqual([`sync-${Date.parse('2026-11-23T08:30:00Z') / 60_000}`])
  })

  it('does not make up for a run whose starting deadline is over', async () => {
    const { cluster, run } = await setUp()
    cluster.apply([cronJobOf('sync', '0 * * * *', { suspend: true, startingDeadlineSeconds: 60 })])
    await run(3900)
    cluster.apply([cronJobOf('sync', '0 * * * *', { suspend: false, startingDeadlineSeconds: 60 })])
    await run(5)
    expect(jobs(cluster)).toEqual([])
  })

  it('does not start beside a run that lasts when that is forbidden', async () => {
    const { cluster, run } = await startCluster()
    cluster.apply([cronJobOf('sync', '* * * * *', { concurrencyPolicy: 'Forbid' })])
    await run(300)
    expect(jobs(cluster)).toHaveLength(1)
  })
})
