import { describe, expect, it } from 'vitest'
import { nodePoolTroubles } from '../../../lib/adapters/karpenter/nodepool-troubles.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { nodePoolWorld } from '../../contract/simulated-pools.ts'
import { scale } from '../../contract/karpenter-contract.ts'

const began = instant('2026-11-23T08:00:00Z')
const pool = (conditions: readonly object[] = []) => ({ metadata: { name: 'batch' }, status: { conditions } })
const claim = (conditions: readonly object[], metadata: object = {}) => ({ metadata: { name: 'batch-x7k2p', ...metadata }, status: { conditions } })
const about = (name: string, at = began) => ({ namespace: 'default', about: { kind: 'NodeClaim', name }, reason: 'InsufficientCapacityError', message: `NodeClaim ${name} event: none`, at })

describe('the troubles of a NodePool', () => {
  it('are the conditions it does not meet; that it is not Ready only where nothing else tells more', () => {
    const ready = { type: 'Ready', status: 'False', reason: 'UnhealthyDependents', message: 'NodeClassReady=False' }
    const nodeClass = { type: 'NodeClassReady', status: 'False', reason: 'NodeClassNotFound', message: 'NodeClass not found on cluster', lastTransitionTime: '2026-11-23T07:59:00Z' }
    expect(nodePoolTroubles(pool([ready, nodeClass, { type: 'ValidationSucceeded', status: 'True' }]), [], [], began)).toEqual([
      { text: 'NodePool batch is not NodeClassReady since 2026-11-23T07:59:00Z: NodeClassNotFound: NodeClass not found on cluster' },
    ])
    expect(nodePoolTroubles(pool([ready]), [], [], began)).toEqual([{ text: 'NodePool batch is not Ready: UnhealthyDependents: NodeClassReady=False' }])
  })

  it('are the first step that a NodeClaim has not come to, where Karpenter says why', () => {
    const launched = { type: 'Launched', status: 'True' }
    const registered = { type: 'Registered', status: 'Unknown', reason: 'NodeNotFound', message: 'Node not registered with cluster' }
    const initialized = { type: 'Initialized', status: 'Unknown', reason: 'NodeNotFound', message: 'Node not registered with cluster' }
    expect(nodePoolTroubles(pool(), [claim([launched, registered, initialized])], [], began)).toEqual([{ text: 'NodeClaim batch-x7k2p is not Registered: NodeNotFound: Node not registered with cluster' }])
    expect(nodePoolTroubles(pool(), [claim([launched, registered], { deletionTimestamp: '2026-11-23T08:00:00Z' })], [], began)).toEqual([])
    expect(nodePoolTroubles(pool(), [claim([{ type: 'Launched', status: 'Unknown', reason: 'AwaitingReconciliation', message: 'object is awaiting reconciliation' }]), claim([])], [], began)).toEqual([])
  })

  it('are the events of its NodeClaims since the wake began, newest first, and of no other pool', () => {
    const warnings = [about('batch-aaaaa', later(began, -60)), about('batch-bbbbb'), about('batch-ccccc', later(began, 30)), about('batch-gpu-ddddd'), { ...about('batch-eeeee'), about: { kind: 'Pod', name: 'batch-eeeee' } }]
    expect(nodePoolTroubles(pool(), [], warnings, began).map(({ text }) => text)).toEqual([
      'InsufficientCapacityError: NodeClaim batch-ccccc event: none', 'InsufficientCapacityError: NodeClaim batch-bbbbb event: none',
    ])
  })
})

describe('Karpenter', () => {
  it('that gets no capacity leaves an event and no claim, and goes on in another zone, or later', async () => {
    const world = await nodePoolWorld()
    const since = world.timeline.now()
    const grants = ['us-east-1a', 'us-east-1b'].map((zone) => world.cloud.refuseLaunches({ code: 'InsufficientInstanceCapacity', zone }))
    await scale(world, 3)
    await world.pass(60)
    const troubles = await world.capacity.troubles(world.pool, since)
    expect(troubles.map(({ text }) => text)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^InsufficientCapacityError: NodeClaim batch-\w{5} event: creating instance, insufficient capacity, with fleet error\(s\), InsufficientInstanceCapacity: We currently do not have sufficient m5\.large capacity .*\(us-east-1[ab]\)/),
    ]))
    expect((await world.capacity.status(world.pool))?.size.desiredSize).toBe(2)
    grants[1]?.()
    await world.pass(300)
    expect((await world.capacity.status(world.pool))?.inService).toHaveLength(3)
    expect(await world.capacity.troubles(world.pool, world.timeline.now())).toEqual([])
  })

  it('whose launch template is gone says so on the claim, and launches it once it is back', async () => {
    const world = await nodePoolWorld()
    const mend = world.cloud.refuseLaunches({ code: 'InvalidLaunchTemplateId.NotFound' })
    await scale(world, 3)
    await world.pass(60)
    expect(await world.capacity.troubles(world.pool, world.timeline.now())).toEqual([
      { text: expect.stringMatching(/^NodeClaim batch-\w{5} is not Launched since \S+: LaunchFailed: creating instance, InvalidLaunchTemplateId\.NotFound: The specified launch template/) },
    ])
    expect((await world.capacity.status(world.pool))?.inService).toHaveLength(2)
    mend()
    await world.pass(200)
    expect((await world.capacity.status(world.pool))?.inService).toHaveLength(3)
  })

  it('gives a claim up that does not launch in five minutes, and makes another', async () => {
    const world = await nodePoolWorld()
    world.cloud.refuseLaunches({ code: 'InvalidLaunchTemplateId.NotFound' })
    await scale(world, 3)
    const named = async (): Promise<string | undefined> => /NodeClaim (\S+)/.exec((await world.capacity.troubles(world.pool, world.timeline.now()))[0]?.text ?? '')?.[1]
    await world.pass(60)
    const first = await named()
    expect(first).toMatch(/^batch-/)
    await world.pass(330)
    expect(await named()).not.toBe(first)
  })
})
