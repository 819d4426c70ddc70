import pMap from 'p-map'
import type { Environment } from '../domain/environment.ts'
import type { Fleet } from '../domain/fleet.ts'
import { matchesGlob } from '../domain/glob.ts'
import type { ClusterReport } from '../domain/report/assemble-report.ts'
import { type Period, periodBefore } from '../domain/report/period.ts'
import type { ReportTerms } from '../domain/report/sending.ts'
import { sumClusterDays } from '../domain/report/sum-cluster-days.ts'
import { type Instant, iso, later } from '../domain/time.ts'
import type { Ledgers, Memory } from '../ports.ts'
import type { EnvironmentLinks } from './mail-links.ts'

/** What a report is read from. */
export interface ReportSources {
  readonly memory: Pick<Memory, 'cluster' | 'inCluster'>
  readonly ledgers: Pick<Ledgers, 'days' | 'bills' | 'advice'>
  /** Signs links for the rows; without it they lead to the environments' own addresses. */
  readonly linksOf?: (environment: Environment) => Promise<EnvironmentLinks | undefined>
}

/** Clusters whose days are in memory at once, and environments of each whose advice is read at once. */
const CLUSTERS_AT_ONCE = 4
const ENVIRONMENTS_AT_ONCE = 8

/** What the ledger knows of a period for these reports. The days of a cluster are added up before the next is read. */
export const gatherReport = (sources: ReportSources, { clusters }: Fleet, period: Period, reports: readonly ReportTerms[]): Promise<readonly ClusterReport[]> =>
  pMap(clusters.filter((cluster) => reports.some((report) => isAbout(report, cluster))), (cluster) => gatherCluster(sources, cluster, period), { concurrency: CLUSTERS_AT_ONCE })

const isAbout = ({ environments }: ReportTerms, cluster: string): boolean =>
  environments === undefined || environments.some((glob) => matchesGlob(glob.slice(0, glob.indexOf('/')), cluster))

const gatherCluster = async ({ memory, ledgers, linksOf }: ReportSources, cluster: string, period: Period): Promise<ClusterReport> => {
  const before = periodBefore(period)
  const current = sumClusterDays(cluster, await ledgers.days(cluster, period.firstDay, period.lastDay))
  const previous = sumClusterDays(cluster, await ledgers.days(cluster, before.firstDay, before.lastDay))
  const { environments } = await memory.inCluster(cluster)
  const advice = await pMap(environments, ({ id }) => ledgers.advice(id), { concurrency: ENVIRONMENTS_AT_ONCE })
  return {
    cluster, current, previous,
    arn: (await memory.cluster(cluster))?.arn,
    bills: await ledgers.bills(cluster, ...utcDaysOf(period)),
    advice: advice.flat().map(({ environment, advice: given }) => ({ environment, advice: given })),
    environments: await Promise.all(environments.map(async (environment) => {
      const { id, terms } = environment
      const links = await linksOf?.(environment)
      return { id, terms, ...(links === undefined ? {} : { links }) }
    })),
  }
}

/** The first and the last day, UTC, that the local days of a period reach into. */
const utcDaysOf = ({ from, to }: Period): readonly [first: string, last: string] => [utcDay(from), utcDay(later(to, -1))]

const utcDay = (at: Instant): string => iso(at).slice(0, 10)
