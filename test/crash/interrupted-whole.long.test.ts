import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startCrashWorld } from './crash-world.ts'
import { cycle } from './cycle.ts'
import type { Call } from './gate.ts'
import { quickDice } from './quick-dice.ts'
import { bundleWorker } from './worker-bundle.ts'

it('sleeps and wakes a whole cluster although its workers die before and after changes of system workloads', async () => {
  const loader = await bundleWorker()
  onTestFinished(() => rmSync(dirname(loader), { recursive: true }))
  const world = await startCrashWorld({ loader, dice: quickDice(1), whole: true })
  onTestFinished(() => world.close())
  await world.pass(120)
  const struck: string[] = []
  const kill = async (point: 'before' | 'after', { what, turn, stage }: Call): Promise<'drop' | undefined> => {
    const isMeant = turn === 'reconcile us-dev' && what.startsWith('PATCH') && (stage === 'asleep:') === (point === 'after')
    if (!isMeant || struck.includes(`${stage} ${point}`)) return undefined
    struck.push(`${stage} ${point}`)
    await world.workers.kill()
    return 'drop'
  }
  world.gate.fate = { before: (call) => kill('before', call), after: (call) => kill('after', call) }
  await expect(cycle(world, { sleeping: ['shop', 'batch'], workersLeft: 0 })).resolves.toBeUndefined()
  expect(struck).toEqual(['asleep: after', 'awake: before'])
})
