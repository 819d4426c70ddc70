import type { Instant } from '../time.ts'

/**
 * What became of one recipient's mail for one period. `sending`: SES was asked and has not answered; after a crash it
 * stays so, and the mail is not sent again, because it may have gone. `failed`: SES refused; tried again until `times`
 * is spent. Never two mails for one key.
 */
export interface Sending {
  /** As `reportKey` names it. */
  readonly key: string
  /** The name of the report in the intent. */
  readonly recipient: string
  readonly state: 'sending' | 'sent' | 'failed'
  readonly at: Instant
  readonly times: number
  /** What SES calls the mail. */
  readonly messageId?: string
  /** Why it failed, in words. */
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
