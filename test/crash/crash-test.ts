import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import { campaign, everyCall, everyChange } from './campaign.ts'
import { startCrashWorld } from './crash-world.ts'
import { cycle } from './cycle.ts'
import { quickDice } from './quick-dice.ts'
import { spreadAnew } from './spread-anew.ts'
import { bundleWorker } from './worker-bundle.ts'

/** Worlds side by side: their workers keep one core busy, they themselves the other. */
const WORLDS = 2

const RESTS = {
  'as usual': undefined,
  drain: { sleeping: ['shop'], workersLeft: 2 },
  whole: { sleeping: ['shop', 'batch'], workersLeft: 0 },
} as const

/** Kills workers at every call, or at every one that changes something. Answers what came of it: nothing should. With `drain` one environment stays awake, and nodes are emptied of its pods; a `whole` cluster sleeps to no node at all. */
export const crashTest = async (at: 'every call' | 'every change', how: 'as usual' | 'drain' | 'whole' = 'as usual'): Promise<readonly string[]> => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const start = async () => {
    const world = await startCrashWorld({ loader, dice: quickDice(1), consolidate: how === 'drain', whole: how === 'whole' })
    const rest = RESTS[how]
    const once = async (): Promise<void> => {
      if (how === 'drain') await spreadAnew(world)
      await cycle(world, rest)
    }
    return Object.assign(world, { cycle: once, lostOriginals: () => lostOriginals(world.sandbox, world.first) })
  }
  const { calls, places, kills, cycles, problems, missed } = await campaign({ start, worlds: WORLDS, at: at === 'every call' ? everyCall : everyChange })
  process.stdout.write(`crash test, ${how}, ${at}: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles of sleep and wake, ${problems.length} lost\n`)
  const owed = kills === 2 * places ? [] : [`${kills} kills at ${places} places, expected two at each`]
  return [...problems, ...missed.map((place) => `nobody was killed ${place}`), ...owed]
}
