import { AppsV1Api, AuthorizationV1Api, CoreV1Api, KubernetesObjectApi, VersionApi } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../../lib/sandbox/cluster/kinds.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { configOf, refusal } from './client-of.ts'
import {
  budgetOf,
  configMapOf,
  cronJobOf,
  daemonSetOf,
  deploymentOf,
  nodeOf,
  statefulSetOf,
} from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const rbac = 'rbac.authorization.k8s.io/v1'

const clusterRole = (name: string, ...rules: object[]): KubernetesObject => ({
  apiVersion: rbac,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
})

const bindingTo = (user: string, role: string, namespace?: string): KubernetesObject => ({
  apiVersion: rbac,
  kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: { name: `${user}-${role}`, ...(namespace === undefined ? {} : { namespace }) },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'User', name: user }],
})

const setUp = async () => {
  const test = await startCluster()
  test.cluster.apply([deploymentOf('web', { replicas: 3 })])
  const config = (token?: string) => configOf(test.cluster, token)
  const as = (token: string) => config(token).makeApiClient(AppsV1Api)
  return { ...test, config, as, apps: as('admin'), core: config().makeApiClient(CoreV1Api) }
}

const web = { name: 'web', namespace: 'shop' }

describe('who may do what', () => {
  it('answers 401 to a token nobody issued and to no token', async () => {
    const { as, cluster } = await setUp()
    expect(await refusal(as('stranger').readNamespacedDeployment(web))).toMatchObject({ code: 401 })
    const answer = await fetch(`${cluster.url}/api/v1/nodes`)
    expect([answer.status, await answer.json()]).toMatchObject([401, { kind: 'Status', reason: 'Unauthorized' }])
  })

  it("says in the API server's words who cannot do what where", async () => {
    const { as } = await setUp()
    expect(await refusal(as('ann').patchNamespacedDeployment({ ...web, body: [] }))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'deployments.apps "web" is forbidden: User "ann" cannot patch resource "deployments" ' +
        'in API group "apps" in the namespace "shop"',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
    })
    expect((await refusal(as('ann').listDeploymentForAllNamespaces())).message).toBe(
      'deployments.apps is forbidden: User "ann" cannot list resource "deployments" ' +
        'in API group "apps" at the cluster scope',
    )
  })

  it('lets a role binding reach its namespace only', async () => {
    const { cluster, as } = await setUp()
    cluster.apply([
      clusterRole('reader', { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] }),
      bindingTo('ann', 'reader', 'shop'),
      deploymentOf('other'),
    ])
    expect((await as('ann').readNamespacedDeployment(web)).spec?.replicas).toBe(3)
    expect((await as('ann').listNamespacedDeployment({ namespace: 'shop' })).items).toHaveLength(2)
    expect((await refusal(as('ann').listNamespacedDeployment({ namespace: 'default' }))).code).toBe(403)
    expect((await refusal(as('ann').deleteNamespacedDeployment(web))).code).toBe(403)
  })

  it('keeps subresources and named objects apart', async () => {
    const { cluster, as } = await setUp()
    const rule = { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments/scale'], resourceNames: ['web'] }
    cluster.apply([deploymentOf('other'), clusterRole('scaler', rule), bindingTo('ann', 'scaler')])
    expect((await as('ann').readNamespacedDeploymentScale(web)).spec?.replicas).toBe(3)
    expect((await refusal(as('ann').readNamespacedDeployment(web))).code).toBe(403)
    expect((await refusal(as('ann').readNamespacedDeploymentScale({ ...web, name: 'other' }))).code).toBe(403)
  })

  it('reviews the access of whoever asks', async () => {
    const { cluster, config } = await setUp()
    cluster.apply([
      clusterRole('evictor', { verbs: ['create'], apiGroups: [''], resources: ['pods/eviction'] }),
      bindingTo('ann', 'evictor'),
    ])
    const review = async (subresource: string) => {
      const resourceAttributes = { verb: 'create', group: '', resource: 'pods', subresource, namespace: 'shop' }
      const body = { spec: { resourceAttributes } }
      const answer = await config('ann').makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body })
      return answer.status?.allowed
    }
    expect(await review('eviction')).toBe(true)
    expect(await review('')).toBe(false)
  })
})

describe('reading', () => {
  it('says what is not there, and what kind of thing it would have been', async () => {
    const { apps } = await setUp()
    expect(await refusal(apps.readNamespacedDeployment({ ...web, name: 'nobody' }))).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'deployments.apps "nobody" not found',
      details: { name: 'nobody', group: 'apps', kind: 'deployments' },
    })
  })

  it('fills in the defaults of the API', async () => {
    const { apps } = await setUp()
    const { spec, metadata } = await apps.readNamespacedDeployment(web)
    expect(spec).toMatchObject({
      replicas: 3,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30 } },
    })
    expect(metadata).toMatchObject({ generation: 1, creationTimestamp: new Date('2026-11-23T08:00:00Z') })
  })

  it('pages a list and shows on every page the state of the first', async () => {
    const { cluster, core } = await setUp()
    cluster.apply(['a', 'b', 'c', 'd', 'e'].map((name) => configMapOf(name)))
    const first = await core.listNamespacedConfigMap({ namespace: 'shop', limit: 2 })
    cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c', namespace: 'shop' })
    const token = { _continue: first.metadata?._continue ?? '' }
    const second = await core.listNamespacedConfigMap({ namespace: 'shop', limit: 2, ...token })
    expect(first.metadata).toMatchObject({ remainingItemCount: 3 })
    expect(second.items.map(({ metadata }) => metadata?.name)).toEqual(['c', 'd'])
    expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion)
    const rest = { _continue: second.metadata?._continue ?? '' }
    const third = await core.listNamespacedConfigMap({ namespace: 'shop', limit: 2, ...rest })
    expect(third.items.map(({ metadata }) => metadata?.name)).toEqual(['e'])
    expect(third.metadata?._continue).toBeUndefined()
  })

  it('answers 410 to a page of a list it no longer keeps', async () => {
    const { cluster, core } = await setUp()
    cluster.apply(['a', 'b', 'c'].map((name) => configMapOf(name)))
    const first = await core.listConfigMapForAllNamespaces({ limit: 1 })
    for (let list = 0; list < 64; list += 1) await core.listConfigMapForAllNamespaces({ limit: 1 })
    const old = core.listConfigMapForAllNamespaces({ limit: 1, _continue: first.metadata?._continue ?? '' })
    expect(await refusal(old)).toMatchObject({ code: 410, reason: 'Expired' })
  })

  it.each([
    ['tier=front', ['a', 'b']],
    ['tier!=front', ['c', 'd']],
    ['tier in (front, back),zone', ['b']],
    ['tier notin (front)', ['c', 'd']],
    ['!tier', ['d']],
    ['zone==x', ['b']],
  ])('selects by label: %s', async (labelSelector, names) => {
    const { cluster, core } = await setUp()
    cluster.apply([
      configMapOf('a', { labels: { tier: 'front' } }),
      configMapOf('b', { labels: { tier: 'front', zone: 'x' } }),
      configMapOf('c', { labels: { tier: 'back' } }),
      configMapOf('d'),
    ])
    const { items } = await core.listNamespacedConfigMap({ namespace: 'shop', labelSelector })
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(names)
  })

  it('selects by the fields a kind has, and refuses others', async () => {
    const { cluster, core, run } = await setUp()
    cluster.joinNode(nodeOf('n1'))
    await run(60)
    const count = async (fieldSelector: string) => (await core.listPodForAllNamespaces({ fieldSelector })).items.length
    expect(await count('spec.nodeName=n1')).toBe(3)
    expect(await count('spec.nodeName=n2')).toBe(0)
    expect(await count('status.phase=Running,spec.nodeName!=n1')).toBe(0)
    expect(await count('metadata.namespace=shop')).toBe(3)
    expect((await core.listNode({ fieldSelector: 'spec.unschedulable=false' })).items).toHaveLength(1)
    expect(await refusal(core.listNode({ fieldSelector: 'spec.color=red' }))).toMatchObject({ code: 400 })
  })

  it('serves discovery, so that a client without types finds its way', async () => {
    const { config } = await setUp()
    const objects = KubernetesObjectApi.makeApiClient(config())
    const read = await objects.read({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: web })
    expect(read.metadata?.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect((await objects.list('v1', 'Namespace')).items.map(({ metadata }) => metadata?.name)).toContain('shop')
    expect((await config().makeApiClient(VersionApi).getCode()).major).toBe('1')
  })
})

describe('writing', () => {
  it('creates once, and not where there is no namespace', async () => {
    const { core } = await setUp()
    const create = (namespace: string) =>
      core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' } } })
    expect((await create('shop')).metadata?.uid).toBeDefined()
    const taken = { code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists' }
    expect(await refusal(create('shop'))).toMatchObject(taken)
    expect(await refusal(create('nowhere'))).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' })
  })

  it('takes back everything it hands out, without a new version', async () => {
    const { cluster, run } = await setUp()
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }
    cluster.joinNode(nodeOf('n1', { cpuMilli: 8000, pods: 30, taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }))
    cluster.apply([
      statefulSetOf('db', { volumeClaimTemplates: [claim] }),
      daemonSetOf('agent'),
      cronJobOf('sync', '* * * * *'),
      budgetOf('web', 'web', { minAvailable: 1 }),
      clusterRole('reader', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }),
      bindingTo('ann', 'reader'),
    ])
    await run(150)
    for (const { group, version, plural, kind, namespaced } of kinds) {
      const root = group === '' ? '/api/v1' : `/apis/${group}/${version}`
      for (const { metadata } of cluster.list(group === '' ? version : `${group}/${version}`, kind)) {
        const place = namespaced ? `/namespaces/${metadata.namespace}` : ''
        const url = `${cluster.url}${root}${place}/${plural}/${metadata.name}`
        const headers = { authorization: 'Bearer admin', 'content-type': 'application/json' }
        const body = await (await fetch(url, { headers })).text()
        const answer = await fetch(url, { method: 'PUT', headers, body })
        expect([answer.status, await answer.text()]).toEqual([200, body])
      }
    }
  })

  it('refuses an update based on an older version', async () => {
    const { apps } = await setUp()
    const before = await apps.readNamespacedDeployment(web)
    const with5 = { ...before, spec: { ...before.spec, replicas: 5 } } as typeof before
    await apps.replaceNamespacedDeployment({ ...web, body: with5 })
    expect(await refusal(apps.replaceNamespacedDeployment({ ...web, body: with5 }))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; ' +
        'please apply your changes to the latest version and try again',
    })
  })

  it("begins a new generation with a Deployment's spec or annotations, but not with its labels", async () => {
    const { apps } = await setUp()
    const before = await apps.readNamespacedDeployment(web)
    const replace = async (change: object) => {
      const now = await apps.readNamespacedDeployment(web)
      const body = { ...now, ...change, metadata: { ...now.metadata, ...change } }
      return apps.replaceNamespacedDeployment({ ...web, body })
    }
    expect((await replace({})).metadata?.resourceVersion).toBe(before.metadata?.resourceVersion)
    expect((await replace({ labels: { a: 'b' } })).metadata?.generation).toBe(1)
    expect((await replace({ annotations: { a: 'b' } })).metadata?.generation).toBe(2)
    expect((await replace({ spec: { ...before.spec, replicas: 0 } })).metadata?.generation).toBe(3)
  })

  it('refuses negative replicas in words and field', async () => {
    const { apps } = await setUp()
    const before = await apps.readNamespacedDeployment(web)
    const body = { ...before, spec: { ...before.spec, replicas: -1 } } as typeof before
    expect(await refusal(apps.replaceNamespacedDeployment({ ...web, body }))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      details: { causes: [{ reason: 'FieldValueInvalid', field: 'spec.replicas' }] },
    })
  })

  it('scales through /scale, which leaves a zero out', async () => {
    const { apps, run, cluster } = await setUp()
    cluster.joinNode(nodeOf('n1'))
    await run(60)
    const scale = await apps.readNamespacedDeploymentScale(web)
    expect(scale).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 3, selector: 'app=web' } })
    const zero = await apps.replaceNamespacedDeploymentScale({ ...web, body: { ...scale, spec: { replicas: 0 } } })
    expect(zero.spec?.replicas).toBeUndefined()
    expect((await apps.readNamespacedDeployment(web)).spec?.replicas).toBe(0)
    expect(await refusal(apps.replaceNamespacedDeploymentScale({ ...web, body: scale }))).toMatchObject({ code: 409 })
  })

  it('refuses a body of the wrong kind, namespace or shape', async () => {
    const { apps } = await setUp()
    const create = (body: object) => apps.createNamespacedDeployment({ namespace: 'shop', body })
    expect(await refusal(create({ kind: 'Pod' }))).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect(await refusal(create({ metadata: { name: 'a', namespace: 'default' } }))).toMatchObject({ code: 400 })
    const labels = { metadata: { name: 'a', labels: { tier: 1 } } }
    expect((await refusal(create(labels))).message).toContain('json: cannot unmarshal object into Go struct field')
    expect((await refusal(create({ metadata: { name: 'Bad_Name' } }))).code).toBe(422)
  })

  it('lets the status be written through /status alone', async () => {
    const { apps } = await setUp()
    const before = await apps.readNamespacedDeployment(web)
    const body = { ...before, spec: { ...before.spec, replicas: 9 }, status: { replicas: 7 } } as typeof before
    const written = await apps.replaceNamespacedDeploymentStatus({ ...web, body })
    expect(written).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 7 }, metadata: { generation: 1 } })
    const { metadata, spec } = before
    const created = await apps.createNamespacedDeployment({
      namespace: 'shop',
      body: { metadata: { generateName: 'copy-' }, ...(spec === undefined ? {} : { spec }), status: { replicas: 7 } },
    })
    expect(created.metadata?.name).toMatch(/^copy-[a-z0-9]{5}$/)
    expect([created.status?.replicas, created.metadata?.uid === metadata?.uid]).toEqual([undefined, false])
  })

  it('writes nothing in a dry run', async () => {
    const { apps, core } = await setUp()
    const before = await apps.readNamespacedDeployment(web)
    const body = { ...before, spec: { ...before.spec, replicas: 0 } } as typeof before
    const answer = await apps.replaceNamespacedDeployment({ ...web, body, dryRun: 'All' })
    await core.createNamespacedConfigMap({ namespace: 'shop', body: { metadata: { name: 'a' } }, dryRun: 'All' })
    await apps.deleteNamespacedDeployment({ ...web, dryRun: 'All' })
    expect(answer.spec?.replicas).toBe(0)
    expect(await apps.readNamespacedDeployment(web)).toEqual(before)
    expect((await core.listNamespacedConfigMap({ namespace: 'shop' })).items).toEqual([])
  })
})

describe('deleting', () => {
  it('takes the dependents along, and pods after their grace', async () => {
    const { cluster, apps, core, run } = await setUp()
    cluster.joinNode(nodeOf('n1'))
    await run(60)
    const answer = await apps.deleteNamespacedDeployment(web)
    expect(answer).toMatchObject({ status: 'Success', details: { name: 'web', kind: 'deployments' } })
    await run(3)
    const { items } = await core.listNamespacedPod({ namespace: 'shop' })
    expect(items.every(({ metadata }) => metadata?.deletionTimestamp !== undefined)).toBe(true)
    await run(10)
    expect(cluster.list('v1', 'Pod')).toEqual([])
    expect(cluster.list('apps/v1', 'ReplicaSet')).toEqual([])
  })

  it('takes a whole selection at once', async () => {
    const { cluster, core } = await setUp()
    cluster.apply([configMapOf('a', { labels: { old: 'yes' } }), configMapOf('b')])
    await core.deleteCollectionNamespacedConfigMap({ namespace: 'shop', labelSelector: 'old' })
    expect(cluster.list('v1', 'ConfigMap').map(({ metadata }) => metadata.name)).toEqual(['b'])
  })

  it('leaves orphans when told to', async () => {
    const { cluster, apps, run } = await setUp()
    await run(5)
    await apps.deleteNamespacedDeployment({ ...web, propagationPolicy: 'Orphan' })
    await run(5)
    expect(cluster.list('apps/v1', 'Deployment')).toEqual([])
    expect(cluster.list('apps/v1', 'ReplicaSet').map(({ metadata }) => metadata.ownerReferences)).toEqual([[]])
  })

  it('goes last when deleted in the foreground', async () => {
    const { cluster, apps, run } = await setUp()
    cluster.joinNode(nodeOf('n1'))
    await run(60)
    await apps.deleteNamespacedDeployment({ ...web, propagationPolicy: 'Foreground' })
    await run(2)
    expect(cluster.list('apps/v1', 'Deployment')[0]?.metadata.finalizers).toEqual(['foregroundDeletion'])
    await run(20)
    expect(cluster.list('apps/v1', 'Deployment')).toEqual([])
    expect(cluster.list('v1', 'Pod')).toEqual([])
  })

  it('refuses a uid that is not that of the object', async () => {
    const { apps } = await setUp()
    const body = { preconditions: { uid: 'another' } }
    const answer = await refusal(apps.deleteNamespacedDeployment({ ...web, body }))
    expect(answer).toMatchObject({ code: 409, reason: 'Conflict' })
  })

  it('empties a namespace before it goes, and takes nothing new meanwhile', async () => {
    const { cluster, core, run } = await setUp()
    cluster.joinNode(nodeOf('n1'))
    await run(60)
    expect((await core.deleteNamespace({ name: 'shop' })).status).toBeDefined()
    const create = core.createNamespacedConfigMap({ namespace: 'shop', body: { metadata: { name: 'a' } } })
    expect(await refusal(create)).toMatchObject({ code: 403 })
    await run(30)
    expect((await refusal(core.readNamespace({ name: 'shop' }))).code).toBe(404)
    expect(cluster.list('v1', 'Pod')).toEqual([])
  })
})
