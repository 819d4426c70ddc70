import type { Environment } from './environment.ts'
import type { IdleTerms } from './idleness/idle-terms.ts'
import { type Instant, secondsBetween } from './time.ts'

/** No cluster is looked at oftener: a look lists its pods, and the balancers count by five minutes. */
const SHORTEST_SECONDS = 5 * 60

/** Nor more seldom while anything is awake: four samples of CPU an hour (FIELD §4: short peaks are missed anyway). */
const LONGEST_SECONDS = 15 * 60

/** While all sleep only its nodes are looked at. No longer than the awake clock bridges (`LONGEST_GAP_SECONDS`). */
const AT_REST_SECONDS = 30 * 60

/**
 * How long until it is asked again whether anybody uses an environment: a third of what it takes to be idle. Every metric
 * asked for costs $0.00001, and oftener would tell nothing sooner that matters (DESIGN §7).
 */
export const askSeconds = ({ afterSeconds }: IdleTerms): number => Math.max(SHORTEST_SECONDS, afterSeconds / 3)

/** How long until a cluster is looked at again: as often as the most impatient of its environments that are awake asks. */
export const lookSeconds = (environments: readonly Pick<Environment, 'phase' | 'terms'>[]): number => {
  const awake = environments.filter(({ phase }) => phase === 'awake')
  if (awake.length === 0) return AT_REST_SECONDS
  return Math.min(LONGEST_SECONDS, ...awake.flatMap(({ terms: { idle } }) => (idle === undefined ? [] : [askSeconds(idle)])))
}

/** A look comes up to a minute after it is due, and may come a minute sooner after the one before. */
const SLACK_SECONDS = 60

/** Whether it is to be asked now if anybody uses an environment: it could be idle, and its last answer is old enough. */
export const isToAsk = ({ terms: { idle }, phase, since, activity }: Environment, now: Instant): boolean => {
  if (idle === undefined || phase !== 'awake' || secondsBetween(since, now) < idle.afterSeconds) return false
  return activity === undefined || activity.at < since || secondsBetween(activity.at, now) >= askSeconds(idle) - SLACK_SECONDS
}
