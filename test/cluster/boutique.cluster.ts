import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { bundleWorker } from '../crash/worker-bundle.ts'
import { boutique } from './proof/boutique.ts'
import { makeRoom } from './proof/make-room.ts'
import { planeCycle } from './proof/plane-cycle.ts'
import { type PlaneWorld, startPlaneWorld } from './proof/plane-world.ts'
import { realCluster } from './real-cluster.ts'

describe('the boutique, and every kind around it, on a real control plane', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>
  let world: PlaneWorld
  let loader = ''

  beforeAll(async () => {
    cluster = await realCluster()
    await makeRoom(cluster, 250)
    loader = await bundleWorker()
    world = await startPlaneWorld({ plane: inject('plane'), loader, seed: 1 })
  })
  afterAll(async () => {
    await world.close()
    rmSync(dirname(loader), { recursive: true })
    await cluster.close()
  })

  it('falls asleep and wakes twice over, every spec equal to the start', async () => {
    const shop = await world.settleIn('shop', boutique)
    expect(shop.first.size).toBe(28)
    await planeCycle(world, shop)
    await planeCycle(world, shop)
    await shop.leave()
  })
})
