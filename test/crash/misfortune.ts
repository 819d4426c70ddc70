import type { Dice } from '../../lib/sandbox/dice.ts'
import type { Call, Fate, Refusal } from './gate.ts'
import type { RunningFunctions } from './start-functions.ts'

/** What was done to the workers of one run. */
export interface Blows {
  kills: number
  /** Calls refused, and calls that took effect but lost their answer. */
  refusals: number
  heldUp: number
  /** Of those held up, the ones that slept through the end of their slice and then went on. */
  overslept: number
}

/** Of one that begins. */
export const NO_BLOWS: Readonly<Blows> = { kills: 0, refusals: 0, heldUp: 0, overslept: 0 }

const USUAL_REFUSALS: readonly Refusal[] = ['throttle', 'fail', 'conflict', 'drop']

/** Calls that are met by each kind of misfortune. */
const SHARE = { kill: 0.004, refuse: 0.008, holdUp: 0.004, loseAnswer: 0.004 } as const

/** A worker is held up no longer than its function may run: 90 s. */
const LONGEST_HOLD_UP_SECONDS = 80

/** So long a worker goes on before it hands over (DESIGN §4). */
const SLICE_SECONDS = 60

/** Kills, hold-ups, refusals and lost answers at calls the dice choose. `blows` is counted up, `killed` told of each kill. */
export const misfortune = (world: Pick<RunningFunctions, 'workers' | 'isLate' | 'holdUp'>, roll: Dice, blows: Blows, killed: (when: string) => Promise<void>, refusals = USUAL_REFUSALS): Fate => {
  let calls = 0
  const kill = async (when: string): Promise<'drop'> => {
    blows.kills += 1
    await world.workers.kill()
    await killed(when)
    return 'drop'
  }
  const before = async ({ place, turn }: Call): Promise<Refusal | undefined> => {
    calls += 1
    if (world.isLate()) return undefined
    const drawn = roll(0, 1, 'before', calls)
    if (drawn < SHARE.kill) return kill(`killed before ${place}`)
    if (drawn < SHARE.kill + SHARE.refuse) {
      blows.refusals += 1
      return refusals[Math.floor(roll(0, refusals.length, 'refusal', calls))]
    }
    if (drawn < SHARE.kill + SHARE.refuse + SHARE.holdUp && turn.startsWith('rec')) {
      const seconds = roll(1, LONGEST_HOLD_UP_SECONDS, 'held up', calls)
      blows.heldUp += 1
      if (seconds > SLICE_SECONDS) blows.overslept += 1
      await world.holdUp(seconds)
    }
    return undefined
  }
  const after = async ({ place }: Call): Promise<'drop' | undefined> => {
    if (world.isLate()) return undefined
    const drawn = roll(0, 1, 'after', calls)
    if (drawn < SHARE.kill) return kill(`killed after ${place}`)
    if (drawn > SHARE.kill + SHARE.loseAnswer) return undefined
    blows.refusals += 1
    return 'drop'
  }
  return { before, after }
}
