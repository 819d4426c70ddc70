import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { ordeal, type Ordeal, type OrdealWorld } from './chaos.ts'
import { type CrashWorld, startCrashWorld } from './crash-world.ts'
import { differences, firstDay, lostOriginals } from '../../lib/sandbox/checker.ts'
import { type Dice, dice } from '../../lib/sandbox/dice.ts'
import { nodesTaken } from './nodes-taken.ts'
import { meddle, suspendCronJob, undoAll } from './people.ts'
import { quickDice } from './quick-dice.ts'
import { bundleWorker } from './worker-bundle.ts'

/** Worlds side by side. */
const WORLDS = 3

/** Some deliveries come twice, some up to two minutes late. */
export const troubledDeliveries = (seed: number) => {
  const roll = dice(seed)
  let drawn = 0
  const draw = (high: number): number => roll(0, high, 'delivery', (drawn += 1))
  return { duplicate: () => draw(1) < 0.1, delaySeconds: () => (draw(1) < 0.1 ? draw(120) : 0) }
}

/** How a world of two environments on the simulated cluster is tried. */
const trialOf = (world: CrashWorld): OrdealWorld => {
  let first = world.first
  const taken = nodesTaken(world)
  return Object.assign(world, {
    environments: ['shop', 'batch'] as const,
    begin: async (roll: Dice) => {
      const undone = roll(0, 1, 'suspend') < 0.5 ? suspendCronJob(world.cluster) : async () => []
      first = firstDay(world.sandbox)
      return undone
    },
    lostOriginals: () => lostOriginals(world.sandbox, first),
    differences: () => differences(world.sandbox, first),
    meddle: async (roll: Dice) => meddle(world.cluster, roll),
    overtake: async () => {},
    offences: () => taken().map((text) => `law 7: ${text}`),
  })
}

/** Puts everything as it was before anybody meddled, and lets nodes grow old. */
const calm = async (world: CrashWorld): Promise<void> => {
  undoAll(world.cluster)
  await world.pass(15 * 60)
}

const ordeals = async (loader: string, seeds: readonly number[]): Promise<readonly Ordeal[]> => {
  const ends: Ordeal[] = []
  const world = await startCrashWorld({ loader, dice: quickDice(seeds[0] ?? 1), deliveries: troubledDeliveries(seeds[0] ?? 1) })
  const trial = trialOf(world)
  try {
    for (const seed of seeds) {
      ends.push(await ordeal(trial, seed))
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
  process.stdout.write(`chaos test: seeds 1 to ${runs}, ${sayEnds(ends)}\n`)
  return ends.flatMap(({ broken }) => broken)
}

/** What was done to the workers of several runs, and how many laws were broken. */
export const sayEnds = (ends: readonly Ordeal[]): string => {
  const total = (count: (end: Ordeal) => number): number => ends.reduce((sum, end) => sum + count(end), 0)
  return `${total(({ kills }) => kills)} kills, ${total(({ refusals }) => refusals)} refused or unanswered calls, ${total(({ heldUp }) => heldUp)} workers held up, `
    + `${total(({ overslept }) => overslept)} of them past the end of their slice, ${total(({ broken }) => broken.length)} laws broken`
}
