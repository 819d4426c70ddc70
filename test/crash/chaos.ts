import { later } from '../../lib/domain/time.ts'
import type { Registry } from '../../lib/ports.ts'
import { type Dice, dice } from '../../lib/sandbox/dice.ts'
import type { Timeline } from '../../lib/sandbox/timeline.ts'
import type { Call, Gate, Refusal } from './gate.ts'
import { type Blows, misfortune, NO_BLOWS } from './misfortune.ts'
import { NOBODY, type People } from './people.ts'
import type { RunningFunctions } from './start-functions.ts'

/** A world in which everything may go wrong, and how to see whether the laws hold there. */
export interface OrdealWorld extends Pick<RunningFunctions, 'workers' | 'click' | 'holdUp' | 'isLate'> {
  readonly timeline: Timeline
  readonly gate: Gate
  readonly registry: Registry
  /** The names of its environments; the first is the one somebody wakes and sends back. */
  readonly environments: readonly [string, ...string[]]
  /** What calls are refused with; undefined: what every world does. */
  readonly refusals?: readonly Refusal[]
  pass(seconds: number): Promise<void>
  /** Takes the picture of the first day. Answers what of an earlier person's change is not so any more. */
  begin(roll: Dice): Promise<() => Promise<readonly string[]>>
  lostOriginals(): Promise<readonly string[]>
  differences(): Promise<readonly string[]>
  /** Somebody changes what sleeps, or nobody does. */
  meddle(roll: Dice): Promise<People>
  /** Somebody may be quicker than a call that is on its way. */
  overtake(call: Call, roll: Dice): Promise<void>
  /** What came about since the last time that never may, as law and words. */
  offences(): readonly string[]
}

/** How one run ended. */
export interface Ordeal extends Readonly<Blows> {
  /** What broke a law. */
  readonly broken: readonly string[]
}

const LOOK_SECONDS = 10
const DEADLINE_SECONDS = 2 * 3600
const MOST_CLICKS = 20

/** One run and what it is looked at with. */
interface Run {
  readonly world: OrdealWorld
  readonly roll: Dice
  people: People
  readonly broken: Set<string>
}

/**
 * One sleep and one wake in which everything goes wrong that may: workers are killed and held up at random calls, calls
 * are refused or lose their answer, somebody wakes an environment while it falls asleep and sends it back while it wakes,
 * and somebody changes what sleeps. The laws of DESIGN §5 are looked at all the while.
 */
export const ordeal = async (world: OrdealWorld, seed: number): Promise<Ordeal> => {
  const roll = dice(seed)
  const undone = await world.begin(roll)
  const run: Run = { world, roll, people: NOBODY, broken: new Set() }
  const blows = { ...NO_BLOWS }
  const { before, after } = misfortune(world, roll, blows, (when) => law1(run, when), world.refusals)
  world.gate.fate = {
    before: async (call) => {
      await world.overtake(call, roll)
      return before?.(call)
    },
    after: async (call) => {
      for (const text of world.offences()) run.broken.add(text)
      return after?.(call)
    },
  }
  try {
    await sleepAndWake(run)
    world.gate.fate = {}
    await settle(run, 'as on the first day', async () => (await left(run)).length === 0)
    for (const text of [...(await run.people.overruled()), ...(await undone())]) run.broken.add(`law 4: ${text}`)
  } catch (error) {
    run.broken.add(`${error instanceof Error ? error.message : String(error)}; left: ${(await left(run)).join('; ')}`)
  } finally {
    world.gate.fate = {}
  }
  return { ...blows, broken: [...run.broken].map((text) => `seed ${seed}: ${text}`) }
}

const sleepAndWake = async (run: Run): Promise<void> => {
  const { world, roll } = run
  const [shop] = world.environments
  await hold(world, world.environments)
  await pass(run, roll(10, 120, 'held'))
  if (roll(0, 1, 'turn') < 0.5) {
    await wake(run, shop, roll(0, 1, 'in a hurry') < 0.5)
    await hold(world, [shop])
    await pass(run, roll(10, 60, 'held again'))
  }
  if (roll(0, 1, 'long') < 0.7) {
    await settle(run, 'asleep', async () => (await world.registry.inCluster('us-dev')).environments.every(({ name, phase }) => phase === 'asleep' || !world.environments.includes(name)))
    run.people = await world.meddle(roll)
  }
  await pass(run, roll(0, 200, 'asleep'))
  await law1(run, 'asleep')
  for (const name of world.environments) await wake(run, name, false)
}

const hold = async ({ registry, timeline }: OrdealWorld, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const set = { hold: { as: 'asleep', until: later(timeline.now(), 7 * 86_400), by: 'the test' }, lease: undefined, dueAt: timeline.now() } as const
    await registry.environments.change(`us-dev/${name}`, { set })
  }
}

/** Time passes; what people changed is looked at. */
const pass = async ({ world, people, broken }: Run, seconds: number): Promise<void> => {
  for (const end = later(world.timeline.now(), seconds); world.timeline.now() < end;) {
    await world.pass(LOOK_SECONDS)
    for (const text of await people.overruled()) broken.add(`law 4: ${text}`)
  }
}

/** Law 2: it comes to its end, whatever was in between. */
const settle = async (run: Run, what: string, done: () => Promise<boolean>, also: () => Promise<void> = async () => {}): Promise<void> => {
  const { timeline, registry } = run.world
  for (const end = later(timeline.now(), DEADLINE_SECONDS); timeline.now() < end;) {
    if (await done()) return
    await pass(run, LOOK_SECONDS)
    await also()
  }
  throw new Error(`law 2: not ${what} after ${DEADLINE_SECONDS / 3600} h: ${JSON.stringify(await registry.inCluster('us-dev'))}`)
}

/** Law 3: once the table has the wish it goes up, and never down again. In a hurry nobody waits until it is awake. */
const wake = async (run: Run, name: string, isInAHurry: boolean): Promise<void> => {
  const { world, broken } = run
  const now = () => world.registry.environments.get(`us-dev/${name}`)
  const isUp = async () => ['waking', 'awake'].includes((await now())?.phase ?? '')
  for (let clicks = 0; (await now())?.hold !== undefined || !(await isUp()); clicks += 1) {
    if (clicks === MOST_CLICKS) throw new Error(`law 3: ${name} was clicked ${MOST_CLICKS} times and does not wake`)
    await world.click(name).catch(() => world.pass(LOOK_SECONDS))
  }
  if (isInAHurry) return pass(run, run.roll(0, 30, 'hurry'))
  await settle(run, `awake: ${name}`, async () => (await now())?.phase === 'awake', async () => {
    if (!(await isUp())) broken.add(`law 3: ${name} was sent back to sleep after somebody woke it`)
  })
}

/** Law 1: whatever is not as on the first day has its original in both places, unless a person changed it. */
const law1 = async ({ world, people, broken }: Run, when: string): Promise<void> => {
  for (const lost of await world.lostOriginals()) {
    if (!people.changed.some((key) => lost.startsWith(key))) broken.add(`law 1, ${when}: ${lost}`)
  }
}

/** What is not as on the first day, other than by a person's hand; marks of ours count in any case. */
const left = async ({ world, people }: Run): Promise<readonly string[]> =>
  (await world.differences()).filter((text) => text.includes('still') || !people.changed.some((key) => text.startsWith(key)))
