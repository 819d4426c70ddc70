import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Pod } from '../../../lib/sandbox/cluster/resources.ts'
import { pathOf } from '../../contract/raw-api.ts'
import type { Plane } from '../plane/start-plane.ts'
import { isServing } from './node-places.ts'
import { type PlaneEnvironment, type PlaneWorld, startPlaneWorld } from './plane-world.ts'
import { type CheckedPools, lostPools, nodeCountsOf, poolDifferences, type PoolPicture, poolPicture } from './pool-checker.ts'
import { batchIn, type PoolNames, nodePoolOf, RUNNERS, shopIn, workersOf } from './pool-objects.ts'
import { removeNodePool } from './remove-node-pool.ts'

/** A world with nodes of its own, of a node group and of Karpenter, whose shop sleeps and wakes. */
export interface CycledWorld extends PlaneWorld {
  readonly names: PoolNames
  readonly shop: PlaneEnvironment
  lostOriginals(): Promise<readonly string[]>
  differences(): Promise<readonly string[]>
  /** Nodes of each pool that the plane knows, each an instance that runs. Throws an Error where the two differ. */
  nodeCounts(): Promise<Readonly<Record<keyof PoolNames, number>>>
}

/** One in which another environment shares the node group. */
export interface PoolWorld extends CycledWorld {
  /** Stays awake. */
  readonly batch: PlaneEnvironment
  /** The pools on the first day; what people change is changed in it. */
  readonly firstPools: PoolPicture
  /** Ends all pods under the budget at once, as no eviction does, and waits until they are spread over the nodes anew. */
  spreadAnew(): Promise<void>
  /** The fewest pods under the budget that were ready at any look, when nobody ended them. */
  fewestReady(): number
}

/** What a pool world is made from. */
interface PoolWorldOptions {
  readonly plane: Plane
  readonly loader: string
  readonly nodePool?: (names: PoolNames) => KubernetesObject
}

/** No node is too young to be taken, and nothing waits for a wake, after this. */
const GROWS_OLD_SECONDS = 11 * 60

const LOOK_MS = 250

let serial = 0

const nobody = (): readonly KubernetesObject[] => []

/** Starts a world of three nodes of a node group and two of Karpenter's. Karpenter's kinds must be served. */
export const startPoolWorld = async ({ plane, loader, nodePool = nodePoolOf }: PoolWorldOptions): Promise<PoolWorld> => {
  const own = `${process.pid}-${(serial += 1)}`
  const names: PoolNames = { workers: `workers-${own}`, burst: `burst-${own}` }
  const world = await startPlaneWorld({ plane, loader, seed: 1, own: { nodegroups: [workersOf(names)], nodePools: [names.burst] } })
  const { admin, cloud, registry, tableUrl, close: closeWorld } = world
  await admin.create(nodePool(names))
  const pool = { cluster: 'us-dev', keep: 0, epoch: 0, demands: {}, leaving: {} }
  await registry.createPool({ ...pool, name: names.workers, consolidate: true })
  await registry.createPool({ ...pool, name: names.burst })
  await registry.changeCluster('us-dev', { set: { dueAt: world.timeline.now() } })
  const shop = await world.settleIn('shop', shopIn(names), nobody)
  const batch = await world.settleIn('batch', batchIn(names), nobody)
  world.stir()
  await world.pass(GROWS_OLD_SECONDS)

  const checked: CheckedPools = { admin, cloud, tableUrl, nodePools: [names.burst] }
  const firstPools = await poolPicture(checked)
  const runners = async (): Promise<readonly Pod[]> => ((await admin.list('Pod', batch.namespace)) as readonly Pod[]).filter(({ metadata }) => metadata.labels?.['app'] === 'runner')
  const watch = watchReady(runners)
  return Object.assign(world, {
    names, shop, batch, firstPools,
    lostOriginals: async () => [...(await shop.lostOriginals()), ...(await batch.lostOriginals()), ...(await lostPools(checked, firstPools))],
    differences: async () => [...(await shop.differences()), ...(await batch.differences()), ...(await poolDifferences(checked, firstPools))],
    nodeCounts: () => nodeCountsOf(checked, { ...names }),
    spreadAnew: async () => {
      watch.isPaused = true
      for (const { metadata } of await runners()) await admin.call('DELETE', pathOf('Pod', batch.namespace, metadata.name), { gracePeriodSeconds: 0 })
      world.stir()
      await world.pass(1)
      watch.isPaused = false
    },
    fewestReady: () => watch.fewest,
    close: async () => {
      await watch.end()
      await Promise.all([shop.leave(), batch.leave()])
      await removeNodePool(admin, names.burst)
      await closeWorld()
    },
  })
}

/** Looks at who of them is ready all the while. */
const watchReady = (runners: () => Promise<readonly Pod[]>) => {
  const watch = { isPaused: false, isOver: false, fewest: RUNNERS, end: async (): Promise<void> => {} }
  const watching = (async () => {
    for (; !watch.isOver; await sleep(LOOK_MS)) {
      if (watch.isPaused) continue
      const ready = (await runners()).filter(isServing).length
      if (!watch.isPaused) watch.fewest = Math.min(watch.fewest, ready)
    }
  })()
  watch.end = async () => {
    watch.isOver = true
    await watching
  }
  return watch
}
