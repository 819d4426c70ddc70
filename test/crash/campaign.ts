import { type Instant, later } from '../../lib/domain/time.ts'
import type { Timeline } from '../../lib/sandbox/timeline.ts'
import type { Call, Gate } from './gate.ts'
import type { RunningFunctions } from './start-functions.ts'

/** A world whose workers are killed, and how to see that nothing is lost. */
export interface CampaignWorld extends Pick<RunningFunctions, 'workers' | 'onEnd'> {
  readonly timeline: Timeline
  readonly gate: Gate
  pass(seconds: number): Promise<void>
  /** Everything falls asleep and wakes. Throws an Error that says what is not as it must be. */
  cycle(): Promise<void>
  /** What is not as on the first day and has lost its original in one of its two places. */
  lostOriginals(): Promise<readonly string[]>
  close(): Promise<void>
}

/** The place of a call at which kills are owed; undefined: none are there. */
export type Places = (call: Call) => string | undefined

/** Which kills a campaign owes, and where. */
interface CampaignOptions {
  readonly start: () => Promise<CampaignWorld>
  /** Worlds side by side. */
  readonly worlds: number
  readonly at: Places
  /** Cycles without kills that tell the places: what only one of them came by is none. Default 1. */
  readonly calmCycles?: number
  /** Told how far it has come. */
  readonly tell?: (line: string) => void
}

/** What a campaign found. */
interface Campaign {
  /** Calls of a sleep and a wake in which nobody is killed, and the places in the work at which they are made. */
  readonly calls: number
  readonly places: number
  readonly kills: number
  readonly cycles: number
  readonly problems: readonly string[]
  /** Places where no kill came about, however often it was tried. */
  readonly missed: readonly string[]
}

/** Cycles in one world before it is built anew: its table and its cloud remember all that ever was. */
const CYCLES_PER_WORLD = 8

/** So long a dead worker's claim stands in the way of the next (DESIGN §4). */
const CLAIM_SECONDS = 100

/** So often one turn is killed before it is let through: everything must come to its end within its deadline. */
const MOST_IN_A_ROW = 5

/** So many new worlds in a row without a single kill, and the places left are given up. */
const FRUITLESS_WORLDS = 3

/** A campaign that found so many problems knows enough. */
const ENOUGH_PROBLEMS = 5

/** What asks and changes nothing. A worker that dies at it leaves what it found. */
const ASKS = /^(?:GET |GetItem|BatchGetItem|Query|\w+ (?:Describe|List|Get))/

/** What the same function calls after the same changes is one place, whichever environment it is for and however often it looks again while it waits. */
export const everyCall: Places = ({ place }) => place

/** The same for calls that change something. */
export const everyChange: Places = ({ place, what }) => (ASKS.test(what) ? undefined : place)

/**
 * Kills a worker at every call of a sleep and a wake of environments with their nodes, or at every one that changes
 * something, before it is handled and after it took effect. First a cycle without kills tells the places: what the same
 * function calls after the same changes is one place, whichever environment it is for and however often it looks again
 * while it waits. Then cycles go on until each place has had both kills. One cycle takes many: whoever was killed is left
 * in peace until the claim it left behind is over, and after some kills in a row until a turn ran to its end.
 */
export const campaign = async ({ start, worlds, at, calmCycles = 1, tell = () => {} }: CampaignOptions): Promise<Campaign> => {
  const places = await placesOf(await start(), calmCycles, at)
  tell(`kills are owed at ${places.size} places`)
  const state: State = { ...shared([...places.keys()], worlds), kills: 0, cycles: 0, problems: [], at, tell }
  await Promise.all(Array.from({ length: worlds }, (_, share) => killUntilDone(start, state, share)))
  const calls = [...places.values()].reduce((sum, times) => sum + times, 0)
  const missed = Object.entries(state.left).flatMap(([point, left]) => [...left.keys()].map((place) => `${point} ${place}`))
  return { calls, places: places.size, kills: state.kills, cycles: state.cycles, problems: state.problems, missed }
}

interface State {
  /** Kills still owed, by place: in which world's share they are. */
  readonly left: Readonly<Record<Point, Map<string, number>>>
  /** How many of them each world has left of its share. */
  readonly owed: number[]
  kills: number
  cycles: number
  readonly problems: string[]
  readonly at: Places
  readonly tell: (line: string) => void
}

type Point = 'before' | 'after'

/** Worlds side by side come by the same places at the same time: each has a share of the kills of every turn. */
const shared = (places: readonly string[], worlds: number): Pick<State, 'left' | 'owed'> => {
  const dealt = (first: number): Map<string, number> => new Map(places.map((place, index) => [place, (first + index) % worlds]))
  const left = { before: dealt(0), after: dealt(1) }
  const all = Object.values(left).flatMap((points) => [...points.values()])
  return { left, owed: Array.from({ length: worlds }, (_, share) => all.filter((each) => each === share).length) }
}

const placesOf = async (world: CampaignWorld, cycles: number, at: Places): Promise<ReadonlyMap<string, number>> => {
  let common: ReadonlyMap<string, number> | undefined
  try {
    await world.pass(SETTLES_SECONDS)
    for (let calm = 0; calm < cycles; calm += 1) {
      const places = new Map<string, number>()
      world.gate.fate = {
        before: async (call) => {
          const place = at(call)
          if (place !== undefined) places.set(place, (places.get(place) ?? 0) + 1)
          return undefined
        },
      }
      await world.cycle()
      common = new Map([...(common ?? places)].filter(([place]) => places.has(place)))
    }
  } finally {
    await world.close()
  }
  return common ?? new Map()
}

/** The first ticks find everything awake, and the reclaim learns the pools. */
const SETTLES_SECONDS = 120

const killUntilDone = async (start: () => Promise<CampaignWorld>, state: State, share: number): Promise<void> => {
  for (let fruitless = 0; fruitless < FRUITLESS_WORLDS && isLeft(state) && state.problems.length < ENOUGH_PROBLEMS;) {
    const before = state.kills
    const killer = killerIn(await start(), state, share)
    try {
      await killer.run()
    } catch (error) {
      note(state, `${error instanceof Error ? error.message : String(error)}\nkilled in this cycle:\n  ${killer.killed.join('\n  ')}`)
    } finally {
      await killer.close()
    }
    fruitless = state.kills === before ? fruitless + 1 : 0
  }
}

/** Tells of a problem at once: the end of a campaign may be long in coming. */
const note = ({ problems, tell }: State, problem: string): void => {
  problems.push(problem)
  tell(problem)
}

const isLeft = ({ left }: State): boolean => left.before.size > 0 || left.after.size > 0

/** Takes a kill that is still owed at a place: one of its own share, or of anybody's once that is done. Answers whether there was one. */
const take = ({ left, owed }: State, share: number, point: Point, place: string): boolean => {
  const owner = left[point].get(place)
  if (owner === undefined || (owner !== share && owed[share] !== 0)) return false
  left[point].delete(place)
  owed[owner] = (owed[owner] ?? 0) - 1
  return true
}

/** Sits at the gate of a world and kills where a kill is still owed. */
const killerIn = (world: CampaignWorld, state: State, share: number) => {
  /** Turns that were killed: until when their claim stands, and how often in a row. */
  const struck = new Map<string, { readonly until: Instant; readonly times: number }>()
  const killed: string[] = []
  const killHere = async (point: Point, call: Call): Promise<'drop' | undefined> => {
    const { turn } = call
    const place = state.at(call)
    const now = world.timeline.now()
    const { until = now, times = 0 } = struck.get(turn) ?? {}
    if (place === undefined || now < until || times === MOST_IN_A_ROW || !take(state, share, point, place)) return undefined
    state.kills += 1
    struck.set(turn, { until: turn.startsWith('rec') ? later(now, CLAIM_SECONDS) : now, times: times + 1 })
    killed.push(`${point} ${place}`)
    await world.workers.kill()
    for (const problem of await world.lostOriginals()) note(state, `${problem}\nright after a kill ${point} ${place}`)
    return 'drop'
  }
  const run = async (): Promise<void> => {
    await world.pass(SETTLES_SECONDS)
    world.gate.fate = { before: (call) => killHere('before', call), after: (call) => killHere('after', call) }
    world.onEnd((turn) => world.timeline.now() >= (struck.get(turn)?.until ?? 0) && struck.delete(turn))
    for (let turn = 0; turn < CYCLES_PER_WORLD && isLeft(state); turn += 1) {
      killed.length = 0
      await world.cycle()
      state.cycles += 1
      state.tell(`${state.kills} kills in ${state.cycles} cycles, ${state.left.before.size + state.left.after.size} owed still`)
      if (killed.length === 0) return
    }
  }
  return { run, killed, close: () => world.close() }
}
