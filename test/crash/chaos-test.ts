import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { calm, ordeal, type Ordeal } from './chaos.ts'
import { startCrashWorld } from './crash-world.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { quickDice } from './quick-dice.ts'
import { bundleWorker } from './worker-bundle.ts'

/** Worlds side by side. */
const WORLDS = 3

/** Some deliveries come twice, some up to two minutes late. */
const deliveries = (seed: number) => {
  const roll = dice(seed)
  let drawn = 0
  const draw = (high: number): number => roll(0, high, 'delivery', (drawn += 1))
  return { duplicate: () => draw(1) < 0.1, delaySeconds: () => (draw(1) < 0.1 ? draw(120) : 0) }
}

const ordeals = async (loader: string, seeds: readonly number[]): Promise<readonly Ordeal[]> => {
  const ends: Ordeal[] = []
  const world = await startCrashWorld({ loader, dice: quickDice(seeds[0] ?? 1), deliveries: deliveries(seeds[0] ?? 1) })
  try {
    for (const seed of seeds) {
      ends.push(await ordeal(world, seed))
      await calm(world)
    }
  } finally {
    await world.close()
  }
  return ends
}

/** Lets chaos run with the seeds from 1 on, and answers which laws were broken; whatever a seed ever found stays found. */
export const chaosTest = async (runs: number): Promise<readonly string[]> => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const seeds = Array.from({ length: runs }, (_, index) => index + 1)
  const shares = Array.from({ length: WORLDS }, (_, share) => seeds.filter((seed) => seed % WORLDS === share))
  const ends = (await Promise.all(shares.map((share) => ordeals(loader, share)))).flat()
  const total = (count: (end: Ordeal) => number): number => ends.reduce((sum, end) => sum + count(end), 0)
  const broken = ends.flatMap((end) => end.broken)
  process.stdout.write(`chaos test: seeds 1 to ${runs}, ${total((end) => end.kills)} kills, ${total((end) => end.refusals)} refused or unanswered calls, ${total((end) => end.heldUp)} workers held up, ${broken.length} laws broken\n`)
  return broken
}
