import { describe, expect, it } from 'vitest'
import { originalOf } from '../../../lib/domain/pool.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { prepare, statusOf } from '../../contract/capacity-contract.ts'
import { nodePoolWith, nodePoolWorld, type SimulatedPools, twoPods } from '../../contract/simulated-pools.ts'

// What it shares with every other provisioner is in test/contract/capacity-contract.ts.

const LIMITS = { cpu: 100, memory: '400Gi' }

const poolIn = ({ cluster }: SimulatedPools): KubernetesObject => cluster.list('karpenter.sh/v1', 'NodePool')[0] ?? expect.fail('no NodePool')

const limitsIn = (world: SimulatedPools): unknown => (poolIn(world).spec as { readonly limits?: unknown }).limits

/** What a person's kubectl does. */
const setLimits = (world: SimulatedPools, limits: object): void => {
  const pool = poolIn(world)
  world.cluster.apply([{ ...pool, spec: { ...(pool.spec as object), limits } }])
}

const original = async (world: SimulatedPools) => originalOf(undefined, await statusOf(world))

const blockingBudget: KubernetesObject = {
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'etl', namespace: 'batch' }, spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'etl' } } },
}

const remove = async (world: SimulatedPools): Promise<string> => {
  const [id = ''] = (await statusOf(world)).inService
  await world.capacity.remove('batch', id)
  return id
}

describe('a NodePool', () => {
  it('is shut by a CPU limit of 0, its other limits as they are, its limits whole in an annotation of the same version', async () => {
    const world = await nodePoolWorld()
    const before = poolIn(world).metadata
    await prepare(world, await original(world))
    const { metadata } = poolIn(world)
    expect(limitsIn(world)).toEqual({ cpu: '0', memory: '400Gi' })
    expect(JSON.parse(metadata.annotations?.['catnap.dev/original'] ?? '')).toEqual({ limits: LIMITS, nodes: 2 })
    expect(metadata.generation).toBe((before.generation ?? 0) + 1)
  })

  it('starts no node while it is shut, and does again once it is open', async () => {
    const world = await nodePoolWorld()
    const was = await original(world)
    await prepare(world, was)
    world.cluster.apply([twoPods(3)])
    await world.pass(300)
    expect((await statusOf(world)).size.desiredSize).toBe(2)
    await world.capacity.grow('batch', await statusOf(world), was, { minSize: 0, desiredSize: 3 })
    await world.pass(300)
    expect((await statusOf(world)).size.desiredSize).toBe(3)
    expect(limitsIn(world)).toEqual(LIMITS)
  })

  it('is not changed over what somebody changed since it was looked at', async () => {
    const world = await nodePoolWorld()
    const status = await statusOf(world)
    setLimits(world, { cpu: 12 })
    expect(await world.capacity.prepare('batch', status, originalOf(undefined, status), 0)).toBe('later')
    expect(limitsIn(world)).toEqual({ cpu: 12 })
  })

  it('keeps limits that somebody set while it was shut', async () => {
    const world = await nodePoolWorld()
    const was = await original(world)
    await prepare(world, was)
    setLimits(world, { cpu: 12, memory: '400Gi' })
    expect(await world.capacity.restore('batch', await statusOf(world), was)).toBe('done')
    expect(limitsIn(world)).toEqual({ cpu: 12, memory: '400Gi' })
    expect(poolIn(world).metadata.annotations).not.toHaveProperty('catnap.dev/original')
  })

  it('that a person shut stays shut', async () => {
    const world = await nodePoolWorld()
    setLimits(world, { cpu: '0' })
    const was = await original(world)
    await prepare(world, was)
    expect(await world.capacity.restore('batch', await statusOf(world), was)).toBe('done')
    expect(limitsIn(world)).toEqual({ cpu: '0' })
    expect(poolIn(world).metadata.annotations ?? {}).toEqual({})
  })

  it('that is static is refused: Karpenter starts a new node for each that goes', async () => {
    const world = await nodePoolWorld(nodePoolWith({ spec: { replicas: 2 } }))
    expect((await statusOf(world)).obstacle).toBe('it is static (spec.replicas: 2), so that Karpenter starts a new node for each that goes; take the pool out of the intent')
  })

  it('built into EKS Auto Mode is not changed, as EKS would put it back, and loses nodes all the same', async () => {
    const world = await nodePoolWorld(nodePoolWith({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'eks' } }, template: { nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'default' } },
    }))
    expect(await statusOf(world)).not.toHaveProperty('limits')
    const before = poolIn(world).metadata.resourceVersion
    await prepare(world, await original(world))
    expect(poolIn(world).metadata.resourceVersion).toBe(before)
    world.cluster.apply([twoPods(0)])
    await world.pass(60)
    const id = await remove(world)
    await world.pass(300)
    expect((await world.capacity.states([id])).get(id)).toBe('terminated')
  })
})

describe('a node of a NodePool', () => {
  it('is drained by Karpenter, and its claim gone with its instance', async () => {
    const world = await nodePoolWorld()
    await prepare(world, await original(world))
    const id = await remove(world)
    await world.pass(300)
    expect((await world.capacity.states([id])).get(id)).toBe('terminated')
    expect(world.cluster.list('karpenter.sh/v1', 'NodeClaim')).toHaveLength(1)
    expect(world.cluster.list('v1', 'Node')).toHaveLength(1)
  })

  it('that Karpenter cannot drain waits without end, and says for what', async () => {
    const world = await nodePoolWorld(nodePoolWith(), [blockingBudget])
    const id = await remove(world)
    await world.pass(3600)
    expect((await statusOf(world)).waits[id]).toBe(
      'Karpenter waits for its pods to leave (Draining the node, 1 pods are waiting to be evicted); it waits without end, because the NodePool has no terminationGracePeriod',
    )
    expect((await world.capacity.states([id])).get(id)).toBe('running')
  })

  it('that Karpenter cannot drain ends with the grace period of its NodePool', async () => {
    const world = await nodePoolWorld(nodePoolWith({ template: { terminationGracePeriod: '10m' } }), [blockingBudget])
    const id = await remove(world)
    await world.pass(300)
    expect((await statusOf(world)).waits[id]).toBe('Karpenter waits for its pods to leave (Draining the node, 1 pods are waiting to be evicted)')
    await world.pass(600)
    expect((await world.capacity.states([id])).get(id)).toBe('terminated')
  })
})
