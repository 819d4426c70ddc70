import pMap from 'p-map'
import { activityOf, type TargetGroupTraffic, watchBegins } from '../domain/activity.ts'
import type { Activity } from '../domain/decide.ts'
import type { Terms } from '../domain/environment.ts'
import { parseHours } from '../domain/hours.ts'
import { isToAsk } from '../domain/look-interval.ts'
import { seenActivity } from '../domain/seen-activity.ts'
import { earliest } from '../domain/time.ts'
import type { AwakeEnvironment, Look } from './observe.ts'

/** Records written at once. */
const AT_ONCE = 8

/** An environment whose requests are asked for. */
interface Asked extends AwakeEnvironment {
  readonly idle: NonNullable<Terms['idle']>
}

/**
 * Asks the balancers whether anybody uses the environments that may sleep for idleness, and notes what they say. What
 * turned idle is due at once. No answer is noted too: it is not idleness (law 6).
 */
export const observeActivity = async (look: Look, awake: readonly AwakeEnvironment[]): Promise<void> => {
  const asked = awake.flatMap(({ environment, namespaces }): readonly Asked[] => {
    const { idle } = environment.terms
    return idle !== undefined && isToAsk(environment, look.now) ? [{ environment, idle, namespaces }] : []
  })
  if (asked.length === 0) return
  try {
    const groups = await countRequests(look, asked)
    await noteAll(look, asked, ({ environment, idle, namespaces }) =>
      activityOf({ idle, awakeSince: environment.since, groups: new Map(namespaces.flatMap((namespace) => groups.get(namespace) ?? [])) }, look.now))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    await noteAll(look, asked, () => ({ seen: 'unknown', why }))
    throw error
  }
}

/** What the target groups that lead into each namespace count, by namespace. */
const countRequests = async ({ world: { traffic }, cluster, access, now }: Look, asked: readonly Asked[]) => {
  const namespaces = [...new Set(asked.flatMap((each) => each.namespaces))]
  const bound = await access.containers.targetGroups(namespaces)
  const arns = [...new Set([...bound.values()].flat())]
  const from = earliest(...asked.map(({ idle }) => watchBegins(idle, now))) ?? now
  const counted = arns.length === 0 ? new Map<string, TargetGroupTraffic>() : await traffic.requests(cluster, arns, from, now)
  return new Map([...bound].map(([namespace, own]) =>
    [namespace, own.map((arn): readonly [string, TargetGroupTraffic] => [arn, counted.get(arn) ?? { problem: 'nothing was answered of it' }])]))
}

const noteAll = async ({ world: { memory }, fleet, now }: Look, asked: readonly Asked[], see: (asked: Asked) => Activity): Promise<void> => {
  await pMap(asked, async (each) => {
    const { environment } = each
    const { id, epoch, terms } = environment
    const activity = { ...see(each), at: now }
    const before = seenActivity(environment, parseHours(terms.hours, terms.timezone), fleet.holidays, now)
    const turned = (before.seen === 'idle') !== (activity.seen === 'idle')
    await memory.environments.change(id, { set: { activity, ...(turned ? { dueAt: now } : {}) }, when: { epoch, phase: 'awake' } })
  }, { concurrency: AT_ONCE })
}
