import { calendarDate, dayNumber } from '../calendar-date.ts'
import { iso, type Instant } from '../time.ts'
import type { Amount } from './amount.ts'
import { atSecond } from './clock-hour.ts'
import type { Refusal } from './ledger-input.ts'

/** What Cost Explorer said of one subject and day. */
export interface BilledDay {
  /** A pool or a cluster. */
  readonly subject: string
  /** The day, UTC, `YYYY-MM-DD`. */
  readonly day: string
  /** For the invoice. Negative where there are credits. */
  readonly unblendedMicroUsd: number
  /** For allocation: with its part of what commitments cost. */
  readonly amortizedMicroUsd: number
  readonly askedAt: Instant
}

/** What the ledger makes of one subject and day: `billed` of its rows. */
export interface EstimatedDay {
  readonly subject: string
  readonly day: string
  readonly billed: Amount
}

/** Actual less estimate. */
interface Drift {
  readonly microUsd: number
  /** Of the actual; absent where that is 0. */
  readonly percent?: number
}

/** One day beside its bill. `estimated`: the bill may still change, or has not come; `final`: it will not. */
export interface ReconciledDay {
  readonly subject: string
  readonly day: string
  readonly state: 'estimated' | 'final'
  /** Absent: no price was known. */
  readonly estimateMicroUsd?: number
  /** Absent: no data. Never 0 for that. */
  readonly actual?: Pick<BilledDay, 'unblendedMicroUsd' | 'amortizedMicroUsd' | 'askedAt'>
  /** Unblended against the estimate, as that leaves out what commitments pay for. */
  readonly drift?: Drift
  /** When to ask again; absent: not any more. */
  readonly askAgainAt?: Instant
  /** Where things stand, in words. */
  readonly why: string
}

/** A day may settle from so many days after its beginning, and is settled so many days after (FIELD §5: 48 to 72 h). */
const SETTLING_DAYS = 2
const SETTLED_DAYS = 3

/** A day without data is asked for no longer than this: then the filter is wrong rather than the bill late. */
const GIVEN_UP_DAYS = 14

/**
 * Sets a day against its bill: D+2 for a first look, final when a second look from D+2 on says the same, or at D+3
 * (FIELD §5). Cost Explorer's own `Estimated` is true all month long and does not help. No row is "no data", not 0: a
 * wrong filter returns nothing and no error.
 */
export const reconcileDay = (
  estimate: EstimatedDay,
  bill: BilledDay | undefined,
  before: ReconciledDay | undefined,
  now: Instant,
): ReconciledDay | Refusal => {
  const { subject, day } = estimate
  const begins = dayNumber(day)
  if (begins === undefined) return { subject, reason: `found day "${day}", expected YYYY-MM-DD` }
  const bad = bill === undefined ? undefined : mismatch(estimate, bill)
  if (bad !== undefined) return { subject, reason: bad }
  const after = (days: number): Instant => atSecond((begins + days) * 86_400)
  const known = { subject, day, ...(estimate.billed.microUsd === undefined ? {} : { estimateMicroUsd: estimate.billed.microUsd }) }

  if (bill === undefined) {
    if (before?.actual !== undefined) return { ...before, why: `no data this time; kept what was read at ${iso(before.actual.askedAt)}` }
    const again = nextLook(now, after(SETTLING_DAYS))
    const why = now < after(SETTLING_DAYS) ? 'no data yet' : 'no data: the bill is late, or its filter or tag matches nothing'
    return { ...known, state: 'estimated', why, ...(again < after(GIVEN_UP_DAYS) ? { askAgainAt: again } : {}) }
  }
  const { unblendedMicroUsd, amortizedMicroUsd, askedAt } = bill
  const agrees = before?.actual?.unblendedMicroUsd === unblendedMicroUsd && before.actual.amortizedMicroUsd === amortizedMicroUsd &&
    before.actual.askedAt >= after(SETTLING_DAYS) && askedAt > before.actual.askedAt
  const final = before?.state === 'final' || askedAt >= after(SETTLED_DAYS) || agrees
  return {
    ...known,
    state: final ? 'final' : 'estimated',
    actual: { unblendedMicroUsd, amortizedMicroUsd, askedAt },
    ...(estimate.billed.microUsd === undefined ? {} : { drift: driftOf(estimate.billed.microUsd, unblendedMicroUsd) }),
    ...(final ? {} : { askAgainAt: askedAt < after(SETTLING_DAYS) ? after(SETTLING_DAYS) : after(SETTLED_DAYS) }),
    why: final ? `as billed on ${calendarDate(Math.floor(askedAt / 86_400_000))}` : 'read before the bill of the day was settled',
  }
}

const mismatch = ({ subject, day }: EstimatedDay, bill: BilledDay): string | undefined => {
  if (bill.subject !== subject || bill.day !== day) return `found a bill of ${bill.subject} for ${bill.day}, expected one for ${day}`
  const bad = [bill.unblendedMicroUsd, bill.amortizedMicroUsd].find((microUsd) => !Number.isSafeInteger(microUsd))
  return bad === undefined ? undefined : `found a bill of ${bad} micro-dollars, expected a whole number`
}

/** A day later, but not before the data can be there: each question costs $0.01. */
const nextLook = (now: Instant, earliest: Instant): Instant => (now < earliest ? earliest : ((now + 86_400_000) as Instant))

const driftOf = (estimateMicroUsd: number, actualMicroUsd: number): Drift => {
  const microUsd = actualMicroUsd - estimateMicroUsd
  return { microUsd, ...(actualMicroUsd === 0 ? {} : { percent: (100 * microUsd) / Math.abs(actualMicroUsd) }) }
}
