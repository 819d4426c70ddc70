import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { type CrashWorld, startCrashWorld } from './crash-world.ts'
import { cycle } from './cycle.ts'
import type { Call } from './gate.ts'
import { quickDice } from './quick-dice.ts'
import { bundleWorker } from './worker-bundle.ts'

// What the crash test once found, one sentence each. `cycle` throws when nodes or the history are not as they must be.

let loader = ''
beforeAll(async () => {
  loader = await bundleWorker()
})
afterAll(() => rmSync(dirname(loader), { recursive: true }))

const worldOf = async (consolidate = false): Promise<CrashWorld> => {
  const world = await startCrashWorld({ loader, dice: quickDice(1), consolidate })
  onTestFinished(() => world.close())
  await world.pass(120)
  return world
}

/** Kills the worker before each call that is meant, once per turn of the same kind. */
const killBefore = (world: CrashWorld, isMeant: (call: Call, turnsCalls: readonly string[]) => boolean): { readonly turns: Set<string> } => {
  const turns = new Set<string>()
  let present: Call[] = []
  world.gate.fate = {
    before: async (call) => {
      present = present[0]?.turn === call.turn ? [...present, call] : [call]
      if (turns.has(call.turn) || !isMeant(call, present.map(({ what }) => what))) return undefined
      turns.add(call.turn)
      await world.workers.kill()
      return 'drop'
    },
  }
  return { turns }
}

it('takes the nodes although the worker died between writing asleep and saying so', async () => {
  const world = await worldOf()
  const { turns } = killBefore(world, ({ turn, what }, calls) => turn.startsWith('reconcile') && what === 'sqs SendMessageBatch' && calls.at(-2) === 'BatchWriteItem')
  await expect(cycle(world)).resolves.toBeUndefined()
  expect([...turns]).toEqual(['reconcile us-dev/batch', 'reconcile us-dev/shop'])
})

it('tells once that a node is off the bill although the worker died before it told', async () => {
  const world = await worldOf()
  const { turns } = killBefore(world, ({ turn, what }, calls) => turn === 'reclaim us-dev' && what === 'BatchWriteItem' && calls.includes('ec2 DescribeInstances'))
  await expect(cycle(world)).resolves.toBeUndefined()
  expect([...turns]).toEqual(['reclaim us-dev'])
})

it('goes on with a drain although its worker died before an eviction, and after one was carried out', async () => {
  const world = await worldOf(true)
  const struck = { before: 0, after: 0 }
  const kill = async (point: 'before' | 'after', { what }: Call): Promise<'drop' | undefined> => {
    if (!what.endsWith('/eviction') || struck[point] === 1) return undefined
    struck[point] += 1
    await world.workers.kill()
    return 'drop'
  }
  world.gate.fate = { before: (call) => kill('before', call), after: (call) => kill('after', call) }
  await expect(cycle(world, { sleeping: ['shop'], workersLeft: 2 })).resolves.toBeUndefined()
  expect(struck).toEqual({ before: 1, after: 1 })
})

it('gives workloads their time to be ready, however late the wake got to them', async () => {
  const world = await worldOf()
  let clickedAt = later(world.timeline.now(), 86_400)
  world.gate.fate = {
    before: async ({ turn, to }) => {
      if (turn === 'wake batch' && clickedAt > world.timeline.now()) clickedAt = world.timeline.now()
      const isOutOfReach = to === 'cluster' && world.timeline.now() >= clickedAt && world.timeline.now() < later(clickedAt, 20 * 60)
      return isOutOfReach ? 'fail' : undefined
    },
  }
  await expect(cycle(world)).resolves.toBeUndefined()
})

it('leaves awake what another worker has woken between its look and its claim', async () => {
  const world = await worldOf()
  let heldUp = 0
  world.gate.fate = {
    before: async ({ place }) => {
      if (heldUp === 0 && place === 'awake: reconcile us-dev/an-environment: UpdateItem CLUSTER#us-dev/environment#an-environment (1)') {
        heldUp += 1
        await world.holdUp(89)
      }
      return undefined
    },
  }
  await expect(cycle(world)).resolves.toBeUndefined()
  expect(heldUp).toBe(1)
})
