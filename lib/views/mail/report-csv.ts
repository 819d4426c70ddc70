import { blockerMicroUsd, rankBlockers } from '../../domain/report/blockers.ts'
import { isDeepEqual } from '../../domain/is-deep-equal.ts'
import { type AdviceLine, type EnvironmentFigures, type Figures, NO_FIGURES, type Report } from '../../domain/report/report.ts'
import { netOf } from '../../domain/report/totals.ts'
import { iso } from '../../domain/time.ts'
import { type CsvCell, type CsvTable, tableOf } from './csv.ts'
import { OF_NO_ENVIRONMENT } from './mail-words.ts'

/** Cells of a row, by column. */
type Columns = Readonly<{ [column: string]: CsvCell }>

/** Each environment with all its figures, exact to the micro-dollar, and the last row for what is of none. */
export const environmentsCsv = (report: Report): CsvTable => {
  const { environments, unattributed } = report.current
  return tableOf([
    ...environments.map((each) => ({ ...periodOf(report), ...environmentOf(each), ...figuresOf(each), ...linksOf(each) })),
    ...(isDeepEqual(unattributed, NO_FIGURES)
      ? []
      : [{ ...periodOf(report), ...NO_ENVIRONMENT, ...figuresOf(unattributed), ...linksOf({}) }]),
  ])
}

/** What could not sleep or failed, each reason in full. */
export const blockersCsv = (report: Report): CsvTable =>
  tableOf(rankBlockers(report.blockers).map((blocker) => ({
    ...periodOf(report),
    x_Subject: blocker.subject,
    x_Kind: blocker.kind,
    x_Reason: blocker.reason,
    x_Hours: hours(blocker.seconds),
    x_Cost: usd(blockerMicroUsd(blocker)),
    x_Environments: blocker.about.join(' '),
    x_PriceNotKnownFor: blocker.unpriced.join(' '),
  })))

/** All advice, and each container without it, with the reasons. */
export const adviceCsv = (report: Report): CsvTable =>
  tableOf(report.advice.map((line) => ({ ...periodOf(report), ...adviceOf(line) })))

/** Advice without a period, as it stands now. */
export const adviceLinesCsv = (lines: readonly AdviceLine[]): CsvTable =>
  tableOf(lines.map((line) => ({ ...CURRENCY, ...adviceOf(line) })), [...Object.keys(CURRENCY), ...Object.keys(ADVICE)])

const CURRENCY: Columns = { BillingCurrency: 'USD' }

/** Names of FOCUS 1.2; Catnap's own begin with `x_`. */
const periodOf = ({ current: { period } }: Report): Columns => ({
  ChargePeriodStart: iso(period.from),
  ChargePeriodEnd: iso(period.to),
  ...CURRENCY,
})

const environmentOf = (each: EnvironmentFigures): Columns => ({
  x_Environment: each.id,
  x_Mode: each.mode,
  x_AwakeHours: hours(each.awakeSeconds),
  x_AsleepHours: hours(each.asleepSeconds),
  x_WakesPlanned: each.wakesPlanned,
  x_WakesOnRequest: each.wakesOnRequest,
  x_Failures: each.failures,
  x_UnpricedInstanceTypes: each.unpricedTypes.join(' '),
})

const NO_ENVIRONMENT: Columns = {
  x_Environment: OF_NO_ENVIRONMENT,
  x_Mode: null,
  x_AwakeHours: null,
  x_AsleepHours: null,
  x_WakesPlanned: null,
  x_WakesOnRequest: null,
  x_Failures: null,
  x_UnpricedInstanceTypes: null,
}

const figuresOf = (figures: Figures): Columns => {
  const { realized, wake, potential, stranded, freedCommitment, ...savings } = figures.savings
  return {
    x_NetSaving: usd(netOf(figures)),
    x_RealizedSaving: usd(realized.microUsd),
    x_WakeCost: usd(wake.microUsd),
    x_OwnCost: usd(figures.ownMicroUsd),
    x_PotentialSaving: usd(potential.microUsd),
    x_StrandedCost: usd(stranded.microUsd),
    x_FreedCommitment: usd(freedCommitment.microUsd),
    x_ResidualCost: usd(figures.residualMicroUsd),
    x_AvoidedNodeHours: hours(savings.avoidedNodeSeconds),
    x_PotentialNodeHours: hours(savings.potentialNodeSeconds),
    x_StrandedNodeHours: hours(savings.strandedNodeSeconds),
    x_UnpricedAvoidedNodeHours: hours(realized.unpricedNodeSeconds + freedCommitment.unpricedNodeSeconds),
    x_UnpricedPotentialNodeHours: hours(potential.unpricedNodeSeconds),
    x_UnpricedStrandedNodeHours: hours(stranded.unpricedNodeSeconds),
    x_UnpricedWakeNodeHours: hours(wake.unpricedNodeSeconds),
  }
}

const linksOf = ({ wakeUrl, stayAwakeUrl }: Pick<EnvironmentFigures, 'wakeUrl' | 'stayAwakeUrl'>): Columns =>
  ({ x_WakeUrl: wakeUrl, x_StayAwakeUrl: stayAwakeUrl })

/** The columns of advice, and what stands in each. */
const ADVICE: Readonly<Record<string, (line: AdviceLine) => CsvCell>> = {
  x_Environment: ({ environment }) => environment,
  x_WorkloadKind: ({ advice }) => advice.workload.kind,
  x_Namespace: ({ advice }) => advice.workload.namespace,
  x_Workload: ({ advice }) => advice.workload.name,
  x_Container: ({ advice }) => advice.container,
  x_CpuMilliNow: ({ advice }) => advice.requestNow.cpuMilli,
  x_CpuMilliAdvised: ({ advice }) => advice.advised.cpuMilli,
  x_MemoryMiBNow: ({ advice }) => advice.requestNow.memoryMiB,
  x_MemoryMiBAdvised: ({ advice }) => advice.advised.memoryMiB,
  x_Confidence: ({ advice }) => advice.confidence?.level,
  x_WindowAwakeHours: ({ advice }) => advice.windowAwakeHours,
  x_SavingPerMonth: ({ advice }) => usd(advice.microUsdPerMonth),
  x_Reasons: ({ advice }) => advice.reasons.map(({ about, kind, text }) => `${about === 'both' ? '' : `${about}, `}${kind}: ${text}`).join('; '),
}

const adviceOf = (line: AdviceLine): Columns => Object.fromEntries(Object.entries(ADVICE).map(([column, cellOf]) => [column, cellOf(line)]))

const usd = (microUsd: number | undefined): number | undefined => (microUsd === undefined ? undefined : microUsd / 1e6)

/** Hours to the second and no longer than a person reads: 1/3600 h is 0.0003. */
const hours = (seconds: number): number => Math.round((seconds / 3600) * 1e4) / 1e4
