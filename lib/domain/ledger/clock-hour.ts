import type { Instant } from '../time.ts'

/** From `from`, inclusive, to `to`, exclusive. */
export interface Span {
  readonly from: Instant
  readonly to: Instant
}

const MS_PER_HOUR = 3_600_000

/** The full hour, UTC, in which an instant falls. */
export const hourOf = (at: Instant): Instant => (Math.floor(at / MS_PER_HOUR) * MS_PER_HOUR) as Instant

/** A span in pieces, each within one hour, UTC. Empty for a span that ends before it begins. */
export const clockHours = ({ from, to }: Span): readonly Span[] => {
  const hours: Span[] = []
  for (let at = from; at < to; ) {
    const next = Math.min(hourOf(at) + MS_PER_HOUR, to) as Instant
    hours.push({ from: at, to: next })
    at = next
  }
  return hours
}

/** The midnights, UTC, from the one at or before `from` to the one at or after `to`: the bounds of days. */
export const utcDays = ({ from, to }: Span): readonly Instant[] => {
  const day = 24 * MS_PER_HOUR
  const first = Math.floor(from / day)
  return Array.from({ length: Math.max(0, Math.ceil(to / day) - first) + 1 }, (_, index) => ((first + index) * day) as Instant)
}

/** The whole second at or before an instant: EC2 bills by the second, and all in the ledger is whole seconds. */
export const secondOf = (at: Instant): number => Math.floor(at / 1000)

/** The instant of a whole second. */
export const atSecond = (second: number): Instant => (second * 1000) as Instant

/** Seconds that two spans have in common. */
export const commonSeconds = (a: Span, b: Span): number => Math.max(0, secondOf(Math.min(a.to, b.to) as Instant) - secondOf(Math.max(a.from, b.from) as Instant))
