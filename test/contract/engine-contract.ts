import { describe, expect, it } from 'vitest'
import { cronJobOf, deploymentOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractOptions, ContractWorld } from './contract-world.ts'
import { type EngineWorld, engineWorld } from './engine-world.ts'

/** Every kind, distinct counts, and what was off already before Catnap came. */
const SHOP = [
  deploymentOf('web', { replicas: 3 }),
  deploymentOf('cart', { replicas: 2 }),
  deploymentOf('off', { replicas: 0 }),
  statefulSetOf('db', { replicas: 2, podManagementPolicy: 'Parallel' }),
  cronJobOf('rates', '0 4 1 1 *'),
  cronJobOf('paused', '0 4 1 1 *', { suspend: true }),
]

const PODS = 7

/** Sleep and wake through the use cases and the adapters: the same end from any interruption (DESIGN §5). */
export const engineContract = (world: () => ContractWorld, { cutPatches, cuts }: ContractOptions): void => {
  const environment = async (): Promise<EngineWorld> => {
    const shop = await world().namespace()
    await world().create(shop, SHOP)
    await world().untilReady(shop, PODS)
    return engineWorld(world(), shop)
  }

  describe('the engine', () => {
    it('puts an environment to sleep and wakes it with everything as before', async () => {
      const engine = await environment()
      const before = await engine.specs()
      await engine.bring('asleep')
      expect(await engine.specs()).toEqual({
        ...before,
        'Deployment/web': { ...before['Deployment/web'], replicas: 0 },
        'Deployment/cart': { ...before['Deployment/cart'], replicas: 0 },
        'StatefulSet/db': { ...before['StatefulSet/db'], replicas: 0 },
        'CronJob/rates': { ...before['CronJob/rates'], suspend: true },
      })
      expect(await engine.originals()).toEqual({ 'Deployment/web': { replicas: 3 }, 'Deployment/cart': { replicas: 2 }, 'StatefulSet/db': { replicas: 2 }, 'CronJob/rates': { suspend: false } })
      expect(await engine.marked()).toEqual(['CronJob/rates', 'Deployment/cart', 'Deployment/web', 'StatefulSet/db'])
      expect(await world().admin.list('Pod', engine.namespace)).toEqual([])

      await engine.bring('awake')
      expect(await engine.specs()).toEqual(before)
      expect(await engine.originals()).toEqual({})
      expect(await engine.marked()).toEqual([])
      await engine.close()
    })

    it.each(cuts)('ends the same when the connection is %s', async (cut) => {
      const engine = await environment()
      const before = await engine.specs()
      for (const at of cutPatches) {
        engine.cutAt(at, cut)
        await engine.bring('asleep')
        expect(engine.wasCut(), `a connection was cut at patch ${at} of the sleep`).toBe(true)
        expect(await engine.originals()).toMatchObject({ 'Deployment/web': { replicas: 3 }, 'StatefulSet/db': { replicas: 2 } })
        engine.cutAt(at, cut)
        await engine.bring('awake')
        expect(engine.wasCut(), `a connection was cut at patch ${at} of the wake`).toBe(true)
        expect(await engine.specs()).toEqual(before)
        expect([await engine.originals(), await engine.marked()]).toEqual([{}, []])
      }
      await engine.close()
    })

    it('keeps what somebody changed while it slept', async () => {
      const engine = await environment()
      const { admin, untilReady } = world()
      await engine.bring('asleep')
      await admin.patch('Deployment', 'web', engine.namespace, { spec: { replicas: 1 } })
      await admin.remove('CronJob', 'rates', engine.namespace)
      await engine.bring('awake')
      await untilReady(engine.namespace, 5)
      expect((await engine.specs())['Deployment/web']).toMatchObject({ replicas: 1 })
      expect(Object.keys(await engine.specs())).not.toContain('CronJob/rates')
      expect([await engine.originals(), await engine.marked()]).toEqual([{}, []])
      await engine.close()
    })
  })
}
