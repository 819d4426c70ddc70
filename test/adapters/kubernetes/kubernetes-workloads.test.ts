import { describe, expect, it } from 'vitest'
import { planSleep, planWake, type Workload, type WorkloadStep } from '../../../lib/domain/workload.ts'
import type { Workloads } from '../../../lib/ports.ts'
import { cronJobOf, deploymentOf, nodeOf, statefulSetOf } from '../../sandbox/cluster/manifests-of.ts'
import { accessedCluster, rightsWithout } from './cluster-access.ts'

const ID = 'us-dev/shop'

const listed = async (workloads: Workloads, name: string): Promise<Workload> =>
  (await workloads.list(['shop'])).find((workload) => workload.name === name) ?? expect.fail(`no ${name}`)

const only = (steps: readonly WorkloadStep[]): WorkloadStep => steps[0] ?? expect.fail('no step')
const sleepOf = (workload: Workload) => only(planSleep([workload], 'night'))
const wakeOf = (workload: Workload) => only(planWake([workload], new Map(), 'morning'))

describe('workloads', () => {
  it('are listed by namespace with what they have, what one pod asks for, and no mark', async () => {
    const { cluster, workloads } = await accessedCluster()
    cluster.apply([deploymentOf('web', { replicas: 3 }), statefulSetOf('db', { replicas: 2 }), cronJobOf('nightly', '0 3 * * *'), { ...deploymentOf('other'), metadata: { name: 'other', namespace: 'blog' } }])
    const found = await workloads.list(['shop'])
    expect(found.map(({ kind, name, present }) => ({ kind, name, present }))).toEqual([
      { kind: 'Deployment', name: 'web', present: { replicas: 3 } },
      { kind: 'StatefulSet', name: 'db', present: { replicas: 2 } },
      { kind: 'CronJob', name: 'nightly', present: { suspend: false } },
    ])
    expect(found[0]).toMatchObject({ pod: { requests: { cpuMilli: 500, memoryMiB: 256 }, nodeSelector: {}, tolerations: [] }, seen: { marks: [] } })
    expect(found.every(({ mark }) => mark === undefined)).toBe(true)
    expect(await workloads.list(['nowhere'])).toEqual([])
  })

  it('are ready by what their controller says of their present generation', async () => {
    const { cluster, workloads, run } = await accessedCluster()
    cluster.joinNode(nodeOf('n1'))
    cluster.apply([deploymentOf('web', { replicas: 2 })])
    expect((await listed(workloads, 'web')).ready).toBe(0)
    await run(120)
    expect((await listed(workloads, 'web')).ready).toBe(2)
    expect(await workloads.pods(['shop'])).toMatchObject([{ phase: 'Running', ready: true, node: 'n1', owner: { kind: 'ReplicaSet' } }, {}])
  })

  it.each([
    ['Deployment', deploymentOf('it', { replicas: 3 }), { replicas: 0 }, { replicas: 3 }],
    ['StatefulSet', statefulSetOf('it', { replicas: 2 }), { replicas: 0 }, { replicas: 2 }],
    ['CronJob', cronJobOf('it', '0 3 * * *'), { suspend: true }, { suspend: false }],
  ] as const)('of kind %s fall asleep with their original on them and wake without a trace', async (kind, manifest, asleep, awake) => {
    const { cluster, workloads, object } = await accessedCluster()
    cluster.apply([manifest])
    const before = object(kind, 'it')
    expect(await workloads.change(ID, sleepOf(await listed(workloads, 'it')))).toEqual({ done: true })
    expect(object(kind, 'it').spec).toMatchObject(asleep)
    expect(object(kind, 'it').metadata.annotations).toMatchObject({ 'catnap.dev/environment': ID })
    expect(await listed(workloads, 'it')).toMatchObject({ present: asleep, mark: awake })

    expect(await workloads.change(ID, wakeOf(await listed(workloads, 'it')))).toEqual({ done: true })
    expect(object(kind, 'it').spec).toEqual(before.spec)
    expect(Object.keys(object(kind, 'it').metadata.annotations ?? {}).filter((name) => name.startsWith('catnap.dev/'))).toEqual([])
  })

  it('keep the annotations that are not ours', async () => {
    const { cluster, workloads, object } = await accessedCluster()
    const web = deploymentOf('web')
    cluster.apply([{ ...web, metadata: { ...web.metadata, annotations: { 'team/owner~': 'a/b' } } }])
    await workloads.change(ID, sleepOf(await listed(workloads, 'web')))
    await workloads.change(ID, wakeOf(await listed(workloads, 'web')))
    expect(object('Deployment', 'web').metadata.annotations).toMatchObject({ 'team/owner~': 'a/b' })
  })

  it('are not changed when somebody changed them since they were looked at', async () => {
    const { cluster, workloads, object } = await accessedCluster()
    cluster.apply([deploymentOf('web', { replicas: 3 })])
    const step = sleepOf(await listed(workloads, 'web'))
    cluster.apply([deploymentOf('web', { replicas: 5 })])
    expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'changed', text: expect.stringContaining('patch Deployment shop/web: 422') })
    expect(object('Deployment', 'web').spec).toMatchObject({ replicas: 5 })
  })

  it('are not changed when another of the same name stands in their place', async () => {
    const { cluster, workloads } = await accessedCluster()
    cluster.apply([deploymentOf('web')])
    const step = sleepOf(await listed(workloads, 'web'))
    cluster.remove({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' })
    expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'gone' })
    cluster.apply([deploymentOf('web')])
    expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'changed' })
  })

  it('do not lose an annotation that came to one that had none', async () => {
    const { cluster, workloads, object } = await accessedCluster()
    cluster.apply([cronJobOf('nightly', '0 3 * * *')])
    const workload = await listed(workloads, 'nightly')
    expect(workload.seen.annotated).toBe(false)
    const manifest = cronJobOf('nightly', '0 3 * * *')
    cluster.apply([{ ...manifest, metadata: { ...manifest.metadata, annotations: { note: 'kept' } } }])
    expect(await workloads.change(ID, sleepOf(workload))).toMatchObject({ done: false, because: 'changed' })
    expect(object('CronJob', 'nightly').metadata.annotations).toEqual({ note: 'kept' })
  })

  it('say which right is missing', async () => {
    const { cluster, workloads } = await accessedCluster({}, 'catnap')
    cluster.apply([...rightsWithout('patch statefulsets.apps'), statefulSetOf('db')])
    expect(await workloads.change(ID, sleepOf(await listed(workloads, 'db')))).toMatchObject({
      done: false, because: 'refused',
      text: 'patch StatefulSet shop/db: 403 statefulsets.apps "db" is forbidden: User "catnap" cannot patch resource "statefulsets" in API group "apps" in the namespace "shop"; does the cluster have what catnap rbac prints, and the access entry?',
    })
  })

  it('that may not be listed are an error, never an empty list', async () => {
    const { cluster, workloads } = await accessedCluster({}, 'catnap')
    cluster.apply([...rightsWithout('list deployments.apps'), deploymentOf('web')])
    await expect(workloads.list(['shop'])).rejects.toThrow('list deployments.apps in shop: 403 deployments.apps is forbidden: User "catnap" cannot list')
  })

  it('refused for what they would become are refused for good, not looked at again for ever', async () => {
    const { cluster, workloads } = await accessedCluster()
    cluster.apply([deploymentOf('web')])
    const step = sleepOf(await listed(workloads, 'web'))
    expect(await workloads.change(ID, { ...step, to: { replicas: -1 } })).toMatchObject({ done: false, because: 'refused', text: expect.stringContaining('422') })
  })

  it('that an admission webhook keeps from being changed while it is not up are tried again later', async () => {
    const message = 'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: no endpoints available for service "w"'
    const { cluster, workloads } = await accessedCluster({
      intercept: async ({ method }) => (method === 'PATCH' ? { status: 500, body: { kind: 'Status', message, reason: 'InternalError', code: 500 } } : undefined),
    })
    cluster.apply([deploymentOf('web')])
    expect(await workloads.change(ID, sleepOf(await listed(workloads, 'web')))).toEqual({ done: false, because: 'later', text: `patch Deployment shop/web: 500 ${message}` })
  })

  it('are those of some kinds only where no more is asked for', async () => {
    const { cluster, workloads } = await accessedCluster()
    cluster.apply([deploymentOf('web'), cronJobOf('nightly', '0 3 * * *')])
    expect((await workloads.list(['shop'], { daemonSets: false, kinds: [], only: ['Deployment'] })).map(({ kind }) => kind)).toEqual(['Deployment'])
  })

  it('are listed whole, page by page', async () => {
    const { cluster, workloads } = await accessedCluster()
    cluster.apply(Array.from({ length: 1201 }, (_, index) => cronJobOf(`job-${index}`, '0 3 * * *')))
    expect(await workloads.list(['shop'])).toHaveLength(1201)
  })

  it('are listed again from the first page when the token of the next has expired', async () => {
    let expired = 0
    const { cluster, workloads } = await accessedCluster({
      intercept: async ({ path }) => {
        if (!path.includes('continue=') || expired > 0) return undefined
        expired += 1
        return { status: 410, body: { kind: 'Status', reason: 'Expired', message: 'too old', code: 410 } }
      },
    })
    cluster.apply(Array.from({ length: 501 }, (_, index) => cronJobOf(`job-${index}`, '0 3 * * *')))
    expect(new Set((await workloads.list(['shop'])).map(({ name }) => name))).toHaveLength(501)
    expect(expired).toBe(1)
  })

  it('are found by the labels of their namespaces', async () => {
    const { cluster, workloads } = await accessedCluster()
    cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { catnap: 'nightly', team: 'a' } } }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blog', labels: { catnap: 'nightly' } } }])
    expect(await workloads.namespaces({ catnap: 'nightly' })).toEqual(['blog', 'shop'])
    expect(await workloads.namespaces({ catnap: 'nightly', team: 'a' })).toEqual(['shop'])
  })

  it('of a cluster that does not answer are an error in words', async () => {
    const { workloads } = await accessedCluster({ intercept: async () => ({ status: 500, body: { message: 'etcd is down' } }) })
    await expect(workloads.list(['shop'])).rejects.toThrow('500 etcd is down')
  })
})
