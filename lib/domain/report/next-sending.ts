import { type Instant, iso, later, secondsBetween } from '../time.ts'
import type { Sending } from './sending.ts'

/** Hours after which a mail that failed is tried again: with the first, five tries within 15 hours. */
const PAUSE_HOURS = [1, 2, 4, 8] as const

/** Less than the hour by so much, so that a run that comes a little early is not one too early. */
const SLACK_SECONDS = 600

/** How long a mail waits for the ledger of its period. */
const PATIENCE_SECONDS = 86_400

/** No worker lives so long: a `sending` that is older was left by one that died. */
const ANSWER_SECONDS = 15 * 60

/** A mail that is due: one recipient, one period. */
export interface DueMail {
  /** As `reportKey` names it. */
  readonly key: string
  readonly recipient: string
  readonly dueAt: Instant
  /** No mail of this report is on record. */
  readonly isFirst: boolean
}

/**
 * Whether the ledger tells of a period: all of it, part of it, nothing, or not even of the period before; and, where not
 * all, what is missing.
 */
export type Readiness =
  | { readonly ledger: 'closed' }
  | { readonly ledger: 'open' | 'empty' | 'none'; readonly missing: string }

/** Whether something may still be done about a mail: else there is no use in reading the ledger for it. */
export const isOpen = (before: Sending | undefined, now: Instant): boolean =>
  before === undefined || (before.againAt !== undefined && before.againAt <= now)

/** Whether a mail is sent now. If not, what is to be written of it; nothing where there is nothing it could tell of yet. */
export type NextSending = { readonly do: 'send'; readonly sending: Sending } | { readonly do: 'keep'; readonly sending?: Sending }

/**
 * What to do about a mail that is open. It waits a day for a ledger that is not closed; after that a report on part of
 * the period is better than none, and on nothing there is none.
 */
export const nextSending = ({ key, recipient, dueAt, isFirst }: DueMail, before: Sending | undefined, readiness: Readiness, now: Instant): NextSending => {
  const times = before?.times ?? 0
  const isLate = secondsBetween(dueAt, now) > PATIENCE_SECONDS
  if (readiness.ledger === 'closed' || (readiness.ledger === 'open' && isLate)) {
    return { do: 'send', sending: { key, recipient, state: 'sending', at: now, times: times + 1 } }
  }
  const { ledger, missing } = readiness
  // The fleet is younger than the period; or its ledger was never kept, and then the alarms of `account` tell.
  if (before === undefined && isFirst && ledger === 'none') return { do: 'keep' }
  if (!isLate) {
    const at = before?.state === 'waiting' ? before.at : now
    return { do: 'keep', sending: { key, recipient, state: 'waiting', at, times, problem: missing, againAt: later(now, 3600 - SLACK_SECONDS) } }
  }
  // Nobody waited for it: the report was not there when it was due.
  if (before === undefined) return { do: 'keep' }
  return { do: 'keep', sending: { key, recipient, state: 'failed', at: now, times, problem: `a day after it was due, ${missing}` } }
}

/**
 * A mail that SES did not take: to be tried again, or, the tries being spent, not any more. Also where SES refused an
 * address for good: somebody may verify it.
 */
export const failedSending = ({ key, recipient, times }: Sending, problem: string, now: Instant): Sending => {
  const hours = PAUSE_HOURS[times - 1]
  const failed: Sending = { key, recipient, state: 'failed', at: now, times, problem }
  return hours === undefined ? failed : { ...failed, againAt: later(now, hours * 3600 - SLACK_SECONDS) }
}

/** A mail that may have gone, so it is not sent again. */
export const unknownSending = ({ key, recipient, times, at }: Sending, why: string, now: Instant): Sending =>
  ({ key, recipient, state: 'unknown', at: now, times, problem: `SES was asked at ${iso(at)}, and ${why}: it may have gone, so it is not sent again` })

/** A mail left by a worker that died while SES was asked; undefined where that is not so. */
export const lostSending = (sending: Sending, now: Instant): Sending | undefined =>
  sending.state === 'sending' && secondsBetween(sending.at, now) > ANSWER_SECONDS
    ? unknownSending(sending, 'whoever asked was interrupted before the answer', now)
    : undefined

/** What to write of a mail of an earlier period than the one due now; undefined where all is said. */
export const overtakenSending = (earlier: Sending, now: Instant): Sending | undefined => {
  const { againAt, ...rest } = earlier
  if (againAt === undefined) return lostSending(earlier, now)
  return { ...rest, state: 'failed', at: now, problem: `given up, as the next is due: ${earlier.problem ?? 'no reason on record'}` }
}
