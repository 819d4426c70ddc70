import type { Decision } from '../domain/decide.ts'
import { type Environment, heading } from '../domain/environment.ts'
import { phaseFact } from '../domain/journal/phase-fact.ts'
import type { HistoryEntry } from '../domain/history.ts'
import type { Outside } from './world.ts'

/** Turns the phase towards the decision under a new epoch; undefined when somebody else changed the mind meanwhile. */
export const turnPhase = async ({ clock, memory }: Pick<Outside, 'clock' | 'memory'>, environment: Environment, decision: Decision): Promise<Environment | undefined> => {
  if (heading(environment.phase) === decision.desired) return environment
  const now = clock.now()
  const turned = await memory.environments.change(environment.id, {
    set: {
      phase: decision.desired === 'awake' ? 'waking' : 'falling-asleep',
      since: now, epoch: environment.epoch + 1, decision, progress: undefined, problem: undefined, dueAt: now,
    },
    when: { epoch: environment.epoch, phase: environment.phase },
  })
  if (turned !== undefined) await memory.append([{ ...decisionEntry(environment, decision, true), at: now, ...phaseFact(turned, environment.phase) }])
  return turned
}

/** A decision as the history has it. */
export const decisionEntry = ({ id, phase }: Environment, { desired, reason }: Decision, acts: boolean): Omit<HistoryEntry, 'at'> => ({
  subject: id,
  what: 'decision',
  text: `${desired}${acts ? '' : ` (not acted on, ${phase})`}: ${reason}`,
})
