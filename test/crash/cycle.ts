import { type Instant, later } from '../../lib/domain/time.ts'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import type { CrashWorld } from './crash-world.ts'

/** The world's own look at where it is, this often. */
const LOOK_SECONDS = 20

/** So long after the last worker died everything must have come to its end: nothing waits for the hourly look. */
const DEADLINE_SECONDS = 50 * 60

/** Who sleeps in a cycle, and how many workers are left then. */
interface Rest {
  readonly sleeping: CrashWorld['environments']
  readonly workersLeft: number
}

/** Environments, all of them unless told otherwise, fall asleep and nodes leave the bill; then they wake and everything is as on the first day. */
export const cycle = async (world: CrashWorld, rest: Rest = { sleeping: world.environments, workersLeft: 1 }): Promise<void> => {
  const began = world.timeline.now()
  const gone = terminated(world)
  await fallAsleep(world, rest)
  await wakeUp(world, rest)
  await expectNothing('in the history', untold(world, rest, began, [...terminated(world)].filter((id) => !gone.has(id))))
  // Nodes grow old enough to be taken, and whatever was still on its way arrives.
  world.ticking = false
  await world.pass(11 * 60)
  world.ticking = true
  await expectNothing('after the wake', differences(world.sandbox, world.first))
}

const fallAsleep = async (world: CrashWorld, { sleeping, workersLeft }: Rest): Promise<void> => {
  const { timeline, registry, sandbox, first } = world
  world.gate.stage = 'asleep:'
  const hold = { as: 'asleep', until: later(timeline.now(), 7 * 86_400), by: 'the test' } as const
  for (const name of sleeping) await registry.environments.change(`us-dev/${name}`, { set: { hold, lease: undefined, dueAt: timeline.now() } })
  await until(world, 'everything sleeps and its nodes are off the bill', async () => {
    const { environments, pools, system } = await registry.inCluster('us-dev')
    const gone = pools.every(({ name, leaving }) => Object.keys(leaving).length === 0 && running(world, name) === (name === 'workers' ? workersLeft : 0))
    return (system === undefined || (system.phase === 'asleep' && system.claim === undefined)) && environments.every(({ name, phase, claim }) => !sleeps(sleeping, name) || (phase === 'asleep' && claim === undefined)) && gone && asksForNothing(world, sleeping)
  })
  await expectNothing('asleep', lostOriginals(sandbox, first))
}

const sleeps = (sleeping: Rest['sleeping'], name: string | undefined): boolean => sleeping.some((each) => each === name)

const wakeUp = async (world: CrashWorld, { sleeping }: Rest): Promise<void> => {
  const { registry, sandbox, first } = world
  world.gate.stage = 'awake:'
  const asleep = new Set<string>(sleeping)
  await until(world, 'everything is awake and as on the first day', async () => {
    const { environments, system } = await registry.inCluster('us-dev')
    for (const { name, phase } of environments) {
      if (phase !== 'asleep') asleep.delete(name)
      // Whoever got no answer, and finds it asleep still, clicks again.
      if (asleep.has(name)) await world.click(name).catch(() => {})
    }
    return [...environments, ...(system === undefined ? [] : [system])].every(({ phase, claim }) => phase === 'awake' && claim === undefined) && (await differences(sandbox, first)).length === 0
  })
}

const until = async (world: CrashWorld, what: string, done: () => Promise<boolean>): Promise<void> => {
  const { workers } = world
  for (let waited = 0, deaths = workers.deaths; waited < DEADLINE_SECONDS; waited = deaths === workers.deaths ? waited + LOOK_SECONDS : 0) {
    deaths = workers.deaths
    if (await done()) return
    await world.pass(LOOK_SECONDS)
  }
  const records = await world.registry.inCluster('us-dev')
  const left = await differences(world.sandbox, world.first)
  throw new Error(`not so ${DEADLINE_SECONDS / 60} minutes after the last death: ${what}\n${JSON.stringify({ ...records, left }, undefined, 1)}`)
}

/** What happened and stands in the history not at all, or more than once. */
const untold = async ({ registry, cloud }: CrashWorld, { sleeping: environments }: Rest, since: Instant, gone: readonly string[]): Promise<readonly string[]> => {
  const { pools, system } = await registry.inCluster('us-dev')
  const records = [...environments.map((name) => `us-dev/${name}`), ...(system === undefined ? [] : [system.id])]
  const subjects = [...records, ...pools.map(({ name }) => `us-dev/pool/${name}`)]
  const history = (await Promise.all(subjects.map((subject) => registry.history(subject)))).flat().filter(({ at }) => at >= since)
  const left = cloud.instances().filter(({ id }) => gone.includes(id)).map(({ id, pool, instanceType }) => `us-dev/pool/${pool} ${instanceType} ${id} is off`)
  const expected = [...records.flatMap((id) => [`${id} asleep`, `${id} awake`]), ...left]
  return expected.flatMap((begin) => {
    const times = history.filter(({ what, subject, text }) => what === 'phase' && `${subject} ${text}`.startsWith(begin)).length
    return times === 1 ? [] : [`"${begin} …" stands there ${times} times`]
  })
}

const terminated = ({ cloud }: CrashWorld): ReadonlySet<string> =>
  new Set(cloud.instances().flatMap(({ id, state }) => (state === 'terminated' ? [id] : [])))

const running = ({ cloud }: CrashWorld, name: string): number =>
  cloud.instances().filter(({ pool, state }) => pool === name && state !== 'terminated').length

const asksForNothing = ({ cluster }: CrashWorld, sleeping: Rest['sleeping']): boolean =>
  [...cluster.list('apps/v1', 'Deployment'), ...cluster.list('apps/v1', 'StatefulSet'), ...cluster.list('batch/v1', 'CronJob')]
    .filter(({ metadata }) => sleeps(sleeping, metadata.namespace))
    .every(({ spec }) => /"replicas":0|"suspend":true/.test(JSON.stringify(spec)))

const expectNothing = async (when: string, problems: Promise<readonly string[]>): Promise<void> => {
  const found = await problems
  if (found.length > 0) throw new Error(`the checker found, ${when}:\n${found.join('\n')}`)
}
