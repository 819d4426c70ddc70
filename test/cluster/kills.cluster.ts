import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, inject, it } from 'vitest'
import { campaign, type CampaignWorld, everyCall } from '../crash/campaign.ts'
import { bundleWorker } from '../crash/worker-bundle.ts'
import { corner } from './proof/boutique.ts'
import { makeRoom } from './proof/make-room.ts'
import { planeCycle } from './proof/plane-cycle.ts'
import { startPlaneWorld } from './proof/plane-world.ts'
import { realCluster } from './real-cluster.ts'

/** Worlds side by side, before one plane. */
const WORLDS = 3

const say = (line: string): void => void process.stderr.write(`${line}\n`)

it('loses nothing on a real control plane and comes to the same end when its worker is killed at any call, before it is handled or after it took effect', async () => {
  const cluster = await realCluster()
  await makeRoom(cluster, 250)
  const loader = await bundleWorker()
  const start = async (): Promise<CampaignWorld> => {
    const world = await startPlaneWorld({ plane: inject('plane'), loader, seed: 1 })
    const shop = await world.settleIn('shop', corner)
    return {
      ...world,
      cycle: () => planeCycle(world, shop),
      lostOriginals: shop.lostOriginals,
      close: async () => {
        await shop.leave()
        await world.close()
      },
    }
  }
  const { calls, places, kills, cycles, problems, missed } = await campaign({ start, worlds: WORLDS, at: everyCall, calmCycles: 2, tell: say })
  process.stdout.write(`kill sweep on a real control plane: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles of sleep and wake, ${problems.length} lost\n`)
  expect(problems).toEqual([])
  expect(missed).toEqual([])
  expect(kills).toBe(2 * places)
  rmSync(dirname(loader), { recursive: true })
  await cluster.close()
}, 5_400_000)
