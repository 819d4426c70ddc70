import type { Activity } from './decide.ts'
import { sayDuration } from './duration.ts'
import { type Environment, heading } from './environment.ts'
import { type Hours, hoursAt } from './hours.ts'
import { askSeconds, lookSeconds } from './look-interval.ts'
import { type Instant, iso, secondsBetween } from './time.ts'

/** What is remembered of the last look for signs of use. */
export type SeenActivity = Activity & { readonly at: Instant }

/** What is remembered is believed for so many intervals: one look may be late or fail, then it is old. */
const BELIEVED_INTERVALS = 2

/**
 * What is known of an environment's use at an instant: the last look at it, while that is worth anything. What sleeps for
 * idleness stays so until its window closes: asleep nothing can be seen of it, which tells nothing.
 */
export const seenActivity = (environment: Environment, hours: Hours, holidays: readonly string[], now: Instant): Activity => {
  const { terms: { idle }, phase, since, activity } = environment
  if (idle === undefined) return { seen: 'not-asked' }
  if (heading(phase) === 'asleep') return wentIdle(activity, hours, holidays, now) ?? { seen: 'not-asked' }
  if (phase === 'waking' || secondsBetween(since, now) < idle.afterSeconds) {
    return { seen: 'unknown', why: `not awake for ${sayDuration(idle.afterSeconds)} yet` }
  }
  if (activity === undefined || activity.at < since) return { seen: 'unknown', why: `it was not looked at since it woke at ${iso(since)}` }
  const believedSeconds = BELIEVED_INTERVALS * (activity.seen === 'idle' ? lookSeconds([environment]) : askSeconds(idle))
  if (secondsBetween(activity.at, now) <= believedSeconds) return activity
  return { seen: 'unknown', why: `it was last looked at at ${iso(activity.at)}, more than ${sayDuration(believedSeconds)} ago` }
}

/** The idleness it was sent to sleep for, while the window in which that was seen is open. */
const wentIdle = (activity: SeenActivity | undefined, hours: Hours, holidays: readonly string[], now: Instant): Activity | undefined => {
  if (activity?.seen !== 'idle') return undefined
  const { awake, next } = hoursAt(hours, activity.at, holidays)
  return awake && (next === null || now < next.at) ? activity : undefined
}
