import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Terms, USUAL_SLEEP } from '../../lib/domain/environment.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { deploymentOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import { type ContractWorld, contractWorld } from './contract-world.ts'
import { type EngineWorld, engineWorld } from './engine-world.ts'
import { applicationOf, trackedBy } from './order-contract.ts'
import { startSimulated } from './start-simulated.ts'

// Here time is simulated: on a real control plane all of this takes hours.

const ID = 'us-dev/shop'
const HUGE = templateOf('db', {}, { resources: { requests: { cpu: '900' } } })

const opened: (Pick<ContractWorld, 'close'> & { readonly world: ContractWorld; readonly end: () => Promise<void> })[] = []
const worldAt = (at: number): ContractWorld => opened[at]?.world ?? expect.fail('the cluster did not start')

beforeAll(async () => {
  for (let count = 0; count < 2; count += 1) {
    const cluster = await startSimulated()
    const world = await contractWorld(cluster)
    opened.push({ world, close: world.close, end: cluster.close })
  }
})
afterAll(async () => {
  for (const { close, end } of opened) {
    await close()
    await end()
  }
})

const engine = async (objects: (shop: string) => readonly KubernetesObject[], options: Parameters<typeof engineWorld>[2] = {}): Promise<EngineWorld> => {
  const world = worldAt(0)
  const shop = await world.namespace()
  await world.create(shop, objects(shop))
  const made = await engineWorld(world, shop, options)
  onTestFinished(() => made.close())
  return made
}

const pass = (minutes: number): Promise<void> => worldAt(0).cluster.pass(minutes * 60)

const toldOf = async ({ registry }: EngineWorld, text: string): Promise<readonly string[]> =>
  (await registry.history(ID)).flatMap((entry) => (entry.text.includes(text) ? [entry.text] : []))

describe('the night of an environment', () => {
  it('goes on with the next wave when the time of one is up', async () => {
    const shop = await engine(() => [deploymentOf('db', { replicas: 1, template: HUGE }), deploymentOf('web', { replicas: 1 })], { sleep: { ...USUAL_SLEEP, waves: [['db']], waveSeconds: 300 } })
    await shop.bring('asleep')
    shop.patched()
    await shop.nudge('awake')
    await pass(4)
    await shop.look()
    expect(shop.patched()).toEqual(['deployments/db'])
    await pass(2)
    await shop.look()
    expect(shop.patched()).toEqual(['deployments/web'])
  })

  it('leaves what somebody raised, says so, and puts what appears to sleep after its grace', async () => {
    const { admin, create } = worldAt(0)
    const shop = await engine(() => [deploymentOf('web', { replicas: 3 }), deploymentOf('api', { replicas: 2 }), deploymentOf('off', { replicas: 0 })])
    await shop.bring('asleep')
    await pass(1)
    await admin.patch('Deployment', 'web', shop.namespace, { spec: { replicas: 1 } })
    await create(shop.namespace, [deploymentOf('late', { replicas: 2 })])
    shop.patched()
    const seen = await shop.look()
    expect(seen?.remains).toEqual([{ by: 'hand', text: `Deployment ${shop.namespace}/web runs by hand: 1 replica` }])
    expect(shop.patched()).toEqual([])
    await pass(11)
    await shop.look()
    expect(shop.patched()).toEqual(['deployments/late'])

    await shop.bring('awake')
    const specs = await shop.specs()
    expect(Object.fromEntries(Object.entries(specs).map(([key, { replicas }]) => [key, replicas]))).toEqual({ 'Deployment/web': 1, 'Deployment/api': 2, 'Deployment/off': 0, 'Deployment/late': 2 })
    expect([(await shop.registry.environments.get(ID))?.remains, await shop.marked(), await shop.originals()]).toEqual([undefined, [], {}])
  })

  it('tells a pipeline that deploys again and again, once, and leaves it running until the next sleep', async () => {
    const { admin, create } = worldAt(0)
    const shop = await engine(() => [deploymentOf('web', { replicas: 1 })])
    await shop.bring('asleep')
    shop.patched()
    for (let night = 0; night < 5; night += 1) {
      await pass(1)
      if (night > 0) await admin.remove('Deployment', 'late', shop.namespace)
      await create(shop.namespace, [deploymentOf('late', { replicas: 1 })])
      await pass(11)
      await shop.look()
    }
    expect(shop.patched()).toEqual(['deployments/late', 'deployments/late', 'deployments/late'])
    expect((await shop.registry.environments.get(ID))?.remains).toMatchObject([{ by: 'pipeline' }])
    expect(await toldOf(shop, 'a pipeline deploys it')).toHaveLength(1)
    await shop.bring('awake')
    await shop.bring('asleep')
    expect((await shop.specs())['Deployment/late']).toMatchObject({ replicas: 0 })
  })

  it('holds an owner that lives in another cluster, and lets it go last', async () => {
    const other = worldAt(1)
    const argo = await other.namespace()
    const shop = await engine((own) => [trackedBy('shop', deploymentOf('web', { replicas: 1 })), deploymentOf(own, { replicas: 0 })], {
      other: { name: 'mgmt', workloads: other.workloads }, managedBy: [{ cluster: 'mgmt', kind: 'Application', namespace: argo, name: 'shop' }],
    })
    await other.create(argo, [applicationOf('shop', shop.namespace)])
    const policy = async () => (await other.admin.get('Application', 'shop', argo)).spec
    const before = await policy()
    await shop.bring('asleep')
    expect(await policy()).not.toEqual(before)
    expect((await shop.registry.originals(ID)).get(`Application/${argo}/shop`)).toMatchObject({ value: { selfHeal: true } })
    await shop.bring('awake')
    expect([await policy(), await shop.originals()]).toEqual([before, {}])
  })

  it('begins with nothing where an owner is nowhere to be found', async () => {
    const shop = await engine(() => [trackedBy('long-gone', deploymentOf('web', { replicas: 1 }))])
    const refused = await shop.nudge('asleep')
    expect(refused?.problem?.text).toBe('Application long-gone owns objects of us-dev/shop and would put back what sleeps, but is not in the cluster: name it under managedBy with the cluster it is in, or managedBy: [] where it is no more')
    expect(shop.patched()).toEqual([])
  })

  it.each<readonly [team: string, theirs: (shop: string) => Pick<Terms, 'namespaces' | 'namespaceLabels'>]>([
    ['names', (shop) => ({ namespaces: [shop] })],
    ['selects', () => ({ namespaces: [], namespaceLabels: { tier: 'web' } })],
  ])('begins with nothing where labels select a namespace that another environment %s as well, and goes on once they do not', async (team, theirs) => {
    const { admin } = worldAt(0)
    const shop = await engine(() => [deploymentOf('web', { replicas: 3 })], { namespaces: [], namespaceLabels: { team } })
    await admin.patch('Namespace', shop.namespace, undefined, { metadata: { labels: { team, tier: 'web' } } })
    const blog = environmentWith({ id: 'us-dev/blog', name: 'blog', terms: termsWith(theirs(shop.namespace)) })
    await shop.registry.createEnvironment(blog, 1)
    const refused = await shop.nudge('asleep')
    expect(refused?.problem?.text).toBe(`namespace ${shop.namespace} is in us-dev/shop and in us-dev/blog: nothing more of us-dev/shop is put to sleep; change the labels of the namespace, or correct the intent so that one of them has it`)
    expect([shop.patched(), await shop.originals()]).toEqual([[], {}])

    await shop.registry.environments.change('us-dev/blog', { set: { terms: termsWith({ namespaces: [], namespaceLabels: { team: 'blog', tier: 'web' } }) } })
    await shop.bring('asleep')
    expect((await shop.specs())['Deployment/web']).toMatchObject({ replicas: 0 })
    await shop.bring('awake')
  })

  it('leaves what appears in a namespace that another environment has by now, and says so until it has it no more', async () => {
    const { admin, create } = worldAt(0)
    const shop = await engine(() => [deploymentOf('web', { replicas: 3 })], { namespaces: [], namespaceLabels: { team: 'late' } })
    await admin.patch('Namespace', shop.namespace, undefined, { metadata: { labels: { team: 'late' } } })
    await shop.bring('asleep')
    await shop.registry.createEnvironment(environmentWith({ id: 'us-dev/blog', name: 'blog', terms: termsWith({ namespaces: [shop.namespace] }) }), 1)
    await pass(1)
    await create(shop.namespace, [deploymentOf('late', { replicas: 2 })])
    await pass(11)
    shop.patched()
    expect((await shop.look())?.problem?.text).toContain('in us-dev/shop and in us-dev/blog')
    expect(shop.patched()).toEqual([])

    await shop.registry.environments.change('us-dev/blog', { set: { removed: true } })
    expect((await shop.look())?.problem).toBeUndefined()
    expect(shop.patched()).toEqual(['deployments/late'])
    await shop.bring('awake')
  })

  it('ends for an environment that is taken to be awake while its objects carry marks', async () => {
    const shop = await engine(() => [deploymentOf('web', { replicas: 3 }), deploymentOf('api', { replicas: 2 })])
    const before = await shop.specs()
    await shop.bring('asleep')
    await shop.registry.dropOriginals(ID)
    await shop.registry.environments.change(ID, { set: { phase: 'awake', hold: undefined, dueAt: worldAt(0).cluster.now() } })
    expect((await shop.look())?.phase).toBe('waking')
    expect(await toldOf(shop, '2 objects carry its mark although it is awake: they are put back')).toHaveLength(1)
    await shop.bring('awake')
    expect([await shop.specs(), await shop.marked()]).toEqual([before, []])
  })

  it('writes down again what only the objects know', async () => {
    const shop = await engine(() => [deploymentOf('web', { replicas: 3 })])
    await shop.bring('asleep')
    await shop.registry.dropOriginals(ID)
    await shop.look()
    expect(await shop.originals()).toEqual({ 'Deployment/web': { replicas: 3 } })
  })
})
