import type { Span } from './ledger/clock-hour.ts'
import type { Instant } from './time.ts'

/** What two lists of spans, each in order and without overlaps of its own, have in common. */
export const overlap = (a: readonly Span[], b: readonly Span[]): readonly Span[] => {
  const common: Span[] = []
  for (let i = 0, j = 0; ; ) {
    const [one, other] = [a[i], b[j]]
    if (one === undefined || other === undefined) return common
    const both = { from: Math.max(one.from, other.from) as Instant, to: Math.min(one.to, other.to) as Instant }
    if (both.from < both.to) common.push(both)
    if (one.to < other.to) i += 1
    else j += 1
  }
}
