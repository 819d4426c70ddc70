import { type Instant, later } from '../../../lib/domain/time.ts'
import type { Pool } from '../../../lib/domain/pool.ts'
import type { PoolNames } from './pool-objects.ts'
import type { CycledWorld, PoolWorld } from './pool-world.ts'

/** The world's own look at where it is, this often. */
const LOOK_SECONDS = 20

/** While it waits for what lasts seconds, this often. */
const QUICK_LOOK_SECONDS = 1

/** So long after the last worker died everything must have come to its end: nothing waits for the hourly look. */
const DEADLINE_SECONDS = 50 * 60

/** A wake keeps its pools for 10 minutes, and a message that nobody ended comes again after 9. */
export const ARRIVES_SECONDS = 11 * 60

/** Nodes there are while everything is awake. */
export const AWAKE = { workers: 3, burst: 2 } as const
/** Nodes there are while the shop sleeps: two that its neighbour's pods fit on. */
export const ASLEEP = { workers: 2, burst: 0 } as const

/**
 * An environment falls asleep and is woken when the first node is marked: what was taken is given back. Then it sleeps
 * until one node of the group is drained and gone and so are Karpenter's, and wakes; everything is as on the first day. Throws
 * an Error that says what is not so.
 */
export const poolCycle = async (world: PoolWorld): Promise<void> => {
  const began = world.timeline.now()
  const gone = ended(world)
  await world.spreadAnew()
  await turnRound(world)
  await sleepOut(world)
  world.gate.stage = 'awake:'
  await wakeUp(world)
  await world.pass(ARRIVES_SECONDS)
  expectNothing('after the wake', [...(await world.differences()), ...world.offences(), ...(await untold(world, began, ended(world).filter((id) => !gone.includes(id))))])
  expectCounts(await world.nodeCounts(), AWAKE)
}

/** Somebody wakes it in the moment a node is marked. */
const turnRound = async (world: PoolWorld): Promise<void> => {
  world.gate.stage = 'turned round:'
  await holdAsleep(world)
  await untilThere(world, 'a node is marked', async () => (await poolsOf(world)).some(({ leaving }) => Object.keys(leaving).length > 0), QUICK_LOOK_SECONDS)
  await wakeUp(world)
  await world.pass(ARRIVES_SECONDS)
  expectNothing('turned round', await world.differences())
}

const sleepOut = async (world: PoolWorld): Promise<void> => {
  world.gate.stage = 'asleep:'
  await holdAsleep(world)
  await untilAsleep(world)
}

/** It sleeps, every node that may go is off the bill, and nothing is lost. */
export const untilAsleep = async (world: PoolWorld): Promise<void> => {
  await untilThere(world, 'it sleeps and its nodes are off the bill', async () => {
    const now = await world.registry.environments.get(world.shop.id)
    const isOver = (await poolsOf(world)).every(({ leaving }) => Object.keys(leaving).length === 0)
    return now?.phase === 'asleep' && now.claim === undefined && isOver && sameCounts(await world.nodeCounts(), ASLEEP)
  })
  expectNothing('asleep', await world.lostOriginals())
}

/** Somebody sends it to sleep. */
export const holdAsleep = async ({ timeline, registry, shop }: CycledWorld): Promise<void> => {
  const hold = { as: 'asleep', until: later(timeline.now(), 7 * 86_400), by: 'the test' } as const
  await registry.environments.change(shop.id, { set: { hold, lease: undefined, dueAt: timeline.now() } })
}

/** Somebody clicks until it is awake and everything is as on the first day. */
export const wakeUp = async (world: CycledWorld): Promise<void> => {
  const { registry, shop } = world
  await untilThere(world, 'it is awake and as on the first day', async () => {
    const now = await registry.environments.get(shop.id)
    // Whoever got no answer, and finds it asleep still, clicks again.
    if (now?.phase === 'asleep') await world.click(shop.name).catch(() => {})
    return now?.phase === 'awake' && now.claim === undefined && (await world.differences()).length === 0 && sameCounts(await world.nodeCounts(), AWAKE)
  })
}

export const poolsOf = async ({ registry }: CycledWorld): Promise<readonly Pool[]> => (await registry.inCluster('us-dev')).pools

/** Lets time pass until it holds. Throws an Error that says what does not, long enough after the last worker died. */
export const untilThere = async (world: CycledWorld, what: string, done: () => Promise<boolean>, lookSeconds = LOOK_SECONDS): Promise<void> => {
  const { workers, registry } = world
  for (let waited = 0, deaths = workers.deaths; waited < DEADLINE_SECONDS; waited = deaths === workers.deaths ? waited + lookSeconds : 0) {
    deaths = workers.deaths
    if (await done()) return
    await world.pass(lookSeconds)
  }
  const [now, counts, left] = await Promise.all([registry.inCluster('us-dev'), world.nodeCounts(), world.differences()])
  throw new Error(`not so ${DEADLINE_SECONDS / 60} minutes after the last death: ${what}\n${JSON.stringify({ now, counts, left }, undefined, 1)}`)
}

/** Instances off the bill. */
export const ended = ({ cloud }: CycledWorld): readonly string[] => cloud.instances().flatMap(({ id, state }) => (state === 'terminated' ? [id] : []))

/** Nodes that left the bill and stand in the history of their pool not at all, or more than once. */
export const untold = async ({ registry, names }: CycledWorld, since: Instant, gone: readonly string[]): Promise<readonly string[]> => {
  const history = (await Promise.all(Object.values(names).map((name) => registry.history(`us-dev/pool/${name}`)))).flat().filter(({ at, what }) => at >= since && what === 'phase')
  return gone.flatMap((id) => {
    const times = history.filter(({ text }) => text.startsWith(`m5.large ${id} is off`)).length
    return times === 1 ? [] : [`that ${id} is off the bill stands there ${times} times`]
  })
}

type Counts = Readonly<Record<keyof PoolNames, number>>

export const sameCounts = (found: Counts, expected: Counts): boolean => found.workers === expected.workers && found.burst === expected.burst

const expectCounts = (found: Counts, expected: Counts): void => {
  if (!sameCounts(found, expected)) throw new Error(`nodes: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`)
}

export const expectNothing = (when: string, found: readonly string[]): void => {
  if (found.length > 0) throw new Error(`the checker found, ${when}:\n${found.join('\n')}`)
}
