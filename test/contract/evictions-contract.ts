import { describe, expect, it } from 'vitest'
import type { PodRef } from '../../lib/domain/node.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { budgetOf, deploymentOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { pathOf } from './raw-api.ts'

interface BudgetStatus {
  readonly observedGeneration?: number
  readonly disruptionsAllowed: number
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly expectedPods: number
}

/** What a drain relies on: the Eviction API and its budgets (FIELD §2). */
export const evictionsContract = (world: () => ContractWorld): void => {
  /** Three ready pods named web under budgets, one of which has looked at them. */
  const pods = async (...budgets: readonly (readonly [string, object])[]): Promise<{ readonly shop: string; readonly names: readonly string[] }> => {
    const { namespace, create, untilReady, admin, cluster } = world()
    const shop = await namespace()
    await create(shop, [deploymentOf('web', { replicas: 3 }), ...budgets.map(([name, spec]) => budgetOf(name, 'web', { ...spec }))])
    await untilReady(shop, 3)
    // Of several budgets the controller takes any one when a pod changes; the others stay as they were.
    await cluster.until('a budget has seen the pods', async () => {
      const found = await admin.list('PodDisruptionBudget', shop)
      return budgets.length === 0 || found.some(({ status }) => (status as BudgetStatus | undefined)?.currentHealthy === 3)
    })
    return { shop, names: await running(shop) }
  }

  const running = async (shop: string): Promise<readonly string[]> =>
    (await world().admin.list('Pod', shop)).filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name)

  const podOf = async (shop: string, index: number): Promise<PodRef> => {
    const { name, uid = '' } = (await world().admin.list('Pod', shop))[index]?.metadata ?? expect.fail(`no pod ${index} in ${shop}`)
    return { namespace: shop, name, uid }
  }

  const evict = (shop: string, name: string | undefined, deleteOptions: object = {}, query = '') =>
    world().admin.call('POST', `${pathOf('Pod', shop, name ?? expect.fail('no pod'))}/eviction${query}`, {
      apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: shop }, deleteOptions,
    })

  const budget = async (shop: string): Promise<BudgetStatus> => (await world().admin.list('PodDisruptionBudget', shop))[0]?.status as BudgetStatus

  describe('an eviction', () => {
    it('without a budget is carried out, and the owner makes another pod', async () => {
      const { shop, names } = await pods()
      expect(await evict(shop, names[0])).toMatchObject({ status: 201, body: { kind: 'Status', status: 'Success' } })
      await world().cluster.until('there is another', async () => {
        const now = await running(shop)
        return now.length === 3 && !now.includes(names[0] ?? '')
      })
    })

    it.each([
      ['minAvailable 2', { minAvailable: 2 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
      ['minAvailable 50 %, rounded up', { minAvailable: '50%' }, { desiredHealthy: 2, disruptionsAllowed: 1 }],
      ['maxUnavailable 10 %, rounded up', { maxUnavailable: '10%' }, { desiredHealthy: 2, disruptionsAllowed: 1 }],
      ['maxUnavailable 0', { maxUnavailable: 0 }, { desiredHealthy: 3, disruptionsAllowed: 0 }],
      ['an empty selector, which is every pod', { maxUnavailable: 2, selector: {} }, { expectedPods: 3, disruptionsAllowed: 2 }],
    ])('has a budget of %s counted', async (_, spec, status) => {
      const { shop } = await pods(['web', spec])
      expect(await budget(shop)).toMatchObject({ currentHealthy: 3, observedGeneration: 1, ...status })
    })

    it('is refused with 429 when the budget is spent, until the pod is made good', async () => {
      const { shop, names: [first, second] } = await pods(['web', { maxUnavailable: 1 }])
      expect(await evict(shop, first)).toMatchObject({ status: 201 })
      expect(await evict(shop, second)).toMatchObject({
        status: 429,
        body: { reason: 'TooManyRequests', message: "Cannot evict pod as it would violate the pod's disruption budget.", details: { causes: [{ reason: 'DisruptionBudget' }] } },
      })
      await world().cluster.until('it is made good', async () => (await evict(shop, second)).status === 201)
    })

    it('spends nothing in a dry run', async () => {
      const { shop, names } = await pods(['web', { maxUnavailable: 1 }])
      for (const name of names) expect(await evict(shop, name, {}, '?dryRun=All')).toMatchObject({ status: 201 })
      for (const name of names) expect(await evict(shop, name, { dryRun: ['All'] })).toMatchObject({ status: 201 })
      expect((await budget(shop)).disruptionsAllowed).toBe(1)
      expect(await running(shop)).toEqual(names)
    })

    it('under two budgets is a 500', async () => {
      const { shop, names } = await pods(['a', { maxUnavailable: 1 }], ['b', { maxUnavailable: 2 }])
      expect(await evict(shop, names[0])).toMatchObject({
        status: 500,
        body: { message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' },
      })
    })

    it('of a pod that is pending asks no budget, nor two', async () => {
      const { shop } = await pods(['a', { maxUnavailable: 0 }], ['b', { maxUnavailable: 0 }])
      await world().create(shop, [webPod('waiting', { nodeSelector: { none: 'such' } })])
      expect(await evict(shop, 'waiting')).toMatchObject({ status: 201 })
    })

    it.each([
      ['AlwaysAllow', { minAvailable: 3, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, 201],
      ['IfHealthyBudget while the others suffice', { minAvailable: 3 }, 201],
      ['IfHealthyBudget while they do not', { minAvailable: 4 }, 429],
    ])('of a pod that is not ready, under %s', async (_, spec, status) => {
      const { cluster, admin, create } = world()
      const { shop } = await pods(['web', spec])
      await create(shop, [webPod('starting', {}, { 'never-ready': '' })])
      await cluster.until('it runs', async () => ((await admin.get('Pod', 'starting', shop)).status as { phase: string }).phase === 'Running')
      const before = await budget(shop)
      expect((await evict(shop, 'starting')).status).toBe(status)
      expect((await budget(shop)).disruptionsAllowed).toBe(before.disruptionsAllowed)
    })

    it('of a pod of that name with another uid is a conflict, but spends the budget', async () => {
      const { shop, names } = await pods(['web', { maxUnavailable: 1 }])
      expect(await evict(shop, names[0], { preconditions: { uid: 'another' } })).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
      expect((await budget(shop)).disruptionsAllowed).toBe(0)
    })

    it('by Catnap ends exactly that pod, as its budget allows', async () => {
      const { nodes, cluster } = world()
      const { shop } = await pods(['web', { maxUnavailable: 1 }])
      const [first, second] = [await podOf(shop, 0), await podOf(shop, 1)]
      expect(await nodes.evict(first)).toEqual({ end: 'evicted' })
      expect(await nodes.evict(second)).toMatchObject({ end: 'later', text: expect.stringMatching(/^evict pod .*: 429 Cannot evict pod as it would violate/) })
      await cluster.until('it is gone', async () => (await nodes.evict(first)).end === 'gone')
      await cluster.until('the budget lets the next go', async () => (await nodes.evict(second)).end === 'evicted')
    })

    it('by Catnap leaves another pod of the same name alone', async () => {
      const { nodes, admin } = world()
      const { shop, names: [name = ''] } = await pods()
      expect(await nodes.evict({ namespace: shop, name, uid: 'another' })).toEqual({ end: 'gone' })
      expect((await admin.get('Pod', name, shop)).metadata.deletionTimestamp).toBeUndefined()
    })

    it('by Catnap of a pod under two budgets is never asked again', async () => {
      const { nodes } = world()
      const { shop } = await pods(['a', { maxUnavailable: 1 }], ['b', { maxUnavailable: 2 }])
      expect(await nodes.evict(await podOf(shop, 0))).toMatchObject({ end: 'refused', text: expect.stringContaining('more than one PodDisruptionBudget') })
    })

    it('of no pod is a 404', async () => {
      const { shop } = await pods()
      expect(await evict(shop, 'nobody')).toMatchObject({ status: 404, body: { reason: 'NotFound' } })
    })
  })
}

const webPod = (name: string, spec: object, labels: Readonly<Record<string, string>> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web', ...labels } },
  spec: { containers: [{ name: 'main', image: 'web:1' }], ...spec },
})
