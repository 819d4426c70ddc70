import type { Instant } from '../../domain/time.ts'

const HOUR_MS = 3_600_000

/** When the clock hour that holds an instant is over; the ledger reckons whole hours. */
export const nextFullHour = (at: Instant): Instant => ((Math.floor(at / HOUR_MS) + 1) * HOUR_MS) as Instant
