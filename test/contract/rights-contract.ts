import { describe, expect, it } from 'vitest'
import { deploymentOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { PATCH, pathOf, rawApi } from './raw-api.ts'

const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

const METHODS = { list: 'GET', get: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const

interface Refused {
  readonly verb: keyof typeof METHODS
  readonly resource: string
  readonly group: string
  readonly path: (shop: string) => string
  /** `%` is the namespace's. */
  readonly name?: string
  /** Of the cluster, not of a namespace. */
  readonly cluster?: true
}

const REFUSED: readonly Refused[] = [
  { verb: 'list', resource: 'secrets', group: '', path: (shop) => pathOf('Secret', shop) },
  { verb: 'list', resource: 'configmaps', group: '', path: (shop) => pathOf('ConfigMap', shop) },
  { verb: 'get', resource: 'deployments', group: 'apps', name: 'web', path: (shop) => pathOf('Deployment', shop, 'web') },
  { verb: 'update', resource: 'deployments', group: 'apps', name: 'web', path: (shop) => pathOf('Deployment', shop, 'web') },
  { verb: 'delete', resource: 'deployments', group: 'apps', name: 'web', path: (shop) => pathOf('Deployment', shop, 'web') },
  { verb: 'patch', resource: 'deployments/scale', group: 'apps', name: 'web', path: (shop) => `${pathOf('Deployment', shop, 'web')}/scale` },
  { verb: 'patch', resource: 'replicasets', group: 'apps', name: 'web-1', path: (shop) => pathOf('ReplicaSet', shop, 'web-1') },
  { verb: 'delete', resource: 'services', group: '', name: 'web', path: (shop) => pathOf('Service', shop, 'web') },
  { verb: 'delete', resource: 'pods', group: '', name: 'web-1', path: (shop) => pathOf('Pod', shop, 'web-1') },
  { verb: 'delete', resource: 'nodes', group: '', name: 'n1', cluster: true, path: () => pathOf('Node', undefined, 'n1') },
  { verb: 'patch', resource: 'namespaces', group: '', name: '%', path: (shop) => pathOf('Namespace', undefined, shop) },
  { verb: 'list', resource: 'appprojects', group: 'argoproj.io', path: (shop) => `/apis/argoproj.io/v1alpha1/namespaces/${shop}/appprojects` },
]

/** What `catnap rbac` gives and what it does not. */
export const rightsContract = (world: () => ContractWorld): void => {
  describe('rights', () => {
    it.each([
      ['list', 'Namespace'], ['list', 'Node'], ['list', 'Pod'], ['list', 'Deployment'], ['list', 'StatefulSet'], ['list', 'CronJob'],
    ])('that `catnap rbac` gives include: %s %s', async (_, kind) => {
      expect((await world().catnap.call('GET', pathOf(kind))).status).toBe(200)
      expect((await world().guest.call('GET', pathOf(kind))).status).toBe(403)
    })

    it.each(REFUSED)('do not include to $verb $resource $name', async ({ verb, resource, name, group, path, cluster }) => {
      const { catnap, namespace, create } = world()
      const shop = await namespace()
      await create(shop, [deploymentOf('web')])
      const method = METHODS[verb]
      const answer = await catnap.call(method, path(shop), method === 'GET' ? undefined : {}, method === 'PATCH' ? PATCH.merge : undefined)
      const [plural] = resource.split('/')
      const what = `${plural}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name === '%' ? shop : name}"`}`
      const where = cluster === true ? 'at the cluster scope' : `in the namespace "${shop}"`
      const message = `${what} is forbidden: User "catnap" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
      expect(answer).toMatchObject({ status: 403, body: { kind: 'Status', reason: 'Forbidden', code: 403, message } })
    })

    it('of a kind nobody serves end in a 404', async () => {
      const answer = await world().admin.call('GET', '/apis/example.com/v1/namespaces/default/moons')
      expect(answer.status).toBe(404)
    })

    it('can be asked for beforehand by whoever has none', async () => {
      const { catnap, guest, namespace } = world()
      const shop = await namespace()
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { verb: 'patch', group: 'apps', resource: 'deployments', namespace: shop } } }
      expect(await catnap.call('POST', REVIEW, review)).toMatchObject({
        status: 201, body: { status: { allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "catnap" of ClusterRole "catnap" to Group "catnap"' } },
      })
      expect(await guest.call('POST', REVIEW, review)).toMatchObject({ status: 201, body: { status: { allowed: false } } })
    })

    it('are nobody\'s whose token is unknown', async () => {
      const stranger = rawApi(world().cluster, 'token-of-a-stranger')
      expect(await stranger.call('GET', pathOf('Pod'))).toMatchObject({ status: 401, body: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' } })
      await stranger.close()
    })
  })
}
