import { expect, it, onTestFinished } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { deploymentOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import { contractWorld } from './contract-world.ts'
import { engineWorld } from './engine-world.ts'
import { startSimulated } from './start-simulated.ts'

// Here time is simulated: on a real control plane this takes a quarter of an hour.
it('a wake that does not get on names the workload at once, the pod and the reason after a minute, and keeps them as its problem', async () => {
  const cluster = await startSimulated()
  const world = await contractWorld(cluster)
  const shop = await world.namespace()
  const engine = await engineWorld(world, shop)
  onTestFinished(async () => {
    await engine.close()
    await world.close()
    await cluster.close()
  })
  await world.create(shop, [deploymentOf('large', { replicas: 1, template: templateOf('large', {}, { resources: { requests: { cpu: '900' } } }) }), deploymentOf('web', { replicas: 1 })])
  await engine.bring('asleep')

  /** Lets workers come every 20 s for so long. */
  const waking = async (seconds: number): Promise<Environment | undefined> => {
    let environment: Environment | undefined
    for (let passed = 0; passed < seconds; passed += 20) {
      environment = await engine.nudge('awake')
      await cluster.pass(20)
    }
    return environment
  }
  expect((await waking(60))?.progress?.waitingFor?.replaceAll(shop, 'shop')).toBe('1 pods fit into no pool of the cluster; Deployment shop/large, 0 ready')
  expect((await waking(60))?.progress?.waitingFor?.replaceAll(shop, 'shop'))
    .toMatch(/; Deployment shop\/large, 0 ready: pod shop\/large-\S+ has no node: Unschedulable: 0\/3 nodes are available: .*Insufficient cpu/)
  await cluster.pass(15 * 60)
  const given = await engine.nudge('awake')
  expect(given?.phase).toBe('awake')
  expect(given?.problem?.text.replaceAll(shop, 'shop')).toMatch(/^awake, but not ready after 15 minutes: Deployment shop\/large, 0 ready: pod shop\/large-\S+ has no node: Unschedulable/)
})
