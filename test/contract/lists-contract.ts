import { describe, expect, it } from 'vitest'
import { cronJobOf, deploymentOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { pathOf } from './raw-api.ts'

const SUSPENDED = { suspend: true }

const suspended = (count: number) => Array.from({ length: count }, (_, index) => cronJobOf(`job-${String(index).padStart(4, '0')}`, '0 3 * * *', SUSPENDED))

/** A page of a list as it comes. */
interface Page {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number }
  readonly items: readonly { readonly kind?: string; readonly metadata: { readonly name: string } }[]
}

/** What Catnap relies on when it lists. */
export const listsContract = (world: () => ContractWorld): void => {
  const page = async (namespace: string, query: string): Promise<Page> => {
    const { status, body } = await world().catnap.call('GET', `${pathOf('CronJob', namespace)}?${query}`)
    expect(status).toBe(200)
    return body as unknown as Page
  }

  /** The token of a list that is too old by now. */
  const expiredToken = async (namespace: string): Promise<string> => {
    const { cluster, catnap } = world()
    const { metadata: { continue: token = '' } } = await page(namespace, 'limit=1')
    await cluster.expireLists()
    const asked = `${pathOf('CronJob', namespace)}?limit=1&continue=${token}`
    await cluster.until('the token has expired', async () => (await catnap.call('GET', asked)).status === 410)
    return token
  }

  describe('lists', () => {
    it('come in pages that all show the cluster as it was at the first', async () => {
      const { namespace, create, admin } = world()
      const shop = await namespace()
      await create(shop, suspended(7))
      const first = await page(shop, 'limit=3')
      expect(first).toMatchObject({ items: [{}, {}, {}], metadata: { remainingItemCount: 4 } })
      await admin.remove('CronJob', 'job-0006', shop)
      const second = await page(shop, `limit=3&continue=${first.metadata.continue}`)
      const third = await page(shop, `limit=3&continue=${second.metadata.continue}`)
      expect([first, second, third].flatMap(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual(suspended(7).map(({ metadata }) => metadata.name))
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
      expect(third.metadata.continue ?? '').toBe('')
      expect(first.items[0]).not.toHaveProperty('kind')
    })

    it('say that a page token has expired', async () => {
      const { namespace, create, catnap } = world()
      const shop = await namespace()
      await create(shop, suspended(3))
      const answer = await catnap.call('GET', `${pathOf('CronJob', shop)}?limit=1&continue=${await expiredToken(shop)}`)
      expect(answer).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired', code: 410 } })
      expect(answer.body['message']).toContain('The provided continue parameter is too old')
    })

    it('refuse what is no page token', async () => {
      const answer = await world().catnap.call('GET', `${pathOf('CronJob', await world().namespace())}?limit=1&continue=nonsense`)
      expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
    })

    it('are read whole by the adapter, and from the first page again when a token expires on the way', async () => {
      const { namespace, create, workloads, proxy } = world()
      const shop = await namespace()
      await create(shop, suspended(501))
      const old = await expiredToken(shop)
      let asked = 0
      proxy.meddle(({ path }) => {
        if (!path.includes('continue=')) return undefined
        asked += 1
        return asked === 1 ? { path: path.replace(/continue=[^&]+/, `continue=${old}`) } : undefined
      })
      expect(new Set((await workloads.list([shop])).map(({ name }) => name))).toHaveLength(501)
      proxy.meddle(undefined)
      expect(asked).toBe(2)
    })

    it('of many namespaces are those of the whole cluster, unless that is refused', async () => {
      const { namespace, create, workloads, proxy, name } = world()
      const [first, last] = [await namespace(), await namespace()]
      await create(first, [deploymentOf('web')])
      await create(last, [deploymentOf('cart')])
      const many = [last, ...Array.from({ length: 8 }, () => name('nowhere')), first]
      const paths: string[] = []
      const wide = pathOf('Deployment')
      const listed = async (meddled: string): Promise<readonly string[]> => {
        proxy.meddle(({ path }) => {
          if (path.includes('/deployments')) paths.push(path.split('?')[0] ?? '')
          return path.startsWith(wide) ? { path: path.replace(wide, meddled) } : undefined
        })
        const found = await workloads.list(many)
        proxy.meddle(undefined)
        return found.map((workload) => workload.name)
      }
      expect(await listed(wide)).toEqual(['cart', 'web'])
      expect(new Set(paths)).toEqual(new Set([wide]))
      expect(await listed(pathOf('Secret'))).toEqual(['cart', 'web'])
      expect(new Set(paths)).toEqual(new Set([wide, ...many.map((each) => pathOf('Deployment', each))]))
    })

    it('of namespaces are by label', async () => {
      const { namespace, name, workloads } = world()
      const night = name('night')
      const [first, second] = [await namespace({ catnap: night, team: 'a' }), await namespace({ catnap: night })]
      await namespace({ catnap: 'other' })
      expect((await workloads.namespaces({ catnap: night })).toSorted()).toEqual([first, second].toSorted())
      expect(await workloads.namespaces({ catnap: night, team: 'a' })).toEqual([first])
    })

    it('of workloads tell what each has, what one pod asks for, and the state it was seen in', async () => {
      const { namespace, create, workloads } = world()
      const shop = await namespace()
      const [web] = await create(shop, [
        deploymentOf('web', { replicas: 3 }), deploymentOf('default'), statefulSetOf('db', { replicas: 2 }),
        cronJobOf('nightly', '0 3 * * *'), cronJobOf('off', '0 3 * * *', SUSPENDED),
      ])
      const found = await workloads.list([shop])
      expect(found.map(({ kind, name, present }) => ({ kind, name, present }))).toEqual([
        { kind: 'Deployment', name: 'default', present: { replicas: 1 } },
        { kind: 'Deployment', name: 'web', present: { replicas: 3 } },
        { kind: 'StatefulSet', name: 'db', present: { replicas: 2 } },
        { kind: 'CronJob', name: 'nightly', present: { suspend: false } },
        { kind: 'CronJob', name: 'off', present: { suspend: true } },
      ])
      expect(found[1]).toMatchObject({
        namespace: shop, pod: { requests: { cpuMilli: 500, memoryMiB: 256 }, nodeSelector: {}, tolerations: [] }, seen: { uid: web?.metadata.uid, marks: [] },
      })
      expect(await workloads.list([world().name('nowhere')])).toEqual([])
    })
  })
}
