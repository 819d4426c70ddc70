import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { campaign } from './campaign.ts'
import { bundleWorker } from './worker-bundle.ts'

/** Worlds side by side: their workers keep one core busy, they themselves the other. */
const WORLDS = 2

/** Kills workers at every call, or at every one that changes something, and expects that nothing comes of it. */
export const crashTest = async (at: 'every call' | 'every change'): Promise<void> => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const { calls, places, kills, cycles, problems, missed } = await campaign(loader, WORLDS, at)
  process.stdout.write(`crash test, ${at}: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles of sleep and wake, ${problems.length} lost\n`)
  expect(problems).toEqual([])
  expect(missed).toEqual([])
  expect(kills).toBe(2 * places)
}
