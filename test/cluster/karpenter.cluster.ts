import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import { capacityContract } from '../contract/capacity-contract.ts'
import { karpenterContract, type MakeNodePool } from '../contract/karpenter-contract.ts'
import { PATCH, pathOf } from '../contract/raw-api.ts'
import { podOf } from '../sandbox/cluster/manifests-of.ts'
import { type KarpenterStage, openKarpenterStage } from './proof/karpenter-stage.ts'
import { isServing } from './proof/node-places.ts'
import { poolPicture } from './proof/pool-checker.ts'
import { ASLEEP, AWAKE, holdAsleep, untilAsleep, untilThere, wakeUp } from './proof/pool-cycle.ts'
import { LIMITS, nodePoolOf, templateIn } from './proof/pool-objects.ts'
import { type PoolWorld, startPoolWorld } from './proof/pool-world.ts'
import { realNodePools } from './proof/real-node-pools.ts'

interface Stage extends KarpenterStage {
  readonly make: MakeNodePool
}

let opened: Stage | undefined
const stage = (): Stage => opened ?? expect.fail('the control plane did not start')

beforeAll(async () => {
  const opening = await openKarpenterStage()
  opened = { ...opening, make: realNodePools(opening.cluster) }
})

afterAll(() => stage().close())

capacityContract('Karpenter before a real API server', () => stage().make())
karpenterContract((...how) => stage().make(...how))

/** A world for one test. */
const worldFor = async (options: Omit<Parameters<typeof startPoolWorld>[0], 'plane' | 'loader'>, test: (world: PoolWorld) => Promise<void>): Promise<void> => {
  const world = await startPoolWorld({ ...options, plane: inject('plane'), loader: stage().loader })
  try {
    await test(world)
  } finally {
    await world.close()
  }
}

const nodePoolIn = ({ admin, names }: PoolWorld) => admin.get('NodePool', names.burst)

const limitsIn = async (world: PoolWorld): Promise<unknown> => ((await nodePoolIn(world)).spec as { readonly limits?: unknown }).limits

const problemsIn = async ({ registry, names }: PoolWorld): Promise<readonly string[]> =>
  (await registry.history(`us-dev/pool/${names.burst}`)).filter(({ what }) => what === 'problem').map(({ text }) => text)

it('takes the nodes of a NodePool with the environment and gives its limits back whole, several resources and all', () => worldFor({}, async (world) => {
  expect(await world.nodeCounts()).toEqual(AWAKE)
  await holdAsleep(world)
  await untilAsleep(world)
  expect(await limitsIn(world)).toEqual({ ...LIMITS, cpu: '0' })
  expect(JSON.parse((await nodePoolIn(world)).metadata.annotations?.['catnap.dev/original'] ?? '')).toEqual({ limits: LIMITS, nodes: AWAKE.burst })
  expect((await world.admin.list('NodeClaim')).filter(({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'] === world.names.burst)).toEqual([])
  await wakeUp(world)
  expect(await limitsIn(world)).toEqual(LIMITS)
  expect((await nodePoolIn(world)).metadata.annotations).toEqual({ 'example.com/team': 'shop' })
  expect(world.offences()).toEqual([])
  expect(await problemsIn(world)).toEqual([])
}))

it('keeps the limits somebody gives a NodePool while it sleeps', () => worldFor({}, async (world) => {
  await holdAsleep(world)
  await untilAsleep(world)
  const limits = { cpu: 12, memory: '64Gi' }
  const { status } = await world.admin.call('PATCH', pathOf('NodePool', undefined, world.names.burst), [{ op: 'replace', path: '/spec/limits', value: limits }], PATCH.json)
  expect(status).toBe(200)
  const checked = { admin: world.admin, cloud: world.cloud, tableUrl: world.tableUrl, nodePools: [world.names.burst] }
  for (const [name, pool] of await poolPicture(checked)) if (name === world.names.burst) world.firstPools.set(name, pool)
  await wakeUp(world)
  expect(await limitsIn(world)).toEqual(limits)
  expect(await world.nodeCounts()).toEqual(AWAKE)
}))

it('leaves a node of Karpenter’s that carries somebody’s own pod, says why, and takes it once that is gone', () => worldFor({}, async (world) => {
  const { admin, registry, names } = world
  const { spec } = templateIn(names.burst, 'by-hand', '100m')
  const name = `by-hand-${names.burst}`
  await admin.create({ ...podOf(name, spec), metadata: { name, namespace: 'default' } })
  await stage().cluster.until('the pod made by hand runs', async () => isServing((await admin.get('Pod', name, 'default')) as Pod))
  const poolOf = () => registry.pools.get({ cluster: 'us-dev', name: names.burst })
  await holdAsleep(world)
  await untilThere(world, 'one node of two is left, with its reason', async () => {
    const now = await poolOf()
    return (await world.nodeCounts()).burst === 1 && now?.stranded !== undefined && Object.keys(now.leaving).length === 0
  })
  expect((await poolOf())?.stranded?.dearest).toMatchObject([{ microUsdPerHour: 96_000, why: expect.stringContaining(`default/${name}`) }])
  await admin.remove('Pod', name, 'default')
  await untilAsleep(world)
  await wakeUp(world)
  expect(await limitsIn(world)).toEqual(LIMITS)
}))

it('is not in the way of a Karpenter that consolidates empty nodes by itself', () => worldFor({
  nodePool: (names) => nodePoolOf(names, { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '30s' } }),
}, async (world) => {
  await holdAsleep(world)
  await untilAsleep(world)
  expect(await world.nodeCounts()).toEqual(ASLEEP)
  await wakeUp(world)
  expect(await world.nodeCounts()).toEqual(AWAKE)
  expect(await limitsIn(world)).toEqual(LIMITS)
  expect(await problemsIn(world)).toEqual([])
}))
