import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { nodegroupCapacity } from '../../../lib/adapters/eks/nodegroup-capacity.ts'
import type { Capacity } from '../../../lib/ports.ts'
import type { CloudFaults } from '../../../lib/sandbox/cloud/server.ts'
import { type CloudWorld, cloudWorld, cluster, nodegroup } from '../../sandbox/cloud/cloud-world.ts'

const ORIGINAL = { minSize: 1, desiredSize: 2, maxSize: 6, rebalancing: true }

const capacityOf = async (changes: Parameters<typeof cloudWorld>[0] = {}): Promise<CloudWorld & { readonly capacity: Capacity }> => {
  const world = await cloudWorld(changes)
  vi.stubEnv('AWS_ENDPOINT_URL', world.cloud.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIACATNAP')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox')
  onTestFinished(() => void vi.unstubAllEnvs())
  return { ...world, capacity: nodegroupCapacity(world.eks, 'us-east-1', 'us-dev') }
}

/** Answers an action with an error of AWS. */
const refusing = (action: string, status: number, code: string): CloudFaults => ({
  intercept: async (call) => (call.action === action ? { status, code, message: `${code} says the cloud` } : undefined),
})

const firstInstance = async ({ capacity }: { capacity: Capacity }): Promise<string> => (await capacity.status('workers'))?.inService[0] ?? expect.fail('no instance')

describe('a node group', () => {
  it('is shown as its Auto Scaling group has it', async () => {
    const { capacity } = await capacityOf()
    expect(await capacity.status('workers')).toEqual({
      size: { minSize: 1, desiredSize: 2, maxSize: 6 }, rebalancing: true, instanceTypes: ['m5.large'],
      inService: [expect.stringMatching(/^i-/), expect.stringMatching(/^i-/)],
    })
  })

  it('is named with all others of its cluster, page by page', async () => {
    const nodegroups = Array.from({ length: 130 }, (_, index) => nodegroup({ name: `workers-${index}`, minSize: 0, desiredSize: 0 }))
    const { capacity } = await capacityOf({ clusters: [cluster({ nodegroups })] })
    expect(await capacity.list()).toHaveLength(130)
  })

  it('that is not there is undefined, and cannot be changed', async () => {
    const { capacity } = await capacityOf()
    expect(await capacity.status('gone')).toBeUndefined()
    await expect(capacity.mark('gone', ORIGINAL)).rejects.toThrow('node group gone of cluster us-dev is gone; take it out of the intent, or make it again')
  })

  it('carries its original as a tag until it is taken off', async () => {
    const { capacity, cloud } = await capacityOf()
    await capacity.mark('workers', ORIGINAL)
    expect(cloud.pools()[0]?.tags).toMatchObject({ 'catnap.dev/original': 'min=1 desired=2 max=6 rebalancing=on' })
    expect((await capacity.status('workers'))?.mark).toEqual(ORIGINAL)
    await capacity.unmark('workers')
    await capacity.unmark('workers')
    expect(await capacity.status('workers')).not.toHaveProperty('mark')
  })

  it('is resized, its maximum as it was', async () => {
    const { capacity } = await capacityOf()
    expect(await capacity.resize('workers', { minSize: 0, desiredSize: 4 })).toBe('done')
    expect((await capacity.status('workers'))?.size).toEqual({ minSize: 0, desiredSize: 4, maxSize: 6 })
  })

  it('is resized later while it is busy with the last change', async () => {
    const { capacity, pass } = await capacityOf()
    await capacity.resize('workers', { minSize: 0 })
    expect(await capacity.resize('workers', { desiredSize: 3 })).toBe('later')
    await pass(30)
    expect(await capacity.resize('workers', { desiredSize: 3 })).toBe('done')
  })

  it('passes on what EKS says of a size it refuses', async () => {
    const { capacity } = await capacityOf()
    await expect(capacity.resize('workers', { desiredSize: 9 })).rejects.toThrow(/greater than max size/)
  })

  it('is not rebalanced while that is suspended', async () => {
    const { capacity, cloud } = await capacityOf()
    await capacity.setRebalancing('workers', false)
    await capacity.setRebalancing('workers', false)
    expect((await capacity.status('workers'))?.rebalancing).toBe(false)
    expect(cloud.pools()[0]?.suspendedProcesses).toEqual(['AZRebalance'])
    await capacity.setRebalancing('workers', true)
    expect((await capacity.status('workers'))?.rebalancing).toBe(true)
  })
})

describe('an instance', () => {
  it('is ended exactly, the capacity with it, and leaves the bill', async () => {
    const world = await capacityOf()
    const id = await firstInstance(world)
    expect(await world.capacity.remove(id)).toEqual({ done: true })
    const status = await world.capacity.status('workers')
    expect(status?.size.desiredSize).toBe(1)
    expect(status?.inService).not.toContain(id)
    expect((await world.capacity.states([id])).get(id)).toBe('shutting-down')
    await world.pass(300)
    expect((await world.capacity.states([id])).get(id)).toBe('terminated')
    expect(world.cloud.instances()).toHaveLength(2)
  })

  it('costs no capacity a second time when it is asked to end twice', async () => {
    const world = await capacityOf()
    const id = await firstInstance(world)
    await world.capacity.remove(id)
    await world.capacity.remove(id)
    expect((await world.capacity.status('workers'))?.size.desiredSize).toBe(1)
  })

  it('is refused to end where that would go below the minimum', async () => {
    const world = await capacityOf({ clusters: [cluster({ nodegroups: [nodegroup({ minSize: 2 })] })] })
    expect(await world.capacity.remove(await firstInstance(world))).toMatchObject({ done: false, because: 'refused', text: expect.stringContaining('minSize') })
  })

  it('that nobody knows is gone', async () => {
    const { capacity } = await capacityOf()
    expect(await capacity.remove('i-0123456789abcdef0')).toMatchObject({ done: false, because: 'gone' })
  })

  it.each(['ScalingActivityInProgress', 'ResourceContention'])('is to be looked at again when AWS says %s', async (code) => {
    const world = await capacityOf(refusing('TerminateInstanceInAutoScalingGroup', 400, code))
    expect(await world.capacity.remove(await firstInstance(world))).toMatchObject({ done: false, because: 'changed' })
  })

  it('is not taken for ended when AWS refuses the right to end it', async () => {
    const world = await capacityOf(refusing('TerminateInstanceInAutoScalingGroup', 403, 'AccessDenied'))
    await expect(world.capacity.remove(await firstInstance(world))).rejects.toThrow('AccessDenied says the cloud')
  })

  it('is told of with its pool, its price and its life, until EC2 forgets it', async () => {
    const nodegroups = [nodegroup(), nodegroup({ name: 'batch', instanceType: 'c6i.large', zones: ['us-east-1c'], minSize: 0, desiredSize: 1 })]
    const { capacity, pass, timeline } = await capacityOf({ clusters: [cluster({ nodegroups }), cluster({ name: 'us-test', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-test' })] })
    const born = timeline.now()
    await pass(600)
    const seen = await capacity.instances()
    expect(seen.map(({ pool, instanceType, zone }) => `${pool} ${instanceType} ${zone}`).toSorted()).toEqual(['batch c6i.large us-east-1c', 'workers m5.large us-east-1a', 'workers m5.large us-east-1b'])
    const instanceId = await firstInstance({ capacity })
    expect(seen.find((each) => each.instanceId === instanceId)).toEqual({ instanceId, pool: 'workers', instanceType: 'm5.large', capacity: 'on-demand', zone: expect.any(String), runningAt: born, state: 'running' })
    const stateOf = async () => (await capacity.instances()).find((each) => each.instanceId === instanceId)?.state
    await capacity.remove(instanceId)
    expect(await stateOf()).toBe('shutting-down')
    await pass(300)
    expect(await stateOf()).toBe('terminated')
    await pass(3600)
    expect(await stateOf()).toBeUndefined()
  })

  it('is told of among more than a page has', async () => {
    const { capacity } = await capacityOf({ clusters: [cluster({ nodegroups: [nodegroup({ desiredSize: 1100, maxSize: 1200 })] })] })
    expect(new Set((await capacity.instances()).map(({ instanceId }) => instanceId))).toHaveLength(1100)
  })

  it('is told of among hundreds, also where EC2 has forgotten some', async () => {
    const world = await capacityOf()
    const id = await firstInstance(world)
    const forgotten = Array.from({ length: 250 }, (_, index) => `i-${`${index}`.padStart(17, '0')}`)
    const states = await world.capacity.states([...forgotten, id])
    expect(states.size).toBe(251)
    expect(states.get(id)).toBe('running')
    expect(states.get('i-00000000000000007')).toBe('gone')
    expect((await world.capacity.states([])).size).toBe(0)
  })
})
