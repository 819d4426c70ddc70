import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import { campaign } from './campaign.ts'
import { startCrashWorld } from './crash-world.ts'
import { cycle } from './cycle.ts'
import { quickDice } from './quick-dice.ts'
import { bundleWorker } from './worker-bundle.ts'

/** Worlds side by side: their workers keep one core busy, they themselves the other. */
const WORLDS = 2

/** Kills workers at every call, or at every one that changes something. Answers what came of it: nothing should. With `drain` one environment stays awake, and nodes are emptied of its pods. */
export const crashTest = async (at: 'every call' | 'every change', drain = false): Promise<readonly string[]> => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const start = async () => {
    const world = await startCrashWorld({ loader, dice: quickDice(1), consolidate: drain })
    const rest = drain ? { sleeping: ['shop' as const], workersLeft: 2 } : undefined
    return Object.assign(world, { cycle: () => cycle(world, rest), lostOriginals: () => lostOriginals(world.sandbox, world.first) })
  }
  const { calls, places, kills, cycles, problems, missed } = await campaign({ start, worlds: WORLDS, at })
  process.stdout.write(`crash test${drain ? ' of a drain' : ''}, ${at}: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles of sleep and wake, ${problems.length} lost\n`)
  const owed = kills === 2 * places ? [] : [`${kills} kills at ${places} places, expected two at each`]
  return [...problems, ...missed.map((place) => `nobody was killed ${place}`), ...owed]
}
