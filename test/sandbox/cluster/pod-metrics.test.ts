import { CoreV1Api, Metrics, type PodMetric } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import type { ClusterOptions } from '../../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { parseQuantity } from '../../../lib/sandbox/cluster/quantity.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { type UsageHabit, usageModel } from '../../../lib/sandbox/usage.ts'
import { configOf } from './client-of.ts'
import { deploymentOf, nodeOf, templateOf } from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const HOUR = 3600

/** One Deployment `web` of two pods in `shop`, each 500m and 256Mi with a limit of 512Mi. */
const world = async (habit: UsageHabit, options: Partial<ClusterOptions> = {}) => {
  const { cluster, run, timeline } = await startCluster({ usage: usageModel(dice(7), { 'shop/web': habit }), ...options })
  const resources = { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '512Mi' } }
  cluster.joinNode(nodeOf('a'))
  cluster.apply([deploymentOf('web', { replicas: 2, template: templateOf('web', {}, { resources }) })])
  const metrics = (token = 'admin') => new Metrics(configOf(cluster, token))
  return { cluster, run, timeline, metrics, read: async () => (await metrics().getPodMetrics('shop')).items }
}

const cpuMilli = (items: readonly PodMetric[]) => items.flatMap(({ containers }) => containers.map(({ usage }) => (parseQuantity(usage.cpu) ?? 0) * 1000))
const memoryMiB = (items: readonly PodMetric[]) =>
  items.flatMap(({ containers }) => containers.map(({ usage }) => (parseQuantity(usage.memory) ?? 0) / 2 ** 20))

describe('pod metrics', () => {
  it('come in nanocores and KiB with a window of 15 s and a scrape some seconds old', async () => {
    const { run, read, timeline } = await world('over-requested')
    await run(10 * 60)
    const [first, second, ...others] = await read()
    expect(others).toEqual([])
    expect(first?.containers[0]?.usage).toEqual({ cpu: expect.stringMatching(/^\d+n$/), memory: expect.stringMatching(/^\d+Ki$/) })
    expect(first?.window).toBe('15s')
    expect(first?.metadata.name).not.toBe(second?.metadata.name)
    const ageSeconds = (timeline.now() - Date.parse(first?.timestamp ?? '')) / 1000
    expect(ageSeconds).toBeGreaterThanOrEqual(5)
    expect(ageSeconds).toBeLessThan(20)
  })

  it('are the same until the next scrape, and the same for the same seed', async () => {
    const [one, other] = [await world('fitting'), await world('fitting')]
    await Promise.all([one.run(601), other.run(601)])
    const { timestamp } = (await one.read())[0] ?? {}
    const nextScrapeInSeconds = 20 - (one.timeline.now() - Date.parse(timestamp ?? '')) / 1000
    expect(await one.read()).toEqual(await other.read())
    const usage = cpuMilli(await one.read())
    if (nextScrapeInSeconds > 1) await one.run(1)
    expect(cpuMilli(await one.read())).toEqual(usage)
    await one.run(15)
    expect(cpuMilli(await one.read())).not.toEqual(usage)
  })

  it('leave out a pod until it has run for a minute, and one that has ended', async () => {
    const { cluster, run, read } = await world('fitting')
    await run(45)
    expect(cluster.list('v1', 'Pod')).toHaveLength(2)
    expect(await read()).toEqual([])
    await run(90)
    expect(await read()).toHaveLength(2)
    cluster.apply([deploymentOf('web', { replicas: 0 })])
    await run(60)
    expect(await read()).toEqual([])
  })

  it('are listed for one namespace or all, by label, and for one pod', async () => {
    const { cluster, run, metrics } = await world('fitting')
    const agent = { ...deploymentOf('agent', { replicas: 1 }), metadata: { name: 'agent', namespace: 'tools' } }
    cluster.apply([agent])
    await run(300)
    expect(namespacesOf(await metrics().getPodMetrics())).toEqual(['shop', 'shop', 'tools'])
    expect(namespacesOf(await metrics().getPodMetrics('tools'))).toEqual(['tools'])
    const labelled = await raw(cluster.url, '/apis/metrics.k8s.io/v1beta1/pods?labelSelector=app%3Dagent')
    expect(namespacesOf(labelled.body as { items: PodMetric[] })).toEqual(['tools'])
    const [pod] = (await metrics().getPodMetrics('tools')).items
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/tools/pods/${pod?.metadata.name}`
    expect(await raw(cluster.url, path)).toMatchObject({ status: 200, body: { kind: 'PodMetrics', containers: pod?.containers } })
    expect(await raw(cluster.url, '/apis/metrics.k8s.io/v1beta1/namespaces/tools/pods/gone')).toMatchObject({
      status: 404, body: { reason: 'NotFound', message: 'podmetrics.metrics.k8s.io "tools/gone" not found' },
    })
  })

  it('need the right to list pods of metrics.k8s.io: that to list pods is not enough', async () => {
    const { cluster, run, metrics } = await world('fitting')
    await run(300)
    cluster.apply(grant(''))
    await expect(metrics('anna').getPodMetrics()).rejects.toMatchObject({ code: 403 })
    cluster.apply(grant('metrics.k8s.io'))
    expect((await metrics('anna').getPodMetrics()).items).toHaveLength(2)
  })

  it.each([
    ['unavailable', 503],
    ['not-installed', 404],
  ] as const)('are refused with a metrics-server that is %s: %i', async (fault, code) => {
    const { metrics } = await world('fitting', { metricsFault: () => fault })
    await expect(metrics().getPodMetrics()).rejects.toMatchObject({ code })
  })

  it('come without usage where the fault says so', async () => {
    const { run, read } = await world('fitting', { metricsFault: () => 'without-usage' })
    await run(300)
    expect((await read()).map(({ containers }) => containers)).toEqual([[{ name: 'main' }], [{ name: 'main' }]])
  })
})

describe('usage', () => {
  it('peaks while a container starts', async () => {
    const { run, read } = await world('over-requested')
    await run(110)
    const starting = Math.max(...cpuMilli(await read()))
    await run(10 * 60)
    expect(starting).toBeGreaterThan(2 * Math.max(...cpuMilli(await read())))
  })

  it.each([
    ['over-requested', 0, 1 / 2],
    ['fitting', 0.4, 1],
    ['under-requested', 1, 2],
  ] as const)('of a workload that is %s peaks between %d and %d of its request', async (habit, low, high) => {
    const { run, read } = await world(habit)
    const peaks: number[] = []
    for (let hour = 0; hour < 24; hour += 1) {
      await run(HOUR)
      peaks.push(...cpuMilli(await read()))
    }
    expect(Math.max(...peaks)).toBeGreaterThan(low * 500)
    expect(Math.max(...peaks)).toBeLessThan(high * 500)
    expect(Math.min(...peaks)).toBeLessThan(0.6 * Math.max(...peaks))
  })

  it('grows slowly where the habit is to grow, up to just below the limit', async () => {
    const { run, read } = await world('growing')
    await run(HOUR)
    const early = Math.max(...memoryMiB(await read()))
    await run(24 * HOUR)
    const late = Math.max(...memoryMiB(await read()))
    expect(late / early).toBeGreaterThan(1.3)
    await run(14 * 24 * HOUR)
    expect(Math.max(...memoryMiB(await read()))).toBeLessThan(512)
    expect(Math.max(...memoryMiB(await read()))).toBeGreaterThan(480)
  })

  it('that reaches the memory limit ends the container with OOMKilled, which starts anew', async () => {
    const { cluster, run, read } = await world('out-of-memory')
    const core = configOf(cluster).makeApiClient(CoreV1Api)
    const ends = async () => {
      const { items } = await core.listNamespacedPod({ namespace: 'shop' })
      return items.flatMap(({ status }) => status?.containerStatuses ?? []).flatMap((one) => one.lastState?.terminated ?? [])
    }
    await run(3 * HOUR)
    expect(await ends()).toEqual([])
    await run(6.5 * HOUR)
    const [first] = await ends()
    expect(first).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
    const { items } = await core.listNamespacedPod({ namespace: 'shop' })
    expect(items.every(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1)).toBe(true)
    expect(items.every(({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'))).toBe(true)
    expect(Math.max(...memoryMiB(await read()))).toBeLessThan(512)
  })
})

const raw = async (url: string, path: string) => {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: 'Bearer admin' } })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

const namespacesOf = ({ items }: { readonly items: readonly PodMetric[] }) => items.map(({ metadata }) => metadata.namespace)

/** Lets anna list the pods of an API group. */
const grant = (apiGroup: string): KubernetesObject[] => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [{ apiGroups: [apiGroup], resources: ['pods'], verbs: ['list'] }] },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' }, subjects: [{ kind: 'User', name: 'anna' }],
  },
]
