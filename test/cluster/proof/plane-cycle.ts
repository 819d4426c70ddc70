import { type Instant, later } from '../../../lib/domain/time.ts'
import type { PlaneEnvironment, PlaneWorld } from './plane-world.ts'

/** The world's own look at where it is, this often. */
const LOOK_SECONDS = 20

/** So long after the last worker died everything must have come to its end: nothing waits for the hourly look. */
const DEADLINE_SECONDS = 50 * 60

/** A message that nobody ended comes again after 9 minutes; whatever is still on its way arrives in this. */
const ARRIVES_SECONDS = 11 * 60

/**
 * An environment falls asleep, then wakes, and everything is as on the first day; the history says each once. Throws an
 * Error that says what is not so.
 */
export const planeCycle = async (world: PlaneWorld, environment: PlaneEnvironment): Promise<void> => {
  const began = world.timeline.now()
  await fallAsleep(world, environment)
  await wakeUp(world, environment)
  expectNothing('in the history', await untold(world, environment.id, began))
  await world.pass(ARRIVES_SECONDS)
  expectNothing('after the wake', await environment.differences())
}

const fallAsleep = async (world: PlaneWorld, environment: PlaneEnvironment): Promise<void> => {
  const { timeline, registry, gate } = world
  gate.stage = 'asleep:'
  const hold = { as: 'asleep', until: later(timeline.now(), 7 * 86_400), by: 'the test' } as const
  await registry.environments.change(environment.id, { set: { hold, lease: undefined, dueAt: timeline.now() } })
  await until(world, environment, 'it sleeps', async () => {
    const now = await registry.environments.get(environment.id)
    return now?.phase === 'asleep' && now.claim === undefined
  })
  expectNothing('asleep', await environment.lostOriginals())
  const pods = await world.admin.list('Pod', environment.namespace)
  expectNothing('asleep', pods.map(({ metadata }) => `pod ${metadata.name} runs`))
}

const wakeUp = async (world: PlaneWorld, environment: PlaneEnvironment): Promise<void> => {
  const { registry, gate } = world
  gate.stage = 'awake:'
  await until(world, environment, 'it is awake and as on the first day', async () => {
    const now = await registry.environments.get(environment.id)
    // Whoever got no answer, and finds it asleep still, clicks again.
    if (now?.phase === 'asleep') await world.click(environment.name).catch(() => {})
    return now?.phase === 'awake' && now.claim === undefined && (await environment.differences()).length === 0
  })
}

const until = async (world: PlaneWorld, environment: PlaneEnvironment, what: string, done: () => Promise<boolean>): Promise<void> => {
  const { workers } = world
  for (let waited = 0, deaths = workers.deaths; waited < DEADLINE_SECONDS; waited = deaths === workers.deaths ? waited + LOOK_SECONDS : 0) {
    deaths = workers.deaths
    if (await done()) return
    await world.pass(LOOK_SECONDS)
  }
  const [now, left] = await Promise.all([world.registry.environments.get(environment.id), environment.differences()])
  throw new Error(`not so ${DEADLINE_SECONDS / 60} minutes after the last death: ${what}\n${JSON.stringify({ now, left }, undefined, 1)}`)
}

/** What happened and stands in the history not at all, or more than once. */
const untold = async ({ registry }: PlaneWorld, id: string, since: Instant): Promise<readonly string[]> => {
  const phases = (await registry.history(id)).filter(({ at, what }) => at >= since && what === 'phase')
  return ['asleep', 'awake'].flatMap((begin) => {
    const times = phases.filter(({ text }) => text.startsWith(begin)).length
    return times === 1 ? [] : [`"${begin} …" stands there ${times} times`]
  })
}

const expectNothing = (when: string, found: readonly string[]): void => {
  if (found.length > 0) throw new Error(`the checker found, ${when}:\n${found.join('\n')}`)
}
