import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { prepare, statusOf } from '../../contract/capacity-contract.ts'
import { nodeGroupWorld, scalingGroupWorld, type SimulatedPools } from '../../contract/simulated-pools.ts'
import { originalOf } from '../../../lib/domain/pool.ts'

const growTo = async ({ capacity, pool }: SimulatedPools, desiredSize: number): Promise<void> => {
  const status = await statusOf({ capacity, pool })
  await capacity.grow(pool, status, originalOf({}, status), { minSize: 1, desiredSize })
}

describe('launches that failed', () => {
  it('are told of an Auto Scaling group since an instant, newest first, with their zones', async () => {
    const world = await scalingGroupWorld()
    const began = world.timeline.now()
    const grant = world.cloud.refuseLaunches({ code: 'VcpuLimitExceeded', pool: 'own-workers' })
    await growTo(world, 3)
    await world.pass(90)
    const troubles = await world.capacity.troubles(world.pool, began)
    expect(troubles.map(({ zone }) => zone)).toEqual(['us-east-1b', 'us-east-1a', 'us-east-1b', 'us-east-1a'])
    expect(troubles.map(({ at = 0 }) => (at - began) / 1000)).toEqual([60, 60, 0, 0])
    for (const { text } of troubles) expect(text).toMatch(/^You have requested more vCPU capacity .* Launching EC2 instance failed\.$/)
    expect(await world.capacity.troubles(world.pool, later(began, 30))).toHaveLength(2)
    grant()
    await world.pass(60)
    expect(await world.capacity.troubles(world.pool, later(began, 90))).toEqual([])
  })

  it('are told of the group behind a node group, and what EKS finds wrong with it before them', async () => {
    const world = await nodeGroupWorld()
    const began = world.timeline.now()
    world.cloud.refuseLaunches({ code: 'InvalidLaunchTemplateId.NotFound' })
    await growTo(world, 3)
    const [first, second] = await world.capacity.troubles(world.pool, began)
    expect(first).toEqual({ text: expect.stringMatching(/^AsgInstanceLaunchFailures: Could not launch On-Demand Instances\. InvalidLaunchTemplateId\.NotFound - The specified launch template/) })
    expect(second).toEqual({ at: began, zone: 'us-east-1b', text: expect.stringMatching(/^The specified launch template/) })
  })

  it('are told of no pool that is gone', async () => {
    const world = await nodeGroupWorld()
    await expect(world.capacity.troubles('nobody', world.timeline.now())).rejects.toThrow(/nobody .*is gone/)
  })
})

describe('the zones of a group', () => {
  it('are all it spreads over, each with the instances that are there or on their way', async () => {
    const world = await scalingGroupWorld({ zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] })
    expect(Object.entries((await statusOf(world)).zones ?? {}).map(([zone, ids]) => [zone, ids.length])).toEqual([['us-east-1a', 1], ['us-east-1b', 1], ['us-east-1c', 0]])
    await growTo(world, 3)
    const { zones = {}, inService } = await statusOf(world)
    expect(zones['us-east-1c']).toHaveLength(1)
    expect(inService).not.toContain(zones['us-east-1c']?.[0])
    await prepare(world, originalOf({}, await statusOf(world)))
    await world.capacity.remove(world.pool, inService[0] ?? '')
    expect(Object.values((await statusOf(world)).zones ?? {}).flat()).not.toContain(inService[0])
  })
})
