import { readIntent } from '../../../lib/domain/intent/read-intent.ts'
import type { Intent } from '../../../lib/domain/intent/schema.ts'
import { planDelivery } from '../../../lib/domain/delivery.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { deliverIntent, readDelivered } from '../../../lib/use-cases/deliver-intent.ts'
import { rawApi } from '../../contract/raw-api.ts'
import type { Plane } from '../plane/start-plane.ts'
import { type Checked, differences, lostOriginals, pictureOf } from './plane-checker.ts'
import { startPlaneWorld } from './plane-world.ts'
import { type CheckedPools, lostPools, nodeCountsOf, poolDifferences, poolPicture } from './pool-checker.ts'
import { nodePoolOf, type PoolNames, shopIn, workersOf } from './pool-objects.ts'
import type { CycledWorld } from './pool-world.ts'
import { removeNodePool } from './remove-node-pool.ts'
import { karpenterIsUp, SYSTEM, systemIn } from './system-objects.ts'
import { grantWhole } from './whole-rights.ts'

/** No node is too young to be taken, and nothing waits for a wake, after this. */
const GROWS_OLD_SECONDS = 11 * 60

let serial = 0

const nobody = (): readonly KubernetesObject[] => []

/** The intent of it, as somebody writes it. */
const intentOf = ({ workers, burst }: PoolNames, namespace: string): Intent => {
  const read = readIntent({
    mode: 'act',
    timezone: 'UTC',
    clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: true, pools: { [workers]: { keep: 0 }, [burst]: { keep: 0 } } } },
    environments: { 'us-dev/shop': { namespaces: [namespace], hours: 'always', wake: { hosts: ['shop.example.com'], by: 'click', stayAwake: '1h', front: 'link' } } },
  })
  if (!('intent' in read)) throw new Error(`the intent of the whole cluster is wrong: ${JSON.stringify(read.mistakes)}`)
  return read.intent
}

/**
 * Starts a world that has the plane for itself, as one cluster that may sleep to no node at all: three nodes of a node group,
 * on which Karpenter lives, and two of Karpenter's. Catnap has the rights its intent needs and no more. Karpenter's kinds must
 * be served.
 */
export const startWholeWorld = async ({ plane, loader }: { readonly plane: Plane; readonly loader: string }): Promise<CycledWorld> => {
  const own = `${process.pid}-${(serial += 1)}`
  const names: PoolNames = { workers: `workers-${own}`, burst: `burst-${own}` }
  const world = await startPlaneWorld({ plane, loader, seed: 1, own: { nodegroups: [workersOf(names)], nodePools: [names.burst], karpenterIsUp, system: [SYSTEM] } })
  const { admin, cloud, registry, tableUrl, timeline, close: closeWorld } = world
  const mighty = rawApi(plane, plane.tokens.mighty)
  const objects = systemIn(names)
  for (const object of [nodePoolOf(names), ...objects]) await admin.create(object)
  const shop = await world.settleIn('shop', shopIn(names), nobody)
  const intent = intentOf(names, shop.namespace)
  const giveBack = await grantWhole({ admin, mighty }, intent, { namespace: shop.namespace, deployment: 'web' })
  const operator = { clock: timeline, registry }
  const delivered = await readDelivered(operator)
  await deliverIntent(operator, delivered, planDelivery(intent, delivered, timeline.now()), 'the test')
  world.stir()
  await world.pass(GROWS_OLD_SECONDS)

  const system: Checked = { admin, tableUrl, id: 'us-dev', namespace: SYSTEM, owners: [] }
  const pools: CheckedPools = { admin, cloud, tableUrl, nodePools: [names.burst] }
  const [firstSystem, firstPools] = [await pictureOf(system), await poolPicture(pools)]
  return Object.assign(world, {
    names, shop,
    lostOriginals: async () => [...(await shop.lostOriginals()), ...(await lostOriginals(system, firstSystem)), ...(await lostPools(pools, firstPools))],
    differences: async () => [...(await shop.differences()), ...(await differences(system, firstSystem)), ...(await poolDifferences(pools, firstPools))],
    nodeCounts: () => nodeCountsOf(pools, { ...names }),
    close: async () => {
      await giveBack()
      await shop.leave()
      for (const { kind, metadata } of objects) await admin.remove(kind, metadata.name, SYSTEM)
      await removeNodePool(admin, names.burst)
      await mighty.close()
      await closeWorld()
    },
  })
}
