import { describe, expect, it, onTestFinished } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import type { PoolOriginal, PoolSize } from '../../lib/domain/pool.ts'
import type { Capacity } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { waitingPods } from '../../lib/use-cases/waiting-pods.ts'
import { daemonOn, podOn, poolWith } from '../domain/build-cluster.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { deploymentOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import { contractWorld } from './contract-world.ts'
import { engineWorld } from './engine-world.ts'
import { startSimulated } from './start-simulated.ts'

const unexpected = async (): Promise<never> => expect.fail('a wake neither prepares, restores nor removes')

/** The node group of the three nodes there are, which takes every wish, told in `wishes`, and starts nothing. */
const slowGroup = (start: PoolSize, wishes: Pick<PoolSize, 'minSize' | 'desiredSize'>[]): Capacity => ({
  list: async () => ['workers'],
  status: async () => ({ kind: 'node-group', rebalancing: false, instanceTypes: ['m5.8xlarge'], inService: [], waits: {}, size: { ...start, ...wishes.at(-1) } }),
  grow: async (_, __, ___, size) => {
    wishes.push(size)
    return 'done'
  },
  troubles: async () => [],
  prepare: unexpected, restore: unexpected, remove: unexpected,
  states: async () => new Map(),
  instances: async () => [],
})

/** Deployments by name: how many pods, of how many cores each. */
type Apps = Readonly<Record<string, readonly [replicas: number, cores: string]>>

const asking = (apps: Apps): readonly KubernetesObject[] =>
  Object.entries(apps).map(([name, [replicas, cpu]]) => deploymentOf(name, { replicas, template: templateOf(name, {}, { resources: { requests: { cpu } } }) }))

/** Pods that share a node with none of their kind. */
const apart = (replicas: number) => [deploymentOf('web', { replicas, template: templateOf('web', { affinity: { podAntiAffinity: {
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } }],
} } }) })]

interface Start {
  readonly size: PoolSize
  readonly original?: PoolOriginal
  readonly own: readonly KubernetesObject[]
  /** What runs and waits in the namespace of somebody else, who is in this phase. */
  readonly others?: { readonly phase: Environment['phase']; readonly apps: readonly KubernetesObject[] }
}

/** A shop that sleeps in a cluster of three nodes, each of 32 cores. */
const startShop = async ({ size, original, own, others }: Start) => {
  const cluster = await startSimulated()
  const world = await contractWorld(cluster)
  const [shop, other] = [await world.namespace(), await world.namespace()]
  const wishes: Pick<PoolSize, 'minSize' | 'desiredSize'>[] = []
  const engine = await engineWorld(world, shop, { capacity: slowGroup(size, wishes) })
  onTestFinished(async () => {
    await engine.close()
    await world.close()
    await cluster.close()
  })
  await engine.registry.createPool(poolWith(original === undefined ? {} : { original }))
  await world.create(shop, own)
  await engine.bring('asleep')
  if (others !== undefined) {
    await engine.registry.createEnvironment(environmentWith({ id: 'us-dev/other', name: 'other', phase: others.phase, terms: termsWith({ namespaces: [other] }) }), 1)
    await world.create(other, others.apps)
    await cluster.pass(10)
  }
  return {
    wishes,
    /** Lets workers come every 20 s for so long. */
    waking: async (seconds: number): Promise<Environment | undefined> => {
      let environment: Environment | undefined
      for (let passed = 0; passed < seconds; passed += 20) {
        environment = await engine.nudge('awake')
        await cluster.pass(20)
      }
      return environment
    },
  }
}

describe('the nodes that a wake asks for', () => {
  it('are none for the pods of others that wait, however often it looks', async () => {
    const { waking, wishes } = await startShop({ size: { minSize: 0, desiredSize: 3, maxSize: 30 }, own: asking({ web: [1, '4'] }), others: { phase: 'awake', apps: asking({ crowd: [20, '30'] }) } })
    await waking(100)
    expect(wishes).toEqual([{ minSize: 0, desiredSize: 4 }])
  })

  it('are others than those that somebody else’s wake asked for', async () => {
    const crowd = asking({ crowd: [4, '30'] })
    const size = { minSize: 0, desiredSize: 4, maxSize: 30 }
    const besideWaking = await startShop({ size, own: asking({ web: [1, '4'] }), others: { phase: 'waking', apps: crowd } })
    await besideWaking.waking(60)
    expect(besideWaking.wishes).toEqual([{ minSize: 0, desiredSize: 5 }])
    const besideAwake = await startShop({ size, own: asking({ web: [1, '4'] }), others: { phase: 'awake', apps: crowd } })
    await besideAwake.waking(60)
    expect(besideAwake.wishes).toEqual([])
  })

  it.each([
    [{ minSize: 1, desiredSize: 3, maxSize: 6 }, [{ minSize: 2, desiredSize: 4 }]],
    [{ minSize: 3, desiredSize: 3, maxSize: 6 }, [{ minSize: 3, desiredSize: 4 }]],
    // A minimum beyond the maximum is refused.
    [{ minSize: 1, desiredSize: 1, maxSize: 1 }, []],
  ])('leave the minimum and the maximum that somebody raised or lowered: found %j', async (size, asked) => {
    const original = { minSize: 2, desiredSize: 4, maxSize: 6, rebalancing: false }
    const { waking, wishes } = await startShop({ size, original, own: asking({ web: [4, '30'] }) })
    await waking(40)
    expect(wishes).toEqual(asked)
  })

  it.each([[5, 6, [5]], [4, 6, [4]], [5, 4, [4]], [3, 6, []], [undefined, 6, []]])(
    'are those a pool had, where after a minute the scheduler finds a count of them too small: %s before, %i at most',
    async (before, maxSize, asked) => {
      const size = { minSize: 0, desiredSize: 3, maxSize }
      const { waking, wishes } = await startShop({ size, ...(before === undefined ? {} : { original: { ...size, desiredSize: before, rebalancing: false } }), own: apart(5) })
      await waking(60)
      expect(wishes).toEqual([])
      const late = await waking(80)
      expect(wishes.map(({ desiredSize }) => desiredSize)).toEqual(asked)
      expect(late?.progress?.waitingFor).toMatch(/pod .* has no node: Unschedulable: 0\/3 nodes are available: 3 node\(s\) didn't match pod anti-affinity rules/)
    },
  )
})

/** Another environment, whose namespaces are found by their labels. */
const etlWith = (phase: Environment['phase']) => environmentWith({ id: 'us-dev/etl', name: 'etl', phase, terms: termsWith({ namespaces: [], namespaceLabels: { team: 'etl' } }) })

describe('pods that wait', () => {
  const [web, etl, tool] = ['shop', 'etl', 'tools'].map((namespace) => podOn(undefined, { namespace }))
  const waiting = [web, etl, tool].flatMap((pod) => pod ?? [])
  const pods = [...waiting, podOn('a'), daemonOn('a')]
  const labelled = { namespaces: async () => ['etl'] }
  const fleet = { protect: [] }

  it('are the environment’s own, or those of others that wake with it', async () => {
    const shop = environmentWith({ phase: 'waking' })
    expect(await waitingPods({ fleet, environment: shop }, labelled, ['shop'], pods, [shop, etlWith('waking')])).toEqual({ own: [web], rivals: [etl] })
    expect(await waitingPods({ fleet, environment: shop }, labelled, ['shop'], pods, [shop, etlWith('awake')])).toEqual({ own: [web], rivals: [] })
  })

  it('are all the cluster’s own where it wakes as a whole: its sleep took the nodes under them', async () => {
    const whole = environmentWith({ id: 'us-dev', name: 'us-dev', phase: 'waking', terms: termsWith({ namespaces: ['kube-system'], system: true }) })
    expect(await waitingPods({ fleet, environment: whole }, labelled, ['kube-system'], pods, [whole, etlWith('waking')])).toEqual({ own: waiting, rivals: [] })
  })
})
