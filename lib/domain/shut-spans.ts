import type { Terms } from './environment.ts'
import { hoursAt, parseHours } from './hours.ts'
import type { Span } from './ledger/clock-hour.ts'
import { earliest, type Instant } from './time.ts'

/** When, between two instants, the hours of an environment let it sleep, in order. */
export const shutSpans = ({ hours: text, timezone }: Pick<Terms, 'hours' | 'timezone'>, holidays: readonly string[], { from, to }: Span): readonly Span[] => {
  const hours = parseHours(text, timezone)
  const shut: Span[] = []
  for (let at: Instant = from; at < to; ) {
    const { awake, next } = hoursAt(hours, at, holidays)
    const end = earliest(next?.at, to) ?? to
    if (!awake) shut.push({ from: at, to: end })
    at = end
  }
  return shut
}
