import type { Instant } from '../time.ts'

/**
 * How far a mail has come. `waiting`: the ledger does not tell of its period yet. `sending`: SES was asked and has not
 * answered. `sent`: SES took it. `failed`: SES refused it. `unknown`: whoever asked SES died before the answer; it may
 * have gone, so it is not sent again.
 */
type SendingState = 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown'

/** What became of one recipient's mail for one period. Never two mails for one key. */
export interface Sending {
  /** As `reportKey` names it. */
  readonly key: string
  /** The name of the report in the intent. */
  readonly recipient: string
  readonly state: SendingState
  /** When it came into this state. */
  readonly at: Instant
  /** How often SES was asked. */
  readonly times: number
  /** What SES calls the mail. */
  readonly messageId?: string
  /** What is in the way, in words. */
  readonly problem?: string
  /** Not before this is it tried again; absent: not any more. */
  readonly againAt?: Instant
}

/** A report of the intent, as it is delivered: who is told what, and when. */
export interface ReportTerms {
  /** Its name in the intent. */
  readonly name: string
  readonly to: readonly string[]
  /** `Mon 08:00`, `daily 08:00` or `monthly 08:00`, in the fleet's zone. */
  readonly every: string
  /** Globs of environments, `cluster/name`; absent: the whole fleet. */
  readonly environments?: readonly string[]
}
