import { z } from 'zod'
import { DURATION_PATTERN, parseDuration } from '../duration.ts'

// Fields that several parts of the intent have.

/** The longest time anything of the intent may last. */
export const SEVEN_DAYS = 7 * 86_400

/** Text of a form; `error` is what is told after "expected". */
export const matching = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error })

/** Time as people write it. */
export const duration = () => matching(DURATION_PATTERN, 'a duration such as 45m, 2h, 1h30m or 3d')

/** A range in seconds; what is no duration at all was already told. */
export const lasting = (leastSeconds: number, mostSeconds: number) => (text: string) => {
  if (!DURATION_PATTERN.test(text)) return true
  const seconds = parseDuration(text)
  return seconds >= leastSeconds && seconds <= mostSeconds
}
