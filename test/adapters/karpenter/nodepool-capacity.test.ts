import { expect, it } from 'vitest'
import { prepare, statusOf } from '../../contract/capacity-contract.ts'
import { karpenterContract, original, poolIn, remove, scale } from '../../contract/karpenter-contract.ts'
import { nodePoolWith } from '../../contract/node-pool-objects.ts'
import { nodePoolWorld } from '../../contract/simulated-pools.ts'

karpenterContract(nodePoolWorld)

it('changes no NodePool built into EKS Auto Mode, as EKS would put it back, and takes its nodes all the same', async () => {
  const world = await nodePoolWorld((pool) => nodePoolWith({
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'eks' } }, template: { nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'default' } },
  }, pool))
  expect(await statusOf(world)).not.toHaveProperty('limits')
  const before = (await poolIn(world)).metadata.resourceVersion
  await prepare(world, await original(world))
  expect((await poolIn(world)).metadata.resourceVersion).toBe(before)
  await scale(world, 0)
  await world.pass(60)
  const id = await remove(world)
  await world.pass(300)
  expect((await world.capacity.states([id])).get(id)).toBe('terminated')
})
