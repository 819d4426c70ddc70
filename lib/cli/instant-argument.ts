import { dayNumber } from '../domain/calendar-date.ts'
import { type Instant, instant } from '../domain/time.ts'

const PATTERN = /^(\d{4}-\d{2}-\d{2})[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/

/**
 * An instant as people type it, `2026-11-22T08:00:00Z` or with an offset. Stricter than Date.parse, which takes
 * 30 February for 2 March. Throws a RangeError.
 */
export const instantArgument = (text: string): Instant => {
  const written = text.trim().toUpperCase()
  const [, date = ''] = PATTERN.exec(written) ?? []
  if (dayNumber(date) === undefined) {
    const expected = 'a real date and time with Z or an offset, as in 2026-11-22T08:00:00Z'
    throw new RangeError(`not an instant: found "${text}", expected ${expected}`)
  }
  return instant(written.replace(' ', 'T'))
}
