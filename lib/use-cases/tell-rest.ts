import type { Environment } from '../domain/environment.ts'
import type { Outside } from './world.ts'

/**
 * What follows once an environment is asleep or awake: the history says so, and the nodes of its cluster are looked at
 * now, not with the next hourly look. Told again, by whoever finds that the first teller was interrupted, it is the same
 * entry: its instant and its words are those of the record.
 */
export const tellRest = async ({ memory, mailbox }: Outside, environment: Environment): Promise<void> => {
  const { id, cluster, clusterArn, since: at, problem } = environment
  await memory.append([{ at, subject: id, what: problem === undefined ? 'phase' : 'problem', text: problem?.text ?? sayRest(environment) }])
  await mailbox.send([{ queue: 'nodes', clusterArn, message: { kind: 'nodes', cluster } }])
}

const sayRest = ({ phase, decision, wakeSeconds }: Environment): string =>
  phase === 'asleep' ? `asleep: ${decision?.reason ?? ''}` : `awake after ${wakeSeconds.at(-1) ?? 0} s`
