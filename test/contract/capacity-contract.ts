import { describe, expect, it } from 'vitest'
import { isShut, originalOf, type PoolOriginal } from '../../lib/domain/pool.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { Capacity, PoolStatus } from '../../lib/ports.ts'

/** A pool of two nodes, at least one and at most six where its provisioner has such bounds, and nothing done to it yet. */
export interface PoolUnderTest {
  readonly capacity: Capacity
  readonly pool: string
  /** Lets the provisioner do what it does in so much time. */
  pass(seconds: number): Promise<void>
}

const FORGOTTEN = Array.from({ length: 250 }, (_, index) => `i-${`${index}`.padStart(17, '0')}`)

/** As often as a change may answer `later` before it is not coming about. */
const TRIES = 20

/** What every provisioner of pools does, whatever it is behind. `forgetful`: it fails over instances it does not know, as moto does. */
export const capacityContract = (provisioner: string, make: () => Promise<PoolUnderTest>, { forgetful = false } = {}): void => {
  describe(`a pool of ${provisioner}`, () => {
    it('is found by its name, and shown with what is in service', async () => {
      const { capacity, pool } = await make()
      expect(await capacity.list()).toContain(pool)
      const status = await statusOf({ capacity, pool })
      expect(status.size.desiredSize).toBe(2)
      expect(new Set(status.inService).size).toBe(2)
      expect(status.instanceTypes).toEqual(['m5.large'])
      expect(status).not.toHaveProperty('mark')
      expect(status).not.toHaveProperty('obstacle')
    })

    it('that is not there is undefined, and cannot be changed', async () => {
      const { capacity, pool } = await make()
      const status = await statusOf({ capacity, pool })
      expect(await capacity.status('nobody')).toBeUndefined()
      await expect(capacity.grow('nobody', status, originalOf({}, status), status.size)).rejects.toThrow(/nobody .*is gone; take it out of the intent/)
    })

    it('carries what it was from before it is prepared until it is restored, however often either is asked', async () => {
      const world = await make()
      const first = await statusOf(world)
      const original = originalOf({}, first)
      for (let round = 0; round < 2; round += 1) await prepare(world, original)
      const prepared = await statusOf(world)
      expect(prepared.mark).toEqual(original)
      expect(prepared.size.maxSize).toBe(first.size.maxSize)
      expect(prepared.size.minSize).toBe(0)
      expect(prepared.rebalancing).toBe(false)
      expect(prepared.limits === undefined || isShut(prepared.limits)).toBe(true)
      for (let round = 0; round < 2; round += 1) await restore(world, original)
      expect(await statusOf(world)).toEqual(first)
    })

    it('is opened again while it keeps its original, and shut again without losing it', async () => {
      const world = await make()
      const first = await statusOf(world)
      const original = originalOf({}, first)
      await prepare(world, original)
      await until(world, async (status) => world.capacity.grow(world.pool, status, original, { minSize: original.minSize, desiredSize: status.size.desiredSize }))
      const open = await statusOf(world)
      expect(open.size.minSize).toBe(first.size.minSize)
      expect(open.limits).toEqual(first.limits)
      expect(open.mark).toEqual(original)
      await prepare(world, originalOf({ original }, open))
      expect((await statusOf(world)).mark).toEqual(original)
    })

    it('loses exactly the instance it is told to, the capacity with it, once', async () => {
      const world = await make()
      const { capacity, pool, pass } = world
      await prepare(world, originalOf({}, await statusOf(world)))
      const [id = '', other = ''] = (await statusOf(world)).inService
      expect(await capacity.remove(pool, id)).toEqual({ done: true })
      if (!forgetful) await capacity.remove(pool, id)
      const status = await statusOf(world)
      expect(status.size.desiredSize).toBe(1)
      expect(status.inService).toEqual([other])
      await pass(300)
      const states = await capacity.states([id, other])
      expect([states.get(id), states.get(other)]).toEqual(['terminated', 'running'])
      expect((await statusOf(world)).inService).toEqual([other])
    })

    it.skipIf(forgetful)('says that an instance nobody knows is gone', async () => {
      const { capacity, pool } = await make()
      expect(await capacity.remove(pool, 'i-0123456789abcdef0')).toMatchObject({ done: false, because: 'gone' })
    })

    it('has no trouble while it has its nodes', async () => {
      const { capacity, pool } = await make()
      expect(await capacity.troubles(pool, 0 as Instant)).toEqual([])
    })

    it('has its instances told with their pool, their price and their life', async () => {
      const { capacity, pool } = await make()
      const { inService } = await statusOf({ capacity, pool })
      const own = (await capacity.instances()).filter((instance) => instance.pool === pool)
      expect(own.map(({ instanceId }) => instanceId).toSorted()).toEqual(inService.toSorted())
      for (const instance of own) {
        expect(instance).toEqual({ instanceId: expect.any(String), pool, instanceType: 'm5.large', capacity: 'on-demand', zone: expect.stringMatching(/^us-east-1[a-c]$/), runningAt: expect.any(Number), state: 'running' })
      }
    })

    it('has its instances told among hundreds that EC2 has forgotten', async () => {
      const { capacity, pool } = await make()
      const [id = ''] = (await statusOf({ capacity, pool })).inService
      const states = await capacity.states([...FORGOTTEN, id])
      expect(states.size).toBe(FORGOTTEN.length + 1)
      expect([states.get(id), states.get(FORGOTTEN[7] ?? '')]).toEqual(['running', 'gone'])
      expect((await capacity.states([])).size).toBe(0)
    })
  })
}

export const statusOf = async ({ capacity, pool }: Pick<PoolUnderTest, 'capacity' | 'pool'>): Promise<PoolStatus> =>
  (await capacity.status(pool)) ?? expect.fail(`no pool ${pool}`)

const until = async (world: PoolUnderTest, change: (status: PoolStatus) => Promise<'done' | 'later'>): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if ((await change(await statusOf(world))) === 'done') return
    await world.pass(10)
  }
  expect.fail(`pool ${world.pool} is still being changed after ${TRIES} tries`)
}

export const prepare = (world: PoolUnderTest, original: PoolOriginal): Promise<void> =>
  until(world, (status) => world.capacity.prepare(world.pool, status, original, 0))

const restore = (world: PoolUnderTest, original: PoolOriginal): Promise<void> => until(world, (status) => world.capacity.restore(world.pool, status, original))
