import { describe, expect, it } from 'vitest'
import { deploymentOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { engineWorld } from './engine-world.ts'

const HOST = 'shop.example.com'

const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', annotations: { team: 'shop' } },
  spec: { ingressClassName: 'nginx', rules: [{ host: HOST, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
}

/** An environment behind an Ingress falls asleep and wakes, through the use cases and the adapters. `refuse` makes the cluster refuse every change to the Ingresses of a namespace. */
export const frontContract = (world: () => ContractWorld, refuse: (namespace: string) => Promise<{ lift(): Promise<void> }>): void => {
  describe('the engine behind an Ingress', () => {
    it('leads its host to the wake page before anything sleeps, and back once all is ready', async () => {
      const { shop, engine, web } = await environment()
      const before = await web()
      await engine.bring('asleep')
      expect(await web()).toMatchObject({ spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'catnap-wake', port: { number: 80 } } } }] } }] } })
      expect((await world().admin.get('Service', 'catnap-wake', shop)).spec).toMatchObject({ type: 'ExternalName', externalName: 'wake.internal.example.com' })

      await engine.bring('awake')
      expect(await web()).toEqual(before)
      expect((await world().admin.list('Service', shop)).map(({ metadata }) => metadata.name)).not.toContain('catnap-wake')
      await engine.close()
    })

    it('does not fail to wake while a fail-closed webhook of the Ingress is not up yet: it says so, and tries until it is', async () => {
      const { shop, engine, web } = await environment()
      const before = await web()
      await engine.bring('asleep')
      const webhook = await refuse(shop)
      let seen = await engine.nudge('awake')
      await world().cluster.until('the wake waits for the webhook', async () => {
        seen = await engine.nudge('awake')
        return seen?.progress?.waitingFor?.includes('webhook') === true
      })
      expect(seen).toMatchObject({ phase: 'waking', progress: { workloads: { done: 1, total: 1 } } })
      expect(seen).not.toHaveProperty('problem')

      await webhook.lift()
      await engine.bring('awake')
      expect(await web()).toEqual(before)
      await engine.close()
    })

    it('lets nothing sleep while a fail-closed webhook of the Ingress is not up, and says why', async () => {
      const { shop, engine, web } = await environment()
      const before = await web()
      const webhook = await refuse(shop)
      await world().cluster.until('the sleep is refused', async () => (await engine.nudge('asleep'))?.problem !== undefined)
      expect((await engine.nudge('asleep'))?.problem?.text).toMatch(/webhook/)
      expect(await web()).toEqual(before)
      expect(await engine.specs()).toMatchObject({ 'Deployment/web': { replicas: 1 } })

      await webhook.lift()
      await engine.bring('asleep')
      expect(await engine.specs()).toMatchObject({ 'Deployment/web': { replicas: 0 } })
      await engine.close()
    })
  })

  const environment = async () => {
    const shop = await world().namespace()
    await world().create(shop, [deploymentOf('web', { replicas: 1 }), INGRESS])
    await world().untilReady(shop, 1)
    const engine = await engineWorld(world(), shop, { wake: { hosts: [HOST], by: 'click', stayAwakeSeconds: 7200, front: 'ingress' }, wakeUrl: 'http://wake.internal.example.com' })
    const web = async () => {
      const { metadata: { annotations }, spec } = await world().admin.get('Ingress', 'web', shop)
      return { annotations, spec }
    }
    return { shop, engine, web }
  }
}
