import { describe, expect, it, vi } from 'vitest'
import { pooledNodes } from '../../../lib/adapters/eks/pooled-nodes.ts'
import { scalingGroups } from '../../../lib/adapters/autoscaling/group-capacity.ts'
import { originalOf } from '../../../lib/domain/pool.ts'
import type { Node } from '../../../lib/domain/node.ts'
import type { Nodes } from '../../../lib/ports.ts'
import { prepare, statusOf } from '../../contract/capacity-contract.ts'
import { scalingGroupWorld } from '../../contract/simulated-pools.ts'
import { nodeWith } from '../../domain/build-cluster.ts'
import { cloudWorld, cluster, nodegroup } from '../../sandbox/cloud/cloud-world.ts'
import { AutoScalingClient, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling'

// What it shares with every other provisioner is in test/contract/capacity-contract.ts.

const original = { minSize: 1, desiredSize: 2, maxSize: 6, rebalancing: true }

describe('an Auto Scaling group that is no node group', () => {
  it('carries its original as a tag that its instances do not inherit', async () => {
    const world = await scalingGroupWorld()
    await prepare(world, originalOf({}, await statusOf(world)))
    const group = world.cloud.pools().find(({ pool }) => pool === 'own-workers')
    expect(group).toMatchObject({ minSize: 0, maxSize: 6, suspendedProcesses: ['AZRebalance'], tags: { 'catnap.dev/original': 'min=1 desired=2 max=6 rebalancing=on' } })
  })

  it('is none of ours where it has not the tag of the cluster, or is that of a node group', async () => {
    const world = await scalingGroupWorld()
    const groups = world.cloud.pools().map(({ groupName }) => groupName)
    const ofNodeGroup = groups.find((name) => name.startsWith('eks-workers-')) ?? ''
    expect(await world.capacity.status(ofNodeGroup)).toBeUndefined()
    expect(await world.capacity.list()).toEqual(['workers', 'own-workers'])
    const elsewhere = scalingGroups(new AutoScalingClient(world.config), 'us-test')
    expect(await elsewhere.status('own-workers')).toBeUndefined()
    expect(await elsewhere.list()).toEqual([])
  })

  it('whose warm pool takes instances back is refused, with what to do', async () => {
    const world = await scalingGroupWorld({ warmPool: { reuseOnScaleIn: true } })
    expect((await statusOf(world)).obstacle).toMatch(/^its warm pool takes instances back instead of ending them \(reuseOnScaleIn\); turn that off/)
  })

  it('whose warm pool was asked all the same has an instance that stops and does not end', async () => {
    const world = await scalingGroupWorld({ warmPool: { reuseOnScaleIn: true } })
    const [id = ''] = (await statusOf(world)).inService
    await world.capacity.remove('own-workers', id)
    await world.pass(300)
    expect((await world.capacity.states([id])).get(id)).toBe('stopped')
  })

  it('whose warm pool ends instances on scale-in is in order', async () => {
    expect(await statusOf(await scalingGroupWorld({ warmPool: { reuseOnScaleIn: false } }))).not.toHaveProperty('obstacle')
  })

  it.each(['Launch', 'Terminate'])('with %s suspended is refused: nodes would not come back, or not go', async (process) => {
    const world = await scalingGroupWorld()
    await new AutoScalingClient(world.config).send(new SuspendProcessesCommand({ AutoScalingGroupName: 'own-workers', ScalingProcesses: [process, 'AZRebalance'] }))
    const status = await statusOf(world)
    expect(status.obstacle).toBe(`its Auto Scaling group has ${process} suspended, so that nodes would not go or not come back; resume it, or take the pool out of the intent`)
    expect(status.rebalancing).toBe(false)
  })

  it('keeps processes suspended that were before, and the size it has grown to', async () => {
    const world = await scalingGroupWorld()
    const autoScaling = new AutoScalingClient(world.config)
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'own-workers', ScalingProcesses: ['ScheduledActions'] }))
    await prepare(world, original)
    await world.capacity.grow('own-workers', await statusOf(world), original, { minSize: 1, desiredSize: 4 })
    while ((await world.capacity.restore('own-workers', await statusOf(world), original)) === 'later') await world.pass(10)
    expect(world.cloud.pools().find(({ pool }) => pool === 'own-workers')).toMatchObject({ minSize: 1, desiredSize: 4, suspendedProcesses: ['ScheduledActions'] })
  })
})

/** A cluster that shows these nodes. */
const listing = (...nodes: readonly Node[]): Nodes => ({
  list: async () => nodes,
  pods: async () => [],
  volumeZones: async () => new Map(),
  survey: async () => expect.fail('nobody asked for a survey'),
  mark: async () => ({ done: true }),
  unmark: async () => ({ done: true }),
  evict: async () => ({ end: 'gone' }),
  attachments: async () => new Map(),
})

describe('the nodes of a cluster', () => {
  it('have the pool of their Auto Scaling group where they do not name one themselves', async () => {
    const world = await cloudWorld({ clusters: [cluster({ groups: [nodegroup({ name: 'own-workers' })] })] })
    const instance = world.cloud.instances().find(({ pool }) => pool === 'own-workers')
    const { pool: _, ...unnamed } = nodeWith('a', { instanceId: instance?.id ?? '' })
    const nodes = pooledNodes(listing(unnamed, nodeWith('b')), scalingGroups(world.autoScaling, 'us-dev').members)
    expect((await nodes.list()).map(({ pool, poolKind }) => [pool, poolKind])).toEqual([['own-workers', 'auto-scaling-group'], ['workers', undefined]])
  })

  it('are not asked of AWS where all name their pool, or are of Fargate', async () => {
    const members = vi.fn<() => Promise<ReadonlyMap<string, string>>>()
    const { pool: _, ...fargate } = nodeWith('a', { instanceId: 'fargate-ip-10-0-0-1.ec2.internal' })
    await pooledNodes(listing(fargate, nodeWith('b')), members).list()
    expect(members).not.toHaveBeenCalled()
  })
})
