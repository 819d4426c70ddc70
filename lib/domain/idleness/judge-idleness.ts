import type { Instant } from '../time.ts'
import type { SeenDoings } from './doings.ts'
import type { IdleTerms } from './idle-terms.ts'
import { judgeCpu, type QuietCpu } from './judge-cpu.ts'
import { judgeDeployments, type KnownRevision, nextRevision } from './judge-deployments.ts'
import { judgeJobs } from './judge-jobs.ts'
import { judgeNetwork, type NamespaceNetwork } from './judge-network.ts'
import { judgeQuery, type QueryAnswer } from './judge-query.ts'
import { judgeRequests, type TargetGroupTraffic } from './judge-requests.ts'
import { together, type Verdict } from './verdict.ts'

/** What earlier looks left behind, for the signals that know only an instant. */
export interface Traces {
  readonly quietCpu?: QuietCpu
  readonly revision?: KnownRevision
}

/** What a look at an environment found. */
export interface Evidence {
  readonly idle: IdleTerms
  /** Since when the environment is awake: what was before is of another waking. */
  readonly awakeSince: Instant
  /** How long from one look to the next. */
  readonly lookSeconds: number
  readonly doings: SeenDoings
  readonly traces: Traces
}

/** What was asked besides, where the intent names it: a source that did not answer is an empty map or a problem. */
export interface Answers {
  readonly groups: ReadonlyMap<string, TargetGroupTraffic> | { readonly problem: string }
  readonly networks: ReadonlyMap<string, NamespaceNetwork>
  readonly query: QueryAnswer
}

/** What each look notes, whether or not the environment can be idle yet. */
export interface Look {
  readonly traces: Traces
  /** What the cluster itself tells: CPU, Jobs, deployments, of those that count. */
  readonly verdicts: readonly Verdict[]
}

/** What the cluster itself tells of an environment, and what is to be remembered of it. */
export const lookAtDoings = ({ idle, awakeSince, lookSeconds, doings, traces }: Evidence, now: Instant): Look => {
  const { afterSeconds, cpuBelowMilli, jobs, deployments } = idle
  if ('problem' in doings) {
    const named = [...(cpuBelowMilli === undefined ? [] : ['CPU']), ...(jobs === false ? [] : ['Jobs']), ...(deployments === false ? [] : ['deployments'])]
    const verdicts: readonly Verdict[] = named.length === 0 ? [] : [{ seen: 'unknown', why: `${named.join(', ')}: ${doings.problem}` }]
    // What was quiet before a look that failed is not known to be so still; what was deployed is told by the next one.
    return { verdicts, traces: traces.revision === undefined ? {} : { revision: traces.revision } }
  }
  const cpu = cpuBelowMilli === undefined ? undefined : judgeCpu({ afterSeconds, belowMilli: cpuBelowMilli, awakeSince, lookSeconds }, traces.quietCpu, doings, now)
  const revision = deployments === false ? undefined : nextRevision(traces.revision, doings, now)
  return {
    verdicts: [
      ...(cpu === undefined ? [] : [cpu.verdict]),
      ...(jobs === false ? [] : [judgeJobs(doings)]),
      ...(revision === undefined ? [] : [judgeDeployments(idle, revision, now)]),
    ],
    traces: { ...(cpu?.quiet === undefined ? {} : { quietCpu: cpu.quiet }), ...(revision === undefined ? {} : { revision }) },
  }
}

/** Whether anybody needs an environment: what the cluster itself tells, and of all else what the intent names (docs/intent.md, `idle`). */
export const judgeIdleness = ({ idle, awakeSince, doings }: Evidence, seen: readonly Verdict[], { groups, networks, query }: Answers, now: Instant): Verdict => {
  const { belowPerMinute, networkBelowBytesPerSecond, prometheus } = idle
  const found = 'problem' in doings ? new Map() : doings
  return together([
    ...(belowPerMinute === undefined ? [] : ['problem' in groups ? unknown(groups.problem) : judgeRequests({ idle: { ...idle, belowPerMinute }, awakeSince, groups }, now)]),
    ...(networkBelowBytesPerSecond === undefined ? [] : [judgeNetwork({ idle: { ...idle, networkBelowBytesPerSecond }, awakeSince, networks, doings: found }, now)]),
    ...(prometheus === undefined ? [] : [judgeQuery(idle, prometheus, awakeSince, query, now)]),
    ...seen,
  ])
}

const unknown = (why: string): Verdict => ({ seen: 'unknown', why })
