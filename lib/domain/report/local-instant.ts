import type { Zone } from '../hours/zone.ts'
import type { Instant } from '../time.ts'

const MS_PER_DAY = 86_400_000
const MS_PER_MINUTE = 60_000

/** Zones lie within 14 h of UTC, and one has skipped a day; changes of the clocks are a week apart. */
const BEYOND_ANY_OFFSET_MS = 2 * MS_PER_DAY

/**
 * When the clocks of a zone show a minute of a local day (days since 1970-01-01). Shown twice: the first time. Never
 * shown: as far behind the jump as it would have been, so a day without a midnight begins at its 01:00. Rule:
 * `compatible` of RFC 5545 and Temporal.
 */
export const localInstant = (zone: Zone, day: number, minute: number): Instant => {
  const wallMs = day * MS_PER_DAY + minute * MS_PER_MINUTE
  const before = zone.seasonAt(wallMs - BEYOND_ANY_OFFSET_MS).offsetMs
  const after = zone.seasonAt(wallMs + BEYOND_ANY_OFFSET_MS).offsetMs
  const shown = [before, after].find((offsetMs) => zone.seasonAt(wallMs - offsetMs).offsetMs === offsetMs)
  return (wallMs - (shown ?? before)) as Instant
}
