import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { askRights, askWhoIAm } from '../../lib/adapters/kubernetes/ask-rights.ts'
import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { admissionPolicy } from '../../lib/domain/rights/admission-policy.ts'
import { sayResource } from '../../lib/domain/rights/cluster-right.ts'
import { clusterWideRoles, namespacedRoles } from '../../lib/domain/rights/cluster-roles.ts'
import type { Grant } from '../../lib/domain/rights/grant.ts'
import type { Manifest } from '../../lib/domain/rights/manifest.ts'
import type { Node } from '../../lib/domain/node.ts'
import type { Outcome } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { CONTRACT_GRANT } from '../contract/contract-grant.ts'
import { type ContractWorld, contractWorld } from '../contract/contract-world.ts'
import { engineWorld } from '../contract/engine-world.ts'
import { PATCH, pathOf, type RawApi, rawApi } from '../contract/raw-api.ts'
import { accessOf, missedIn, UNTOLD, withoutAccess } from '../contract/wire-access.ts'
import { wireCalls } from '../contract/wire-calls.ts'
import { cronJobOf, daemonSetOf, deploymentOf, nodeOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import { applyManifest, removeManifest } from './apply-manifest.ts'
import { realCluster } from './real-cluster.ts'

const INGRESS: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
}
const HPA: KubernetesObject = {
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' },
  spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, metrics: [] },
}
const OBJECTS = [deploymentOf('web', { replicas: 2 }), statefulSetOf('db', { replicas: 1 }), cronJobOf('nightly', '0 4 1 1 *'), daemonSetOf('agent'), HPA, INGRESS]

const serviceOf = (name: string): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'ExternalName', externalName: 'wake.example.com' } })

const OURS = { metadata: { annotations: { 'catnap.dev/environment': 'us-dev/shop' } } }

/** What Catnap writes; by kind, in a namespace. */
const WRITTEN: readonly (readonly [what: string, kind: string, name: string, change: object])[] = [
  ['replicas and our annotation', 'Deployment', 'web', { ...OURS, spec: { replicas: 0 } }],
  ['replicas', 'StatefulSet', 'db', { spec: { replicas: 0 } }],
  ['suspend', 'CronJob', 'nightly', { ...OURS, spec: { suspend: true } }],
  ['the label no node has', 'DaemonSet', 'agent', { spec: { template: { spec: { nodeSelector: { 'catnap.dev/asleep': 'true' } } } } }],
  ['behavior', 'HorizontalPodAutoscaler', 'web', { spec: { behavior: { scaleUp: { selectPolicy: 'Disabled' } } } }],
  ['the backend and an annotation of its controller', 'Ingress', 'web', {
    metadata: { annotations: { 'alb.ingress.kubernetes.io/actions.catnap-wake': '{}' } },
    spec: { defaultBackend: { service: { name: 'catnap-wake', port: { name: 'use-annotation', number: null } } } },
  }],
]

/** What it does not, though the roles of its group may let it. */
const UNWRITTEN: readonly (readonly [what: string, kind: string, name: string, change: object])[] = [
  ['another field', 'Deployment', 'web', { spec: { paused: true } }],
  ['another field beside replicas', 'Deployment', 'web', { spec: { replicas: 0, minReadySeconds: 5 } }],
  ['an image', 'StatefulSet', 'db', { spec: { template: { metadata: { annotations: { a: 'b' } } } } }],
  ['a label', 'Deployment', 'web', { metadata: { labels: { team: 'catnap' } } }],
  ['an annotation of somebody else', 'Deployment', 'web', { metadata: { annotations: { 'example.com/a': 'b' } } }],
  ['an annotation of somebody else away', 'Deployment', 'web', { metadata: { annotations: { 'deployment.kubernetes.io/revision': null } } }],
  ['a finalizer', 'CronJob', 'nightly', { metadata: { finalizers: ['example.com/a'] } }],
  ['an owner', 'CronJob', 'nightly', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'a' }] } }],
  ['a schedule', 'CronJob', 'nightly', { spec: { schedule: '* * * * *' } }],
  ['another node selector', 'DaemonSet', 'agent', { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } }],
  ['the pods beside the node selector', 'DaemonSet', 'agent', { spec: { template: { spec: { nodeSelector: { 'catnap.dev/asleep': 'true' }, hostNetwork: true } } } }],
  ['bounds', 'HorizontalPodAutoscaler', 'web', { spec: { maxReplicas: 10 } }],
  ['a class', 'Ingress', 'web', { spec: { ingressClassName: 'nginx' } }],
  ['an annotation of the controller that is not ours', 'Ingress', 'web', { metadata: { annotations: { 'alb.ingress.kubernetes.io/scheme': 'internet-facing' } } }],
]

/** Asks the Eviction API for a pod that is not there. */
const evictNobody = (api: RawApi, namespace: string) =>
  api.call('POST', `${pathOf('Pod', namespace, 'nobody')}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'nobody', namespace } })

describe('on a real control plane, what `catnap rbac` prints', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>
  let world: ContractWorld
  /** A member of the group that somebody made an administrator as well. */
  let mighty: RawApi

  beforeAll(async () => {
    cluster = await realCluster()
    world = await contractWorld(cluster)
    mighty = rawApi(cluster, inject('plane').tokens.mighty)
  })
  afterAll(async () => {
    await mighty.close()
    await world.close()
    await cluster.close()
  })

  const merge = (kind: string, namespace: string | undefined, name: string, change: object) => mighty.call('PATCH', pathOf(kind, namespace, name), change, PATCH.merge)

  /** The status that answers Catnap's change of `suspend`. */
  const suspend = async (namespace: string, suspended: boolean): Promise<number> => (await merge('CronJob', namespace, 'nightly', { spec: { suspend: suspended } })).status

  const applyAll = async (manifests: readonly Manifest[]): Promise<void> => {
    for (const manifest of manifests) await applyManifest(world.admin, manifest)
  }

  /** Does work while the policy of a grant stands in the place of the other. */
  const underPolicy = async (grant: Grant, takesEffect: () => Promise<boolean>, work: () => Promise<void>): Promise<void> => {
    await applyAll(admissionPolicy(grant))
    try {
      await cluster.until('the policy is in force', takesEffect)
      await work()
    } finally {
      await applyAll(admissionPolicy(CONTRACT_GRANT))
    }
  }

  it.each(WRITTEN)('lets Catnap write %s of a %s', async (_, kind, name, change) => {
    const shop = await world.namespace()
    await world.create(shop, OBJECTS)
    expect(await merge(kind, shop, name, change)).toMatchObject({ status: 200 })
  })

  it.each(UNWRITTEN)('refuses Catnap %s of a %s, whatever its roles', async (_, kind, name, change) => {
    const shop = await world.namespace()
    await world.create(shop, OBJECTS)
    await cluster.until('Deployments are annotated', async () => (await world.admin.get('Deployment', 'web', shop)).metadata.annotations !== undefined)
    const before = await world.admin.get(kind, name, shop)
    expect(await merge(kind, shop, name, change)).toMatchObject({ status: 403, body: { message: expect.stringContaining('catnap changes nothing of ') } })
    const { spec, metadata: { labels, annotations, finalizers, ownerReferences } } = await world.admin.get(kind, name, shop)
    expect({ spec, labels, annotations, finalizers, ownerReferences }).toEqual({
      spec: before.spec, labels: before.metadata.labels, annotations: before.metadata.annotations,
      finalizers: before.metadata.finalizers, ownerReferences: before.metadata.ownerReferences,
    })
  })

  it('refuses Catnap every other write, and nobody else any', async () => {
    const { admin } = world
    const shop = await world.namespace()
    await world.create(shop, OBJECTS)
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
    const refused = { status: 403, body: { message: expect.stringContaining('catnap does not ') } }
    expect(await mighty.call('POST', pathOf('ConfigMap', shop), config)).toMatchObject(refused)
    expect(await mighty.call('DELETE', pathOf('Deployment', shop, 'web'))).toMatchObject(refused)
    expect(await mighty.call('DELETE', pathOf('Deployment', shop))).toMatchObject(refused)
    expect(await mighty.call('PATCH', `${pathOf('Deployment', shop, 'web')}/scale`, { spec: { replicas: 0 } }, PATCH.merge)).toMatchObject(refused)
    expect(await mighty.call('PATCH', `${pathOf('Deployment', shop, 'web')}/status`, { status: { replicas: 9 } }, PATCH.merge)).toMatchObject(refused)
    expect(await mighty.call('DELETE', '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/other')).not.toMatchObject({ status: 200 })
    expect(await admin.call('POST', pathOf('ConfigMap', shop), config)).toMatchObject({ status: 201 })
    expect(await admin.call('PATCH', pathOf('Deployment', shop, 'web'), { spec: { paused: true } }, PATCH.merge)).toMatchObject({ status: 200 })
  })

  it('lets it make and remove the one Service it has, and tell what it did', async () => {
    const shop = await world.namespace()
    const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'catnap.1' }, involvedObject: { kind: 'Namespace', name: shop, namespace: shop }, reason: 'Asleep', message: 'asleep' }
    expect(await mighty.call('POST', pathOf('Service', shop), serviceOf('catnap-wake'))).toMatchObject({ status: 201 })
    expect(await mighty.call('DELETE', pathOf('Service', shop, 'catnap-wake'))).toMatchObject({ status: 200 })
    expect(await mighty.call('POST', pathOf('Service', shop), serviceOf('web'))).toMatchObject({ status: 403, body: { message: expect.stringContaining('catnap-wake') } })
    expect(await mighty.call('POST', pathOf('Event', shop), event)).toMatchObject({ status: 201 })
  })

  it('lets it evict in `kube-system`, where it may write nothing else, and nowhere else that is protected', async () => {
    expect(await evictNobody(mighty, 'kube-system')).toMatchObject({ status: 404 })
    expect(await evictNobody(mighty, 'kube-public')).toMatchObject({ status: 403, body: { message: expect.stringContaining('namespace kube-public is protected from catnap') } })
  })

  it('lets it write nothing in a protected namespace', async () => {
    await world.create('kube-public', [deploymentOf('web', { replicas: 1 })])
    expect(await merge('Deployment', 'kube-public', 'web', { spec: { replicas: 0 } })).toMatchObject({
      status: 403, body: { message: expect.stringContaining('namespace kube-public is protected from catnap') },
    })
    await world.admin.remove('Deployment', 'web', 'kube-public')
  })

  it('lets it mark a node and give it back, and change nothing else of it', async () => {
    const name = world.name('own')
    await cluster.joinNode(nodeOf(name, { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] }))
    await cluster.until('the node is ready', async () => (await world.nodes.list()).some((node) => node.name === name && node.ready))
    const changed = async (change: (node: Node) => Promise<Outcome>): Promise<boolean> => {
      const node = (await world.nodes.list()).find((one) => one.name === name)
      return node !== undefined && (await change(node)).done
    }
    await cluster.until('it is marked', () => changed((node) => world.nodes.mark(node, cluster.now())))
    await cluster.until('it is given back', () => changed((node) => world.nodes.unmark(node)))
    for (const change of [
      { metadata: { labels: { team: 'catnap' } } },
      { metadata: { annotations: { 'example.com/a': 'b' } } },
      { spec: { taints: [] } },
      { spec: { taints: [{ key: 'team', value: 'b', effect: 'NoSchedule' }] } },
      { spec: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }, { key: 'mine', effect: 'NoSchedule' }] } },
    ]) {
      expect(await merge('Node', undefined, name, change)).toMatchObject({ status: 403, body: { message: expect.stringContaining('catnap changes n') } })
    }
  })

  it('holds it to the namespaces of an intent, by name and by label', async () => {
    const [named, selected, other] = [await world.namespace(), await world.namespace({ nightly: 'yes' }), await world.namespace()]
    for (const namespace of [named, selected, other]) await world.create(namespace, [cronJobOf('nightly', '0 4 1 1 *')])
    const grant = { ...CONTRACT_GRANT, protect: ['kube-*', '*-prod'], reach: { namespaces: [named], labels: [{ nightly: 'yes' }] } }
    await underPolicy(grant, async () => (await suspend(other, true)) === 403, async () => {
      expect([await suspend(named, true), await suspend(selected, true), await suspend(other, true)]).toEqual([200, 200, 403])
      await world.admin.patch('Namespace', selected, undefined, { metadata: { labels: { nightly: null } } })
      await cluster.until('what lost its label is out of reach', async () => (await suspend(selected, false)) === 403)
    })
  })

  it('bound in the namespaces of an environment, is enough to put it to sleep and to wake it, and for no other', async () => {
    const [shop, other] = [await world.namespace(), await world.namespace()]
    await world.create(shop, OBJECTS)
    await world.create(other, [deploymentOf('web', { replicas: 1 })])
    const grant = { ...CONTRACT_GRANT, reach: { namespaces: [shop], labels: [] } }
    const [roles, all] = [namespacedRoles(grant), clusterWideRoles(CONTRACT_GRANT)]
    await applyAll(roles)
    try {
      await cluster.until('other namespaces are closed', async () => (await world.catnap.call('PATCH', pathOf('Deployment', other, 'web'), { spec: { replicas: 1 } }, PATCH.merge)).status === 403)
      const engine = await engineWorld(world, shop)
      const before = await engine.specs()
      await engine.bring('asleep')
      expect((await engine.specs())['Deployment/web']).toMatchObject({ replicas: 0 })
      await engine.bring('awake')
      expect(await engine.specs()).toEqual(before)
      await engine.close()
    } finally {
      await applyAll(all)
      for (const manifest of roles) if (!all.some(({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name)) await removeManifest(world.admin, manifest)
    }
  })

  it('is missed by name, by the doctor and in the words of the API server, each access that is taken away', async () => {
    const shop = await world.namespace()
    const made = new Set<string>()
    world.proxy.meddle(({ method, path }) => void made.add(accessOf(method, path).access))
    const api = clusterApi({ name: 'us-dev', url: world.proxy.url, token: async () => cluster.tokens.catnap })
    const missed = async (): Promise<ReadonlySet<string>> => {
      const told = new Set<string>()
      for (const { make } of wireCalls(api, shop)) {
        for (const access of missedIn(await make().catch((error: unknown) => error))) told.add(access)
      }
      return told
    }
    await cluster.until('nothing is missed', async () => (await missed()).size === 0)
    // What the doctor asks goes over the same wire, and is nobody's right: every authenticated user may.
    const tried = [...made]
    expect(tried.length).toBeGreaterThan(30)
    const asker = await askWhoIAm(api)
    const namedByDoctor = async (): Promise<readonly string[]> => {
      const { missing } = await askRights(api, asker, CONTRACT_GRANT.rights, [shop])
      return [...new Set(missing.map(({ right, verb }) => `${verb} ${sayResource(right)}`))]
    }
    expect(await namedByDoctor()).toEqual([])
    for (const taken of tried) {
      await applyAll(clusterWideRoles({ ...CONTRACT_GRANT, rights: withoutAccess(CONTRACT_GRANT.rights, taken) }))
      await cluster.until(`the doctor misses ${taken}, and nothing else`, async () => (await namedByDoctor()).join() === taken)
      if (taken !== UNTOLD) await cluster.until(`${taken} is missed, and nothing else`, async () => [...(await missed())].join() === taken)
    }
    await applyAll(clusterWideRoles(CONTRACT_GRANT))
    await cluster.until('nothing is missed again', async () => (await missed()).size === 0)
    world.proxy.meddle(undefined)
    await api.close()
  })
})
