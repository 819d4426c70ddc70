import { describe, expect, it } from 'vitest'
import { originalOf } from '../../../lib/domain/pool.ts'
import type { CloudFaults } from '../../../lib/sandbox/cloud/server.ts'
import { prepare, statusOf } from '../../contract/capacity-contract.ts'
import { nodeGroupWorld, type SimulatedPools } from '../../contract/simulated-pools.ts'
import { cluster, nodegroup } from '../../sandbox/cloud/cloud-world.ts'

// What it shares with every other provisioner is in test/contract/capacity-contract.ts.

/** Answers an action with an error of AWS. */
const refusing = (action: string, status: number, code: string): CloudFaults => ({
  intercept: async (call) => (call.action === action ? { status, code, message: `${code} says the cloud` } : undefined),
})

const firstInstance = async (world: SimulatedPools): Promise<string> => (await statusOf(world)).inService[0] ?? expect.fail('no instance')

const sized = (world: SimulatedPools, minSize: number, desiredSize: number) => async () => {
  const status = await statusOf(world)
  return world.capacity.grow('workers', status, originalOf({}, status), { minSize, desiredSize })
}

describe('a node group', () => {
  it('is shown as its Auto Scaling group has it', async () => {
    expect(await statusOf(await nodeGroupWorld())).toEqual({
      kind: 'node-group', size: { minSize: 1, desiredSize: 2, maxSize: 6 }, rebalancing: true, instanceTypes: ['m5.large'], waits: {},
      inService: [expect.stringMatching(/^i-/), expect.stringMatching(/^i-/)],
      zones: { 'us-east-1a': [expect.stringMatching(/^i-/)], 'us-east-1b': [expect.stringMatching(/^i-/)] },
    })
  })

  it('is named with all others of its cluster, page by page', async () => {
    const nodegroups = Array.from({ length: 130 }, (_, index) => nodegroup({ name: `workers-${index}`, minSize: 0, desiredSize: 0 }))
    const { capacity } = await nodeGroupWorld({ clusters: [cluster({ nodegroups })] })
    expect(await capacity.list()).toHaveLength(130)
  })

  it('carries its original as a tag, and has AZRebalance suspended, while it is prepared', async () => {
    const world = await nodeGroupWorld()
    await prepare(world, originalOf({}, await statusOf(world)))
    expect(world.cloud.pools()[0]).toMatchObject({ tags: { 'catnap.dev/original': 'min=1 desired=2 max=6 rebalancing=on' }, suspendedProcesses: ['AZRebalance'] })
  })

  it('grows, its maximum as it was', async () => {
    const world = await nodeGroupWorld()
    expect(await sized(world, 0, 4)()).toBe('done')
    expect((await statusOf(world)).size).toEqual({ minSize: 0, desiredSize: 4, maxSize: 6 })
  })

  it('grows later while it is busy with the last change', async () => {
    const world = await nodeGroupWorld()
    await sized(world, 0, 2)()
    expect(await sized(world, 0, 3)()).toBe('later')
    await world.pass(30)
    expect(await sized(world, 0, 3)()).toBe('done')
  })

  it('passes on what EKS says of a size it refuses', async () => {
    await expect(sized(await nodeGroupWorld(), 1, 9)()).rejects.toThrow(/greater than max size/)
  })

  it('that was not rebalanced before is not rebalanced after', async () => {
    const world = await nodeGroupWorld()
    const original = { minSize: 1, desiredSize: 2, maxSize: 6, rebalancing: false }
    await prepare(world, original)
    while ((await world.capacity.restore('workers', await statusOf(world), original)) === 'later') await world.pass(10)
    expect((await statusOf(world)).rebalancing).toBe(false)
  })
})

describe('an instance of a node group', () => {
  it('is refused to end where that would go below the minimum', async () => {
    const world = await nodeGroupWorld({ clusters: [cluster({ nodegroups: [nodegroup({ minSize: 2 })] })] })
    expect(await world.capacity.remove('workers', await firstInstance(world))).toMatchObject({ done: false, because: 'refused', text: expect.stringContaining('minSize') })
  })

  it.each(['ScalingActivityInProgress', 'ResourceContention'])('is to be looked at again when AWS says %s', async (code) => {
    const world = await nodeGroupWorld(refusing('TerminateInstanceInAutoScalingGroup', 400, code))
    expect(await world.capacity.remove('workers', await firstInstance(world))).toMatchObject({ done: false, because: 'changed' })
  })

  it('is not taken for ended when AWS refuses the right to end it', async () => {
    const world = await nodeGroupWorld(refusing('TerminateInstanceInAutoScalingGroup', 403, 'AccessDenied'))
    await expect(world.capacity.remove('workers', await firstInstance(world))).rejects.toThrow('AccessDenied says the cloud')
  })

  it('is told of until EC2 forgets it', async () => {
    const world = await nodeGroupWorld()
    const instanceId = await firstInstance(world)
    const stateOf = async () => (await world.capacity.instances()).find((each) => each.instanceId === instanceId)?.state
    await world.capacity.remove('workers', instanceId)
    expect(await stateOf()).toBe('shutting-down')
    await world.pass(300)
    expect(await stateOf()).toBe('terminated')
    await world.pass(3600)
    expect(await stateOf()).toBeUndefined()
  })

  it('is told of among more than a page has', async () => {
    const { capacity } = await nodeGroupWorld({ clusters: [cluster({ nodegroups: [nodegroup({ desiredSize: 1100, maxSize: 1200 })] })] })
    expect(new Set((await capacity.instances()).map(({ instanceId }) => instanceId))).toHaveLength(1100)
  })
})
