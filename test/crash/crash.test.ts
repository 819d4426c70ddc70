import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { campaign } from './campaign.ts'
import { bundleWorker } from './worker-bundle.ts'

/** Worlds side by side: their workers keep one core busy, they themselves the other. */
const WORLDS = 2

it('loses nothing and comes to the same end when its worker is killed at any call, before it is handled or after it took effect', { timeout: 600_000 }, async () => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const { calls, places, kills, cycles, problems, missed } = await campaign(loader, WORLDS)
  process.stdout.write(`crash test: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles of sleep and wake, ${problems.length} lost\n`)
  expect(problems).toEqual([])
  expect(missed).toEqual([])
  expect(kills).toBe(2 * places)
})
