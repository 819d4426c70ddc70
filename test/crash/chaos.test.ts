import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { calm, ordeal, type Ordeal } from './chaos.ts'
import { startCrashWorld } from './crash-world.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { quickDice } from './quick-dice.ts'
import { bundleWorker } from './worker-bundle.ts'

/** The seeds of the runs; whatever one of them ever found stays found. */
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1)

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

it('keeps the laws while workers die and hang, calls fail, messages come twice and late, and people act against it', { timeout: 300_000 }, async () => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const shares = Array.from({ length: WORLDS }, (_, share) => SEEDS.filter((seed) => seed % WORLDS === share))
  const ends = (await Promise.all(shares.map((seeds) => ordeals(loader, seeds)))).flat()
  const total = (count: (end: Ordeal) => number): number => ends.reduce((sum, end) => sum + count(end), 0)
  const broken = ends.flatMap((end) => end.broken)
  process.stdout.write(`chaos test: seeds ${SEEDS[0]} to ${SEEDS.at(-1)}, ${total((end) => end.kills)} kills, ${total((end) => end.refusals)} refused or unanswered calls, ${total((end) => end.heldUp)} workers held up, ${broken.length} laws broken\n`)
  expect(broken).toEqual([])
})
