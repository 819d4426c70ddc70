import { describe, expect, it } from 'vitest'
import { originalOf, type PoolOriginal } from '../../lib/domain/pool.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { type PoolUnderTest, prepare, statusOf } from './capacity-contract.ts'
import { LIMITS, neverIn, nodePoolWith } from './node-pool-objects.ts'
import { PATCH, pathOf, type RawApi } from './raw-api.ts'

/** A NodePool with two nodes, each for one of two pods (`etlIn`) in a namespace of its name. */
export interface NodePoolUnderTest extends PoolUnderTest {
  readonly admin: RawApi
}

/** Makes one: a NodePool of this name and what else there is beside the two pods. */
export type MakeNodePool = (nodePool?: (pool: string) => KubernetesObject, more?: (pool: string) => readonly KubernetesObject[]) => Promise<NodePoolUnderTest>

/**
 * What Catnap relies on of Karpenter beside what every provisioner does (capacity-contract.ts), wherever it is: in the
 * simulated cluster, or played before a real API server.
 */
export const karpenterContract = (make: MakeNodePool): void => {
  describe('a NodePool', () => {
    it('is shut by a CPU limit of 0, its other limits as they are, its limits whole in an annotation of the same version', async () => {
      const world = await make()
      const before = (await poolIn(world)).metadata
      await prepare(world, await original(world))
      const { metadata } = await poolIn(world)
      expect(await limitsIn(world)).toEqual({ cpu: '0', memory: '400Gi' })
      expect(JSON.parse(metadata.annotations?.['catnap.dev/original'] ?? '')).toEqual({ limits: LIMITS, nodes: 2 })
      expect(metadata.generation).toBe((before.generation ?? 0) + 1)
    })

    it('starts no node while it is shut, and does again once it is open', async () => {
      const world = await make()
      const was = await original(world)
      await prepare(world, was)
      await scale(world, 3)
      await world.pass(300)
      expect((await statusOf(world)).size.desiredSize).toBe(2)
      await world.capacity.grow(world.pool, await statusOf(world), was, { minSize: 0, desiredSize: 3 })
      await world.pass(300)
      expect((await statusOf(world)).size.desiredSize).toBe(3)
      expect(await limitsIn(world)).toEqual(LIMITS)
    })

    it('is given back limits of several resources whole, as they were written', async () => {
      const limits = { 'cpu': '1k', 'memory': '400Gi', 'nodes': 12, 'nvidia.com/gpu': '4' }
      const world = await make((pool) => nodePoolWith({ spec: { limits } }, pool))
      const was = await original(world)
      await prepare(world, was)
      expect(await limitsIn(world)).toEqual({ ...limits, cpu: '0' })
      expect(await world.capacity.restore(world.pool, await statusOf(world), was)).toBe('done')
      expect(await limitsIn(world)).toEqual(limits)
    })

    it('is not changed over what somebody changed since it was looked at', async () => {
      const world = await make()
      const status = await statusOf(world)
      await setLimits(world, { cpu: 12 })
      expect(await world.capacity.prepare(world.pool, status, originalOf({}, status), 0)).toBe('later')
      expect(await limitsIn(world)).toEqual({ cpu: 12 })
    })

    it('keeps limits that somebody set while it was shut', async () => {
      const world = await make()
      const was = await original(world)
      await prepare(world, was)
      await setLimits(world, { cpu: 12, memory: '400Gi' })
      expect(await world.capacity.restore(world.pool, await statusOf(world), was)).toBe('done')
      expect(await limitsIn(world)).toEqual({ cpu: 12, memory: '400Gi' })
      expect((await poolIn(world)).metadata.annotations ?? {}).not.toHaveProperty('catnap.dev/original')
    })

    it('that a person shut stays shut', async () => {
      const world = await make()
      await setLimits(world, { cpu: '0' })
      const was = await original(world)
      await prepare(world, was)
      expect(await world.capacity.restore(world.pool, await statusOf(world), was)).toBe('done')
      expect(await limitsIn(world)).toEqual({ cpu: '0' })
      expect((await poolIn(world)).metadata.annotations ?? {}).toEqual({})
    })

    it('that is static is refused: Karpenter starts a new node for each that goes', async () => {
      const world = await make((pool) => nodePoolWith({ spec: { replicas: 2 } }, pool))
      expect((await statusOf(world)).obstacle).toBe('it is static (spec.replicas: 2), so that Karpenter starts a new node for each that goes; take the pool out of the intent')
    })
  })

  describe('a node of a NodePool', () => {
    it('is drained by Karpenter, and its claim gone with its instance', async () => {
      const world = await make()
      await prepare(world, await original(world))
      const id = await remove(world)
      await world.pass(300)
      expect((await world.capacity.states([id])).get(id)).toBe('terminated')
      expect(await countOf(world, 'NodeClaim')).toBe(1)
      expect(await countOf(world, 'Node')).toBe(1)
    })

    it('that Karpenter cannot drain waits without end, and says for what', async () => {
      const world = await make(undefined, (pool) => [neverIn(pool)])
      const id = await remove(world)
      await world.pass(3600)
      expect((await statusOf(world)).waits[id]).toBe(
        'Karpenter waits for its pods to leave (Draining the node, 1 pods are waiting to be evicted); it waits without end, because the NodePool has no terminationGracePeriod',
      )
      expect((await world.capacity.states([id])).get(id)).toBe('running')
    })

    it('that Karpenter cannot drain ends with the grace period of its NodePool', async () => {
      const world = await make((pool) => nodePoolWith({ template: { terminationGracePeriod: '10m' } }, pool), (pool) => [neverIn(pool)])
      const id = await remove(world)
      await world.pass(300)
      expect((await statusOf(world)).waits[id]).toBe('Karpenter waits for its pods to leave (Draining the node, 1 pods are waiting to be evicted)')
      await world.pass(600)
      expect((await world.capacity.states([id])).get(id)).toBe('terminated')
    })
  })
}

/** The NodePool as it is. */
export const poolIn = ({ admin, pool }: NodePoolUnderTest): Promise<KubernetesObject> => admin.get('NodePool', pool)

/** Runs so many of its pods. */
export const scale = async ({ admin, pool }: NodePoolUnderTest, replicas: number): Promise<void> => void (await admin.patch('Deployment', 'etl', pool, { spec: { replicas } }))

/** Takes the first of its nodes; the id of the instance. */
export const remove = async (world: NodePoolUnderTest): Promise<string> => {
  const [id = ''] = (await statusOf(world)).inService
  await world.capacity.remove(world.pool, id)
  return id
}

/** What it would be given back now. */
export const original = async (world: NodePoolUnderTest): Promise<PoolOriginal> => originalOf({}, await statusOf(world))

const limitsIn = async (world: NodePoolUnderTest): Promise<unknown> => ((await poolIn(world)).spec as { readonly limits?: unknown }).limits

/** What a person's kubectl does. */
const setLimits = async ({ admin, pool }: NodePoolUnderTest, limits: object): Promise<void> => {
  const { status, body } = await admin.call('PATCH', pathOf('NodePool', undefined, pool), [{ op: 'add', path: '/spec/limits', value: limits }], PATCH.json)
  if (status !== 200) throw new Error(`set the limits of ${pool}: found ${status} ${JSON.stringify(body)}, expected 200`)
}

const countOf = async ({ admin, pool }: NodePoolUnderTest, kind: 'Node' | 'NodeClaim'): Promise<number> =>
  (await admin.list(kind)).filter(({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'] === pool).length
