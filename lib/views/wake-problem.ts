import { iso } from '../domain/time.ts'
import { type EnvironmentSight, stagesOf, wakeTimes, withoutSecrets, type Words, wordsFor } from './wake-words.ts'

/** Where a problem document is given: its status, and the path that was asked for. */
export interface Occurrence {
  readonly status: number
  readonly instance: string
}

/** Of an environment, also where to ask again, relative to where this was asked. */
interface EnvironmentOccurrence extends Occurrence {
  readonly statusUrl: string
}

/** A problem document (RFC 9457) that says a few words and no more. */
export const shortProblem = (words: Words, occurrence: Occurrence): string => JSON.stringify(core(words, occurrence))

/**
 * What a program is told that comes to a sleeping environment. `wakeSeconds` holds null until a wake was seen;
 * `progress` is there while it wakes.
 */
export const wakeProblem = (sight: EnvironmentSight, { statusUrl, ...occurrence }: EnvironmentOccurrence): string => {
  const { id, phase, since, decision, lease, problem, terms } = sight.environment
  return JSON.stringify({
    ...core(wordsFor(sight), occurrence),
    environment: id,
    phase,
    since: iso(since),
    statusUrl,
    wakeSeconds: wakeTimes(sight.environment) ?? { p50: null, p90: null },
    ...(phase === 'waking' ? { progress: progressOf(sight) } : {}),
    ...(decision === undefined ? {} : { reason: withoutSecrets(decision.reason) }),
    ...(lease === undefined ? {} : { awakeUntil: iso(lease.until) }),
    ...(problem === undefined ? {} : { problem: { text: withoutSecrets(problem.text), since: iso(problem.since), times: problem.times } }),
    ...(terms.contact === undefined ? {} : { contact: terms.contact }),
  })
}

const core = ({ kind, title, detail }: Words, { status, instance }: Occurrence) =>
  ({ type: `tag:catnap.dev,2026:wake/${kind}`, title, status, detail, instance })

const progressOf = ({ environment }: EnvironmentSight) => {
  const { nodes, workloads, waitingFor } = environment.progress ?? {}
  return {
    stage: stagesOf(environment).find(({ state }) => state === 'now')?.name,
    ...(nodes === undefined ? {} : { nodes }),
    ...(workloads === undefined ? {} : { workloads }),
    ...(waitingFor === undefined ? {} : { waitingFor: withoutSecrets(waitingFor) }),
  }
}
