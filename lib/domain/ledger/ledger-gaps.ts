import { calendarDate, dayNumber } from '../calendar-date.ts'
import type { Instant } from '../time.ts'
import type { ClusterDay } from './cluster-day.ts'

/** Which days a cluster's ledger lacks, or has not to their end, `YYYY-MM-DD`; `undefined`: it has none at all. */
export interface LedgerGap {
  readonly cluster: string
  readonly days: readonly string[] | undefined
}

type Reckoned = Pick<ClusterDay, 'cluster' | 'day' | 'to' | 'upTo'>

/** How far all clusters that have any day are reckoned. Infinity where none has. */
export const reckonedTo = (days: readonly Reckoned[]): Instant =>
  Math.min(...[...byCluster(days).values()].map((own) => Math.max(...own.map(({ upTo }) => upTo)))) as Instant

/** What is missing of the clusters of a fleet, each since its own first day up to the newest that any of them has. */
export const ledgerGaps = (days: readonly Reckoned[], clusters: readonly string[]): readonly LedgerGap[] => {
  const newest = days.reduce((last, { day }) => (day > last ? day : last), '')
  const furthest = Math.max(...days.filter(({ day }) => day === newest).map(({ upTo }) => upTo))
  const known = byCluster(days)
  return clusters.flatMap((cluster): readonly LedgerGap[] => {
    const own = known.get(cluster)
    if (own === undefined) return days.length === 0 ? [] : [{ cluster, days: undefined }]
    const whole = new Set(own.filter(({ upTo, to }) => upTo >= Math.min(to, furthest)).map(({ day }) => day))
    const missing = daysBetween(own.map(({ day }) => day), newest).filter((day) => !whole.has(day))
    return missing.length === 0 ? [] : [{ cluster, days: missing }]
  })
}

const byCluster = (days: readonly Reckoned[]): ReadonlyMap<string, readonly Reckoned[]> => Map.groupBy(days, ({ cluster }) => cluster)

const daysBetween = (own: readonly string[], newest: string): readonly string[] => {
  const first = Math.min(...own.flatMap((day) => dayNumber(day) ?? []))
  const last = dayNumber(newest) ?? first
  return Array.from({ length: last - first + 1 }, (_, index) => calendarDate(first + index))
}
