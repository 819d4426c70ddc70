import { type Instant, later } from '../time.ts'
import type { IdleTerms } from './idle-terms.ts'

/** CloudWatch is asked by five minutes: it keeps that grain for 63 days, that of a minute for 15. */
export const PERIOD_SECONDS = 300

/**
 * CloudWatch shows a minute one to three minutes after it is over. A period counts once it ended so long ago: before,
 * what is absent may still come.
 */
const SETTLED_SECONDS = 180

/** From when on CloudWatch must be asked, so that idleness can be judged at `now`: whole periods, all of them settled. */
export const watchBegins = ({ afterSeconds }: IdleTerms, now: Instant): Instant =>
  later(settledUntil(now), -Math.max(1, Math.ceil(afterSeconds / PERIOD_SECONDS)) * PERIOD_SECONDS)

/** Up to when periods are settled. */
export const settledUntil = (now: Instant): Instant => periodOf(later(now, -SETTLED_SECONDS))

/** The beginning of the period an instant is in. */
export const periodOf = (at: Instant): Instant =>
  (Math.floor(at / (PERIOD_SECONDS * 1000)) * PERIOD_SECONDS * 1000) as Instant

/** The beginnings of the periods from one (included) to another (not included). */
export const periodsBetween = (from: Instant, to: Instant): readonly Instant[] =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / (PERIOD_SECONDS * 1000))) }, (_, index) =>
    later(from, index * PERIOD_SECONDS),
  )
