import type { FrontOriginal, FrontPlan } from '../domain/front/front.ts'
import type { Outcome } from '../ports.ts'
import { heldStill } from './held-still.ts'
import type { Slice } from './world.ts'

/** How often a front is looked at and changed in one slice until there is nothing left to change. */
const ROUNDS = 6

/** One change to a front, ready to be made. */
export interface FrontChange {
  /** In one sentence. */
  readonly text: string
  /** What is kept in the table before the change, by its key there. */
  readonly keeps?: readonly [key: string, original: FrontOriginal]
  readonly make: () => Promise<Outcome>
}

/** How far it came. `there`: there is nothing left to change. `left`: somebody changed the mind about the environment. */
type FrontStanding = { readonly is: 'there' } | { readonly is: 'left' | 'in-the-way'; readonly text: string }

/** Looks at a front, makes the changes it needs, and looks again until none is left: so what was changed is read back. */
export const leadHosts = async (slice: Slice, look: () => Promise<FrontPlan<FrontChange>>): Promise<FrontStanding> => {
  const { world: { clock, memory, log }, environment: { id } } = slice
  let last = ''
  for (let round = 0; round < ROUNDS; round += 1) {
    const plan = await look()
    if ('problem' in plan) return { is: 'in-the-way', text: plan.problem }
    const { steps } = plan
    if (steps.length === 0) return { is: 'there' }
    if (!(await heldStill(slice))) return { is: 'left', text: 'the mind was changed meanwhile' }
    const originals = new Map(steps.flatMap(({ keeps }) => (keeps === undefined ? [] : [keeps])))
    if (originals.size > 0) await memory.keepFrontOriginals(id, originals)
    const taken: string[] = []
    let refused: string | undefined
    for (const { text, make } of steps) {
      const outcome = await make()
      if (outcome.done) {
        taken.push(text)
        log.info(text, { environment: id })
      } else {
        last = outcome.text
        if (outcome.because === 'refused') refused = outcome.text
      }
    }
    if (taken.length > 0) await memory.append([{ at: clock.now(), subject: id, what: 'steps', text: sayTaken(taken), steps: taken }])
    if (refused !== undefined) return { is: 'in-the-way', text: refused }
  }
  return { is: 'in-the-way', text: `its front was changed by others ${ROUNDS} times in a row${last === '' ? '' : `: ${last}`}` }
}

/** Entries of one instant are told apart by their words. */
const sayTaken = ([first = '', ...others]: readonly string[]): string => (others.length === 0 ? first : `${first}, and ${others.length} more on the front`)
