import { describe, expect, it } from 'vitest'
import { clusterWideRoles } from '../../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../../lib/domain/rights/grant.ts'
import { instant, secondsBetween } from '../../../lib/domain/time.ts'
import type { SeenContainer } from '../../../lib/ports.ts'
import type { ClusterOptions } from '../../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { usageModel } from '../../../lib/sandbox/usage.ts'
import { cronJobOf, deploymentOf, nodeOf, podOf, statefulSetOf, templateOf } from '../../sandbox/cluster/manifests-of.ts'
import { accessedCluster } from './cluster-access.ts'

const METRICS = '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods'
const RESOURCES = { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '512Mi' } }
const PODS = '/api/v1/namespaces/shop/pods'

/** A cluster that counts what it is asked, with one node. */
const world = async (options: Partial<ClusterOptions> = {}, token = 'admin') => {
  const asked: string[] = []
  const started = await accessedCluster({
    usage: usageModel(dice(7), { 'shop/web': 'fitting', 'shop/hungry': 'out-of-memory' }),
    ...options,
    intercept: async (request) => {
      asked.push(request.path.replace(/\?.*$/, ''))
      return options.intercept?.(request)
    },
  }, token)
  started.cluster.joinNode(nodeOf('n1'))
  await started.run(5)
  const lookAt = async (...namespaces: readonly string[]) =>
    started.containers.look(namespaces.length === 0 ? ['shop'] : namespaces, await started.nodes.list())
  const look = async (...namespaces: readonly string[]) => (await lookAt(...namespaces)).containers
  const doings = async (namespace = 'shop') => (await lookAt(namespace)).doings.get(namespace) ?? expect.fail('nothing was seen')
  return { ...started, asked, look, lookAt, doings }
}

const named = (seen: readonly SeenContainer[], workload: string, container = 'main'): SeenContainer =>
  seen.find((one) => one.workload.name === workload && one.name === container) ?? expect.fail(`no ${workload}/${container}`)

/** Answers lists of the cluster, by path, with items of a test's own. */
const answering = (lists: Readonly<Record<string, readonly unknown[]>>) => ({
  intercept: async ({ path }: { readonly path: string }) => {
    const items = Object.entries(lists).find(([start]) => path.startsWith(start))?.[1]
    return items && { status: 200, body: { kind: 'List', metadata: {}, items } }
  },
})

const running = (name: string) => ({ name, ready: true, restartCount: 0, image: '', imageID: '', state: { running: { startedAt: '2026-11-23T08:00:10Z' } } })

const ended = (reason: string, finishedAt: string) => ({ terminated: { exitCode: 137, reason, startedAt: '2026-11-23T08:00:10Z', finishedAt } })

/** A pod of the Deployment web as a list shows it. */
const podItem = (name: string, spec: object = {}, status: object = { containerStatuses: [running('main')] }) => ({
  metadata: { name, namespace: 'shop', labels: { 'pod-template-hash': '5d4f' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d4f', uid: '1', controller: true }] },
  spec: { containers: [{ name: 'main' }], ...spec },
  status: { phase: 'Running', ...status },
})

const metricsItem = (name: string, usage: object | undefined = { cpu: '3m', memory: '20Mi' }, containers: readonly string[] = ['main']) => ({
  metadata: { name, namespace: 'shop' }, timestamp: '2026-11-23T08:04:50Z', window: '15s', containers: containers.map((container) => ({ name: container, usage })),
})

const withoutVpas: Partial<ClusterOptions> = {
  intercept: async ({ path }) => (path.startsWith('/apis/autoscaling.k8s.io/') ? { status: 404 } : undefined),
}

const autoscaler = (name: string, spec: object): KubernetesObject =>
  ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name, namespace: 'shop' }, spec: { maxReplicas: 5, ...spec } })

const verticalAutoscaler = (name: string, spec: object): KubernetesObject =>
  ({ apiVersion: 'autoscaling.k8s.io/v1', kind: 'VerticalPodAutoscaler', metadata: { name, namespace: 'shop' }, spec })

const target = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, name })

describe('a look at the containers', () => {
  it('shows each container of each workload with what its pods used', async () => {
    const { cluster, run, look, timeline } = await world()
    cluster.apply([deploymentOf('web', { replicas: 2, template: templateOf('web', {}, { resources: RESOURCES }) }), statefulSetOf('db'), cronJobOf('nightly', '0 3 * * *')])
    await run(600)
    const seen = await look()
    expect(seen.map(({ workload: { kind, name }, replicas }) => `${kind} ${name} ${replicas}`)).toEqual(['Deployment web 2', 'StatefulSet db 1', 'CronJob nightly 1'])
    const web = named(seen, 'web')
    expect(web).toMatchObject({
      namespace: 'shop', name: 'main', requestNow: { cpuMilli: 500, memoryMiB: 256 }, limits: { memoryMiB: 512 },
      steering: [], heapFlags: [], instanceType: 'm5.large', unreadable: [], kills: [],
    })
    expect(web).not.toHaveProperty('sidecar')
    expect(web.samples).toHaveLength(2)
    for (const { pod, cpuMilli, memoryMiB, measuredAt, startedAt } of web.samples) {
      expect(pod).toMatch(/^web-/)
      expect(cpuMilli).toBeGreaterThan(0)
      expect(cpuMilli).toBeLessThan(500)
      expect(memoryMiB).toBeGreaterThan(100)
      expect(memoryMiB).toBeLessThan(512)
      expect(secondsBetween(measuredAt, timeline.now())).toBeLessThan(20)
      expect(secondsBetween(startedAt, timeline.now())).toBeGreaterThan(500)
    }
    expect(named(seen, 'db').samples).toHaveLength(1)
    const nightly = named(seen, 'nightly')
    expect(nightly.samples).toEqual([])
    expect(nightly).not.toHaveProperty('instanceType')
  })

  it('asks six lists of each namespace and two of the cluster, VPAs no more once it has none', async () => {
    const { containers, asked } = await world(withoutVpas)
    asked.length = 0
    await containers.look(['shop'], [])
    expect(asked.toSorted()).toEqual([
      PODS, '/apis/apps/v1/namespaces/shop/deployments', '/apis/apps/v1/namespaces/shop/statefulsets', '/apis/autoscaling.k8s.io/v1/verticalpodautoscalers',
      '/apis/autoscaling/v2/horizontalpodautoscalers', '/apis/batch/v1/namespaces/shop/cronjobs', '/apis/batch/v1/namespaces/shop/jobs', METRICS,
    ])
    asked.length = 0
    await containers.look(['shop', 'blog', 'api'], [])
    expect(asked).toHaveLength(19)
    expect(asked.filter((path) => path.includes('verticalpodautoscalers'))).toEqual([])
    asked.length = 0
    expect(await containers.look([], [])).toEqual({ containers: [], doings: new Map() })
    expect(asked).toEqual([])
  })

  it('needs no right beyond those of catnap rbac', async () => {
    const { cluster, run, look, containers } = await world({ authenticate: () => ({ user: 'catnap', groups: ['catnap'] }) })
    cluster.apply([...clusterWideRoles(ANY_GRANT), deploymentOf('web'), podOf('x')])
    await run(300)
    expect(await look()).toHaveLength(1)
    expect(await containers.targetGroups(['shop'])).toEqual(new Map([['shop', []]]))
  })

  it('finds the CronJob of a Job whatever the Job is called', async () => {
    const { cluster, run, look } = await world()
    cluster.apply([cronJobOf('report', '* * * * *'), cronJobOf('report-a', '0 0 1 1 *')])
    let samples: SeenContainer['samples'] = []
    for (let tries = 0; tries < 60 && samples.length === 0; tries += 1) {
      await run(10)
      const seen = await look()
      expect(named(seen, 'report-a').samples).toEqual([])
      samples = named(seen, 'report').samples
    }
    expect(samples[0]?.pod).toMatch(/^report-\d+-/)
  })

  it('counts what cannot be read, with the reason, and takes a negative as it is', async () => {
    const good = { cpu: '12345678n', memory: '65536Ki' }
    const { timestamp: _, ...undated } = metricsItem('web-undated', good)
    const metrics = [
      metricsItem('web-unit', { cpu: '250', memory: '65536Ki' }), metricsItem('web-nan', { cpu: 'NaN', memory: '1Ki' }),
      { ...metricsItem('web-none'), containers: [{ name: 'main' }] }, metricsItem('web-negative', { cpu: '-5m', memory: '64Mi' }), metricsItem('web-good', good),
      undated, { ...metricsItem('web-misdated', good), timestamp: 'yesterday' }, metricsItem('stranger', good), 'not an object',
    ]
    const pods = ['unit', 'nan', 'none', 'negative', 'good', 'undated', 'misdated', 'unmeasured'].map((name) => podItem(`web-${name}`))
    const restarting = podItem('web-restarting', {}, { containerStatuses: [{ ...running('main'), state: { waiting: { reason: 'CrashLoopBackOff' } } }] })
    const { cluster, look } = await world(answering({ [PODS]: [...pods, restarting], [METRICS]: [...metrics, metricsItem('web-restarting', good)] }))
    cluster.apply([deploymentOf('web')])
    const web = named(await look(), 'web')
    expect(web.unreadable.map(({ pod, reason }) => `${pod} ${reason}`).toSorted()).toEqual([
      'web-misdated not-a-number', 'web-nan not-a-number', 'web-none missing', 'web-undated missing', 'web-unit no-unit',
    ])
    expect(web.unreadable.find(({ pod }) => pod === 'web-unit')?.text).toBe('web-unit: cpu usage without a unit: found "250", expected one such as 12345678n or 65536Ki')
    expect(web.samples).toEqual([
      { pod: 'web-negative', cpuMilli: -5, memoryMiB: 64, measuredAt: instant('2026-11-23T08:04:50Z'), startedAt: instant('2026-11-23T08:00:10Z') },
      { pod: 'web-good', cpuMilli: expect.closeTo(12.345678), memoryMiB: 64, measuredAt: instant('2026-11-23T08:04:50Z'), startedAt: instant('2026-11-23T08:00:10Z') },
    ])
  })

  it('shows the end of a container for want of memory, with its limit', async () => {
    const { cluster, run, look, timeline } = await world()
    cluster.apply([deploymentOf('hungry', { template: templateOf('hungry', {}, { resources: RESOURCES }) })])
    await run(9.5 * 3600)
    const [kill, ...others] = named(await look(), 'hungry').kills
    expect(others).toEqual([])
    expect(kill).toEqual({ pod: expect.stringMatching(/^hungry-/), at: expect.any(Number), limitMiB: 512 })
    expect(secondsBetween(kill?.at ?? timeline.now(), timeline.now())).toBeGreaterThan(60)
  })

  it('shows the end of one that has not been started again, but no other end', async () => {
    const statuses = [
      { ...running('main'), state: ended('OOMKilled', '2026-11-23T08:03:00Z'), lastState: ended('OOMKilled', '2026-11-23T08:01:00Z') },
      { ...running('main'), lastState: ended('Error', '2026-11-23T08:02:00Z') },
    ]
    const { cluster, look } = await world(answering({ [PODS]: statuses.map((one, index) => podItem(`web-${index}`, {}, { containerStatuses: [one] })) }))
    cluster.apply([deploymentOf('web')])
    expect(named(await look(), 'web').kills).toEqual([
      { pod: 'web-0', at: instant('2026-11-23T08:01:00Z') }, { pod: 'web-0', at: instant('2026-11-23T08:03:00Z') },
    ])
  })

  it('shows sidecars, but not what is only there while a pod starts or what a webhook put into it', async () => {
    const initContainers = [
      { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', resources: { requests: { cpu: '10m', memory: '32Mi' } } },
      { name: 'migrate', image: 'migrate:1' },
    ]
    const spec = { containers: [{ name: 'main' }, { name: 'injected' }], initContainers }
    const status = { containerStatuses: [running('main'), running('injected')], initContainerStatuses: [running('proxy')] }
    const { cluster, look } = await world(answering({ [PODS]: [podItem('web-1', spec, status)], [METRICS]: [metricsItem('web-1', undefined, ['main', 'injected', 'proxy'])] }))
    cluster.apply([deploymentOf('web', { template: templateOf('web', { initContainers }) })])
    const seen = await look()
    expect(seen.map(({ name, sidecar, samples }) => ({ name, sidecar, samples: samples.length }))).toEqual([
      { name: 'main', sidecar: undefined, samples: 1 }, { name: 'proxy', sidecar: true, samples: 1 },
    ])
    expect(named(seen, 'web', 'proxy')).toMatchObject({ requestNow: { cpuMilli: 10, memoryMiB: 32 }, samples: [{ cpuMilli: 3, memoryMiB: 20, startedAt: instant('2026-11-23T08:00:10Z') }] })
  })

  it.each<[string, object, object, object, object]>([
    ['its request and limits', { requests: { cpu: '250m' }, limits: { cpu: 1, memory: '1Gi' } }, {}, { cpuMilli: 250, memoryMiB: 1024 }, { cpuMilli: 1000, memoryMiB: 1024 }],
    ['nothing', {}, {}, { cpuMilli: 0, memoryMiB: 0 }, {}],
    ['a limit of 0, which is none', { limits: { cpu: '0' } }, {}, { cpuMilli: 0, memoryMiB: 0 }, {}],
    ['what a LimitRange filled in', {}, { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } }, { cpuMilli: 100, memoryMiB: 64 }, { memoryMiB: 128 }],
    ['its own before what was filled in', { limits: { memory: '1Gi' } }, { requests: { cpu: '100m', memory: '64Mi' } }, { cpuMilli: 100, memoryMiB: 1024 }, { memoryMiB: 1024 }],
  ])('shows as resources of a container %s', async (_, resources, inPod, requestNow, limits) => {
    const { cluster, look } = await world(answering({ [PODS]: [podItem('web-1', { containers: [{ name: 'main', resources: inPod }] })] }))
    cluster.apply([deploymentOf('web', { template: templateOf('web', {}, { resources }) })])
    expect(named(await look(), 'web')).toMatchObject({ requestNow, limits })
  })

  it('shows who steers what: HPAs and VPAs by the workload they name', async () => {
    const { cluster, look } = await world()
    cluster.apply([
      deploymentOf('web'), deploymentOf('api'), statefulSetOf('web-db'),
      autoscaler('web', { scaleTargetRef: target('Deployment', 'web'), metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } } }] }),
      autoscaler('other', { scaleTargetRef: target('StatefulSet', 'web') }),
      { ...autoscaler('elsewhere', { scaleTargetRef: target('Deployment', 'web') }), metadata: { name: 'elsewhere', namespace: 'blog' } },
      verticalAutoscaler('api', { targetRef: target('Deployment', 'api'), updatePolicy: { updateMode: 'Auto' }, resourcePolicy: { containerPolicies: [{ containerName: '*', controlledResources: ['cpu'] }] } }),
      verticalAutoscaler('db', { targetRef: target('StatefulSet', 'web-db'), updatePolicy: { updateMode: 'Off' } }),
    ])
    const seen = await look()
    expect(named(seen, 'web').steering).toEqual([{ by: 'HorizontalPodAutoscaler web', resource: 'memory' }])
    expect(named(seen, 'api').steering).toEqual([{ by: 'VerticalPodAutoscaler api', resource: 'cpu', container: 'main' }])
    expect(named(seen, 'web-db').steering).toEqual([])
  })

  it('keeps of a command and its variables the heap flags alone', async () => {
    const { cluster, look } = await world()
    const container = { command: ['java', '-Xmx$(HEAP)', '-Dpassword=hunter2'], env: [{ name: 'HEAP', value: '384m' }, { name: 'TOKEN', value: 'ghp_secret' }] }
    cluster.apply([deploymentOf('web', { template: templateOf('web', {}, container) })])
    const seen = await look()
    expect(named(seen, 'web').heapFlags).toEqual(['-Xmx384m'])
    expect(JSON.stringify(seen)).not.toMatch(/hunter2|ghp_secret/)
  })

  it('shows the replicas a sleeper has while awake', async () => {
    const { cluster, look } = await world()
    const web = deploymentOf('web', { replicas: 0 })
    cluster.apply([{ ...web, metadata: { ...web.metadata, annotations: { 'catnap.dev/original-replicas': '3' } } }, deploymentOf('off', { replicas: 0 })])
    const seen = await look()
    expect([named(seen, 'web').replicas, named(seen, 'off').replicas]).toEqual([3, 0])
  })

  it('shows the type of the nodes that most of its pods run on', async () => {
    const pods = ['a', 'b', 'b', 'gone'].map((nodeName, index) => podItem(`web-${index}`, { nodeName }))
    const { cluster, look } = await world(answering({ [PODS]: pods }))
    cluster.joinNode(nodeOf('a', { instanceType: 'm5.xlarge' }))
    cluster.joinNode(nodeOf('b', { instanceType: 'c6i.large' }))
    cluster.apply([deploymentOf('web')])
    expect(named(await look(), 'web').instanceType).toBe('c6i.large')
  })

  it('says where nobody serves metrics what to install, and sees what else goes on', async () => {
    const { cluster, run, lookAt } = await world({ metricsFault: () => 'not-installed' })
    cluster.apply([deploymentOf('web')])
    await run(60)
    const why = 'cluster test has no metrics API: found 404 for metrics.k8s.io/v1beta1, expected pods; is metrics-server installed?'
    const { containers, unmeasured, doings } = await lookAt()
    expect([containers, unmeasured]).toEqual([[], why])
    expect(doings.get('shop')).toMatchObject({ cpu: { problem: why }, runningJobs: [], revision: expect.stringMatching(/^[\w-]{16}$/) })
  })

  it('fails where one list is refused, and names it', async () => {
    const { look } = await world({ intercept: async ({ path }) => (path.includes('horizontalpodautoscalers') ? { status: 403, body: { kind: 'Status', message: 'no' } } : undefined) })
    await expect(look()).rejects.toThrow('list horizontalpodautoscalers: 403 no; does the cluster have what catnap rbac prints')
  })

  it('reads metrics page by page where a server makes pages', async () => {
    const pods = answering({ [PODS]: [podItem('web-1'), podItem('web-2')] })
    const { cluster, look } = await world({
      intercept: async (request) => {
        if (!request.path.startsWith(METRICS)) return pods.intercept(request)
        const isSecond = request.path.includes('continue=next')
        return { status: 200, body: { metadata: isSecond ? {} : { continue: 'next' }, items: [metricsItem(isSecond ? 'web-2' : 'web-1')] } }
      },
    })
    cluster.apply([deploymentOf('web')])
    expect(named(await look(), 'web').samples.map(({ pod }) => pod)).toEqual(['web-1', 'web-2'])
  })
})

/** A Job that runs until it is told to have ended. */
const jobItem = (name: string, spec: object = {}, conditions: readonly object[] = []) => ({ metadata: { name, namespace: 'shop' }, spec, status: { conditions } })

const JOBS = '/apis/batch/v1/namespaces/shop/jobs'

/** The CPU of two pods by these metrics. */
const cpu = async (...metrics: readonly unknown[]) => (await (await world(answering({ [PODS]: [podItem('web-1'), podItem('web-2')], [METRICS]: metrics }))).doings()).cpu

describe('what goes on in a namespace', () => {
  it('is the CPU of all its pods together, those that nobody scales among them, as the oldest of it was measured', async () => {
    const bare = { ...podItem('bare'), metadata: { name: 'bare', namespace: 'shop' } }
    const metrics = [metricsItem('web-1', { cpu: '3m', memory: '1Mi' }, ['main', 'proxy']), { ...metricsItem('bare', { cpu: '500000n', memory: '1Mi' }), timestamp: '2026-11-23T08:04:35Z' }]
    const { doings } = await world(answering({ [PODS]: [podItem('web-1'), bare], [METRICS]: metrics }))
    expect((await doings()).cpu).toEqual({ milli: 6.5, measuredAt: instant('2026-11-23T08:04:35Z') })
  })

  it('has no known CPU where one running pod was not measured, or not sensibly', async () => {
    expect(await cpu(metricsItem('web-1'))).toEqual({ problem: 'nothing was measured of pod web-2' })
    expect(await cpu(metricsItem('web-1'), { ...metricsItem('web-2'), containers: [] })).toEqual({ problem: 'nothing was measured of pod web-2' })
    expect(await cpu(metricsItem('web-1'), metricsItem('web-2', { cpu: 'NaN', memory: '1Ki' }))).toMatchObject({ problem: expect.stringContaining('web-2: not a cpu usage: found "NaN"') })
    expect(await cpu(metricsItem('web-1'), { ...metricsItem('web-2'), timestamp: 'yesterday' })).toMatchObject({ problem: expect.stringContaining('not an instant of measurement') })
  })

  it('needs no measurement of pods of which no container runs', async () => {
    const waiting = podItem('web-2', {}, { containerStatuses: [{ ...running('main'), state: { waiting: { reason: 'CrashLoopBackOff' } } }] })
    const { doings } = await world(answering({ [PODS]: [podItem('web-1'), waiting, podItem('web-3', {}, { phase: 'Pending' })], [METRICS]: [metricsItem('web-1')] }))
    expect((await doings()).cpu).toMatchObject({ milli: 3 })
    const { doings: empty } = await world()
    expect((await empty()).cpu).toEqual({ milli: 0 })
  })

  it('names the Jobs that neither ended nor are suspended', async () => {
    const jobs = [
      jobItem('importing'), jobItem('retrying', {}, [{ type: 'FailureTarget', status: 'True' }, { type: 'Failed', status: 'False' }]), jobItem('held', { suspend: true }),
      jobItem('done', {}, [{ type: 'Complete', status: 'True' }]), jobItem('given-up', {}, [{ type: 'Failed', status: 'True' }]),
    ]
    const { doings } = await world(answering({ [JOBS]: jobs }))
    expect((await doings()).runningJobs).toEqual(['importing', 'retrying'])
  })

  it('has another revision after a deployment or a restart, and the same one after scaling, a sleep or another look', async () => {
    const { cluster, run, doings } = await world()
    const web = deploymentOf('web', { replicas: 2 })
    cluster.apply([web, cronJobOf('nightly', '0 3 * * *')])
    await run(30)
    const first = (await doings()).revision
    await run(600)
    cluster.apply([{ ...deploymentOf('web', { replicas: 0 }), metadata: { ...web.metadata, annotations: { 'catnap.dev/original-replicas': '2' } } }])
    await run(60)
    expect((await doings()).revision).toBe(first)
    const seen = new Set([first])
    const { metadata, spec } = templateOf('web')
    for (const template of [{ metadata, spec: { ...spec, containers: [{ name: 'main', image: 'web:2' }] } }, { metadata: { ...metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-23T08:30:00Z' } }, spec }]) {
      cluster.apply([deploymentOf('web', { template })])
      await run(30)
      seen.add((await doings()).revision)
    }
    cluster.apply([statefulSetOf('db')])
    await run(30)
    expect(seen.add((await doings()).revision).size).toBe(4)
  })

  it('knows since when its pods run, those on the network of their node aside', async () => {
    const status = { containerStatuses: [running('main')], startTime: '2026-11-23T08:00:09Z' }
    const { doings } = await world(answering({ [PODS]: [podItem('web-1', {}, status), podItem('web-2', { hostNetwork: true }, status)] }))
    expect((await doings()).podsSince).toEqual([instant('2026-11-23T08:00:09Z')])
  })
})
