import type { Environment } from '../domain/environment.ts'
import { phaseFact } from '../domain/journal/phase-fact.ts'
import type { Outside } from './world.ts'

/**
 * What follows once an environment is asleep or awake: the history says so, and the nodes of its cluster are looked at
 * now, not with the next hourly look. Told again, by whoever finds that the first teller was interrupted, it is the same
 * entry: its instant and its words are those of the record.
 */
export const tellRest = async ({ memory, mailbox }: Outside, environment: Environment): Promise<void> => {
  const { id, cluster, clusterArn, since: at, problem } = environment
  const told = phaseFact(environment, environment.phase === 'asleep' ? 'falling-asleep' : 'waking')
  const failure = problem === undefined ? [] : [{ at, subject: id, what: 'problem' as const, text: problem.text, fact: { kind: 'failure' as const, at, subject: id, text: problem.text } }]
  await memory.append([{ at, subject: id, what: 'phase', text: sayRest(environment), ...told }, ...failure])
  await mailbox.send([{ queue: 'nodes', clusterArn, message: { kind: 'nodes', cluster } }])
}

const sayRest = ({ phase, decision, problem, wakeSeconds }: Environment): string => {
  if (phase === 'asleep') return `asleep: ${decision?.reason ?? ''}`
  return problem === undefined ? `awake after ${wakeSeconds.at(-1) ?? 0} s` : 'awake, not all of it ready'
}
