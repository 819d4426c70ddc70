import { sayDuration } from '../duration.ts'
import { type Instant, iso, later } from '../time.ts'
import type { IdleTerms } from './idle-terms.ts'
import { PERIOD_SECONDS, periodOf, periodsBetween, settledUntil, watchBegins } from './period.ts'
import type { Verdict } from './verdict.ts'

/** A signal that is measured by periods. */
export interface PeriodicSignal {
  readonly idle: IdleTerms
  /** What was before is of another waking. */
  readonly awakeSince: Instant
  /** From this rate on somebody is there. */
  readonly limit: number
  /** What is known of the period that begins at an instant. */
  readonly rateAt: (from: Instant) => number
  readonly sayRate: (rate: number) => string
  /** Why these periods are not known whole; undefined: they are. */
  readonly gapIn: (periods: readonly Instant[]) => string | undefined
  readonly sayUnknown: (why: string) => string
  readonly sayIdle: (most: number, since: Instant) => string
}

/**
 * What such a signal says (DESIGN law 6). Idle only when for the whole of `idle.after`, all of it since the environment woke,
 * each period is known whole and stayed below the limit. As much as the limit in any period is active, whatever else is missing.
 */
export const judgePeriods = ({ idle, awakeSince, limit, rateAt, sayRate, gapIn, sayUnknown, sayIdle }: PeriodicSignal, now: Instant): Verdict => {
  const begin = watchBegins(idle, now)
  const since = periodOf(begin > awakeSince ? begin : awakeSince)
  const busy = periodsBetween(since, later(now, PERIOD_SECONDS)).findLast((from) => rateAt(from) >= limit)
  if (busy !== undefined) return { seen: 'active', why: `${sayRate(rateAt(busy))} from ${iso(busy)}` }
  const periods = periodsBetween(begin, settledUntil(now))
  const gap = gapIn(periods)
  if (gap !== undefined) return { seen: 'unknown', why: sayUnknown(gap) }
  if (begin < awakeSince) return { seen: 'unknown', why: sayUnknown(`awake since ${iso(awakeSince)}, not yet for ${sayDuration(idle.afterSeconds)} of whole periods`) }
  return { seen: 'idle', why: sayIdle(Math.max(...periods.map(rateAt)), begin) }
}
