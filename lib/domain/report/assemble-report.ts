import type { Environment } from '../environment.ts'
import type { ReconciledDay } from '../ledger/reconcile-day.ts'
import { addSavings, NO_SAVINGS } from '../ledger/savings.ts'
import { earliest } from '../time.ts'
import { type Period, periodDays } from './period.ts'
import type { AdviceLine, EnvironmentFigures, PeriodFigures, Report } from './report.ts'
import { settledDays } from './settled-days.ts'
import { type ClusterSum, sumByName, sumProblems } from './sum-cluster-days.ts'

/** An environment as a report leads to it. */
interface ReportedEnvironment extends Pick<Environment, 'id' | 'terms'> {
  /** Signed, where there is a key. */
  readonly links?: { readonly wake: string; readonly stay: string }
}

/** What is known of one cluster for a report: both periods added up, its days beside their bill, its advice. */
export interface ClusterReport {
  readonly cluster: string
  /** Unknown where its record is gone. */
  readonly arn: string | undefined
  readonly current: ClusterSum
  /** Of the period before. */
  readonly previous: ClusterSum
  /** The days, UTC, that the period reaches into. */
  readonly bills: readonly ReconciledDay[]
  readonly advice: readonly AdviceLine[]
  /** Its environments as they are now. */
  readonly environments: readonly ReportedEnvironment[]
}

/** The report on all of these clusters; `recipient` is its name in the intent. */
export const assembleReport = (recipient: string, period: Period, periodBefore: Period, clusters: readonly ClusterReport[]): Report => {
  const previous = figuresOf(periodBefore, clusters, (cluster) => cluster.previous)
  return {
    recipient,
    scope: 'fleet',
    current: figuresOf(period, clusters, (cluster) => cluster.current),
    previous: previous.daysCounted === 0 ? undefined : previous,
    dataAsOf: earliest(...clusters.map(({ current }) => current.upTo)) ?? period.from,
    estimatedDays: estimatedDays(period, clusters),
    blockers: clusters.flatMap(({ current }) => current.blockers),
    advice: clusters.flatMap(({ advice }) => advice),
    support: clusters.flatMap(({ current }) => current.support ?? []),
    ownCosts: sumByName(clusters.flatMap(({ current }) => current.ownCosts)),
    bill: { kind: 'days', days: clusters.flatMap(({ bills }) => bills.filter(({ day }) => day >= period.firstDay && day <= period.lastDay)) },
    problems: sumProblems(clusters.flatMap(({ current }) => current.problems)),
  }
}

/** A day that one cluster was watched is counted: who came later lacks nothing of the averages. */
const figuresOf = (period: Period, clusters: readonly ClusterReport[], sumOf: (cluster: ClusterReport) => ClusterSum): PeriodFigures => {
  const sums = clusters.map(sumOf)
  return {
    period,
    daysCounted: periodDays(period).reduce((total, { day }) => total + Math.max(0, ...sums.map(({ watched }) => watched.get(day) ?? 0)), 0),
    environments: clusters.flatMap((cluster) => withUrls(sumOf(cluster).environments, cluster)),
    unattributed: {
      savings: sums.map(({ unattributed }) => unattributed.savings).reduce(addSavings, NO_SAVINGS),
      ownMicroUsd: sums.reduce((total, { unattributed }) => total + unattributed.ownMicroUsd, 0),
      residualMicroUsd: 0,
    },
  }
}

/** Signed links lead to the wake function; without them both lead to the environment's own address, where the wake page answers while it sleeps. */
const withUrls = (figures: readonly EnvironmentFigures[], { environments }: ClusterReport): readonly EnvironmentFigures[] => {
  const urls = new Map(environments.map((environment) => [environment.id, urlsOf(environment)]))
  return figures.map((each) => ({ ...each, ...urls.get(each.id) }))
}

const urlsOf = ({ terms, links }: ReportedEnvironment): Pick<EnvironmentFigures, 'wakeUrl' | 'stayAwakeUrl'> => {
  if (links !== undefined) return { wakeUrl: links.wake, stayAwakeUrl: links.stay }
  const [host] = terms.wake.hosts
  return host === undefined ? {} : { wakeUrl: `https://${host}/`, stayAwakeUrl: `https://${host}/` }
}

/** Days whose figures rest on the ledger alone, in at least one cluster. */
const estimatedDays = (period: Period, clusters: readonly ClusterReport[]): readonly string[] => {
  const settled = clusters.map(({ current, bills }) => ({ reckoned: current.reckoned, settled: settledDays(bills) }))
  return periodDays(period)
    .filter((day) => settled.some((cluster) => cluster.reckoned.has(day.day) && !cluster.settled(day)))
    .map(({ day }) => day)
}
