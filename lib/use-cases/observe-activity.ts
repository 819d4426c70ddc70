import pMap from 'p-map'
import { parseHours } from '../domain/hours.ts'
import type { SeenDoings } from '../domain/idleness/doings.ts'
import type { IdleTerms } from '../domain/idleness/idle-terms.ts'
import { type Evidence, judgeIdleness, type Look as SeenLook, lookAtDoings } from '../domain/idleness/judge-idleness.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { isToAsk, lookSeconds } from '../domain/look-interval.ts'
import { seenActivity } from '../domain/seen-activity.ts'
import { endsWarning } from '../domain/warning.ts'
import type { SeenNamespaces } from '../ports.ts'
import { askSources, type Sources } from './ask-sources.ts'
import type { AwakeEnvironment, Look } from './observe.ts'

/** Records written at once. */
const AT_ONCE = 8

/** An environment that may sleep for idleness, and what the cluster itself tells of it. */
export interface Watched extends AwakeEnvironment {
  readonly idle: IdleTerms
  readonly evidence: Evidence
  readonly seen: SeenLook
}

/**
 * Looks whether anybody uses the environments that may sleep for idleness, and notes it. What a look sees for nothing is
 * remembered each time; what is paid for is asked at most each third of `idle.after`. What turned idle is due at once. No
 * answer is noted too: it is not idleness (law 6).
 *
 * @throws what could not be asked, once all else was noted
 */
export const observeActivity = async (look: Look, awake: readonly AwakeEnvironment[], found: SeenNamespaces | { readonly problem: string }): Promise<void> => {
  const watched = awake.flatMap((each) => watch(look, each, found))
  const asked = watched.filter(({ environment }) => isToAsk(environment, look.now))
  const sources = await askSources(look, asked)
  await pMap(watched, (each) => note(look, each, asked.includes(each) ? sources : undefined), { concurrency: AT_ONCE })
  if (sources.problems.length > 0) throw new Error(sources.problems.join('; '))
}

const watch = ({ now }: Look, { environment, namespaces }: AwakeEnvironment, found: SeenNamespaces | { readonly problem: string }): readonly Watched[] => {
  const { terms: { idle }, since, traces = {} } = environment
  if (idle === undefined) return []
  const evidence: Evidence = { idle, awakeSince: since, lookSeconds: lookSeconds([environment]), doings: doingsIn(namespaces, found), traces }
  return [{ environment, namespaces, idle, evidence, seen: lookAtDoings(evidence, now) }]
}

const doingsIn = (namespaces: readonly string[], found: SeenNamespaces | { readonly problem: string }): SeenDoings => {
  if ('problem' in found) return found
  const missing = namespaces.find((namespace) => !found.doings.has(namespace))
  if (missing !== undefined) return { problem: `namespace ${missing} was not looked at` }
  return new Map(namespaces.flatMap((namespace) => {
    const doings = found.doings.get(namespace)
    return doings === undefined ? [] : [[namespace, doings] as const]
  }))
}

const note = async ({ world: { memory }, fleet, now }: Look, { environment, evidence, seen, ...each }: Watched, sources: Sources | undefined): Promise<void> => {
  const { id, epoch, terms } = environment
  const traces = isDeepEqual(seen.traces, environment.traces ?? {}) ? {} : { traces: seen.traces }
  const when = { epoch, phase: 'awake' } as const
  if (sources === undefined) {
    if ('traces' in traces) await memory.environments.change(id, { set: traces, when })
    return
  }
  const activity = { ...judgeIdleness(evidence, seen.verdicts, sources.answersFor(each), now), at: now }
  const before = seenActivity(environment, parseHours(terms.hours, terms.timezone), fleet.holidays, now)
  const over = activity.seen === 'active' && endsWarning(environment, now) ? { warned: undefined } : {}
  const turned = (before.seen === 'idle') !== (activity.seen === 'idle')
  await memory.environments.change(id, { set: { ...traces, activity, ...over, ...(turned ? { dueAt: now } : {}) }, when })
}
