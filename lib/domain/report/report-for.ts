import { matchesGlob } from '../glob.ts'
import type { Entry } from '../ledger/roll-up.ts'
import { assembleReport, type ClusterReport } from './assemble-report.ts'
import { narrow } from './narrow.ts'
import type { Readiness } from './next-sending.ts'
import { type Period, periodDays } from './period.ts'
import type { Report } from './report.ts'
import type { ReportTerms } from './sending.ts'
import { sumProblems } from './sum-cluster-days.ts'

/** What one pool came to in the period. */
export interface PoolEntry extends Required<Entry> {
  /** `cluster/pool` */
  readonly pool: string
  /** Of its cluster; unknown where that is gone. */
  readonly clusterArn: string | undefined
}

/** What a recipient is told of a period, and whether the ledger tells of all of it. */
export interface RecipientReport {
  readonly report: Report
  /** For who may see the whole fleet: others use the pools too. */
  readonly pools: readonly PoolEntry[]
  readonly readiness: Readiness
}

/** The report as its terms have it: of the whole fleet, or of its environments only and the clusters they are in. */
export const reportFor = ({ name, environments: globs }: ReportTerms, period: Period, before: Period, clusters: readonly ClusterReport[]): RecipientReport => {
  const ids = globs === undefined ? undefined : idsOf(clusters).filter((id) => globs.some((glob) => matchesGlob(glob, id)))
  const names = new Set(ids?.map((id) => id.slice(0, id.indexOf('/'))))
  const mine = ids === undefined ? clusters : clusters.filter(({ cluster }) => names.has(cluster))
  const whole = assembleReport(name, period, before, mine)
  const report = ids === undefined ? whole : narrow(whole, ids)
  const gaps = mine.map((cluster) => ({ text: `days of ${cluster.cluster} that are not in the ledger`, times: missingDays(period, cluster) }))
  return {
    report: { ...report, problems: sumProblems([...gaps.filter(({ times }) => times > 0), ...report.problems]) },
    pools: ids === undefined ? clusters.flatMap((cluster) => poolsOf(period, cluster)) : [],
    readiness: readinessOf(period, mine),
  }
}

const poolsOf = ({ from, to }: Period, { arn, current }: ClusterReport): readonly PoolEntry[] =>
  current.pools.map((pool) => ({ ...pool, from, to, clusterArn: arn }))

/** Those that are, and those that were in either period. */
const idsOf = (clusters: readonly ClusterReport[]): readonly string[] =>
  [...new Set(clusters.flatMap(({ environments, current, previous }) => [...environments, ...current.environments, ...previous.environments].map(({ id }) => id)))]

/** Days that should be in the ledger and are not, or not to their end: all since the cluster was first seen. */
const missingDays = (period: Period, { current, previous }: ClusterReport): number => {
  const days = periodDays(period)
  const first = previous.reckoned.size > 0 || current.reckoned.size === 0 ? 0 : days.findIndex(({ day }) => current.reckoned.has(day))
  return days.slice(first).filter(({ day }) => (current.reckoned.get(day) ?? 0) < 1).length
}

/** How many clusters are named. */
const MOST_NAMED = 5

/** `on 2026-11-22`, `from 2026-11-16 to 2026-11-22`. */
export const saySpan = ({ firstDay, lastDay }: Period): string => (firstDay === lastDay ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`)

/** A cluster of which nothing is in the ledger keeps no report waiting: it may be new. The report says that it lacks. */
const readinessOf = (period: Period, clusters: readonly ClusterReport[]): Readiness => {
  const seen = clusters.filter(({ current }) => current.upTo !== undefined)
  if (seen.length === 0) {
    const wasThere = clusters.some(({ previous }) => previous.upTo !== undefined)
    return { ledger: wasThere ? 'empty' : 'none', missing: `nothing ${saySpan(period)} is in the ledger` }
  }
  const open = seen.filter(({ current: { upTo } }) => upTo !== undefined && upTo < period.to).map(({ cluster }) => cluster)
  if (open.length === 0) return { ledger: 'closed' }
  const others = open.length > MOST_NAMED ? ` and ${open.length - MOST_NAMED} more` : ''
  return { ledger: 'open', missing: `the ledger of ${open.slice(0, MOST_NAMED).join(', ')}${others} does not reach the end of ${period.lastDay}` }
}
