import type { Instant } from '../time.ts'

/** What became of asking for the bill on one day. Each request costs, so a day asks once, and a few times where it must. */
export interface BillQuestion {
  /** `YYYY-MM-DD` in the zone of the fleet. */
  readonly day: string
  readonly at: Instant
  readonly tries: number
  /** How many requests were made; one that was begun and never ended counts as one. */
  readonly requests: number
  readonly answered: boolean
  /** What could not be asked or read, in words. */
  readonly problems: readonly string[]
}
