import type { Advice } from '../../lib/domain/advice/advise.ts'
import type { Amount } from '../../lib/domain/ledger/amount.ts'
import type { ReconciledDay } from '../../lib/domain/ledger/reconcile-day.ts'
import { NO_SAVINGS, type Savings } from '../../lib/domain/ledger/savings.ts'
import { duePeriod, type Period, periodBefore } from '../../lib/domain/report/period.ts'
import { parseCadence } from '../../lib/domain/report/cadence.ts'
import type { KnownSupport } from '../../lib/domain/report/rank-support.ts'
import { type AdviceLine, type Blocker, type EnvironmentFigures, NO_FIGURES, type PeriodFigures, type Report } from '../../lib/domain/report/report.ts'
import { instant } from '../../lib/domain/time.ts'

const HOUR = 3600
const USD = 1_000_000

/** The Monday on which the report of 16 to 22 November is due in Paris. */
const SENT = instant('2026-11-23T08:00:00+01:00')

const LAST_WEEK: Period = duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', SENT)

/** USD for node-hours that have a price. */
export const priced = (usd: number, nodeHours = 1): Amount => ({ pricedNodeSeconds: nodeHours * HOUR, unpricedNodeSeconds: 0, microUsd: Math.round(usd * USD) })

/** Node-hours no price is known of. */
export const unpriced = (nodeHours: number): Amount => ({ pricedNodeSeconds: 0, unpricedNodeSeconds: nodeHours * HOUR })

export const savingsWith = (changes: Partial<Savings>): Savings => ({ ...NO_SAVINGS, ...changes })

/**
 * An environment that slept as 12×5 hours have it, 108 of 168 h (FIELD §5: 64.3 %), on two m5.xlarge at $0.192:
 * 216 node-hours, $41.472.
 */
export const figuresOf = (id: string, changes: Partial<EnvironmentFigures> = {}): EnvironmentFigures => ({
  id,
  mode: 'act',
  awakeSeconds: 60 * HOUR,
  asleepSeconds: 108 * HOUR,
  savings: savingsWith({ avoidedNodeSeconds: 216 * HOUR, realized: priced(41.472, 216), wake: priced(0.96, 5), potential: priced(3.84, 20) }),
  ownMicroUsd: 0.05 * USD,
  residualMicroUsd: 2.5 * USD,
  wakesPlanned: 5,
  wakesOnRequest: 2,
  failures: 0,
  unpricedTypes: [],
  priceSources: ['AWS Price List, on demand, us-east-1'],
  wakeUrl: `https://wake.example.com/e/${id}`,
  stayAwakeUrl: `https://wake.example.com/e/${id}?stay=2h`,
  ...changes,
})

export const weekOf = (environments: readonly EnvironmentFigures[], changes: Partial<PeriodFigures> = {}): PeriodFigures => ({
  period: LAST_WEEK, daysCounted: 7, environments, unattributed: NO_FIGURES, ...changes,
})

export const blockerOf = (subject: string, changes: Partial<Blocker> = {}): Blocker => ({
  kind: 'blocked',
  subject,
  reason: `Pod ${subject}/db-0 is owned by no controller: nobody would bring it back`,
  about: [subject],
  seconds: 40 * HOUR,
  microUsdByEnvironment: { [subject]: 7.68 * USD },
  unattributedMicroUsd: 0,
  unpriced: [],
  ...changes,
})

export const adviceFor = (environment: string, changes: Partial<Advice> = {}): AdviceLine => ({
  environment,
  advice: {
    workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    container: 'server',
    requestNow: { cpuMilli: 1000, memoryMiB: 2048 },
    advised: { cpuMilli: 250, memoryMiB: 700 },
    bounds: {},
    confidence: { level: 'medium', days: 2.5 },
    windowAwakeHours: 72,
    reasons: [{ about: 'cpu', kind: 'basis', text: 'the 90th percentile of its use is 217m, with 15 % above it' }],
    microUsdPerMonth: 12.5 * USD,
    ...changes,
  },
})

/** A container without advice. */
export const refusalFor = (environment: string, ...reasons: readonly string[]): AdviceLine => {
  const { advice: { microUsdPerMonth: _, ...advice } } = adviceFor(environment, { advised: {}, reasons: reasons.map((text) => ({ about: 'both', kind: 'refused', text })) })
  return { environment, advice }
}

/** A cluster that paid for extended support all week: 168 h at $0.50 (FIELD §5). */
export const supportOf = (cluster: string, changes: Partial<KnownSupport> = {}): KnownSupport => ({
  kind: 'known', cluster, version: '1.30', from: instant('2025-07-23T00:00:00Z'), seconds: 168 * HOUR, microUsd: 84 * USD, microUsdPerYear: 4380 * USD, ...changes,
})

/** A day of us-dev beside its bill; without one there was no data. */
export const reconciled = (day: string, estimateUsd: number | undefined, actual?: { readonly unblendedMicroUsd: number; readonly amortizedMicroUsd: number }): ReconciledDay => ({
  subject: 'us-dev', day, state: actual === undefined ? 'estimated' : 'final',
  why: actual === undefined ? 'no data yet' : 'as billed on 2026-11-19',
  ...(estimateUsd === undefined ? {} : { estimateMicroUsd: Math.round(estimateUsd * USD) }),
  ...(actual === undefined ? {} : { actual: { ...actual, askedAt: instant('2026-11-19T00:00:00Z') } }),
})

/** The report of two environments, one of them saving as the week before, unless told otherwise. */
export const reportWith = (changes: Partial<Report> = {}): Report => {
  const environments = [figuresOf('us-dev/checkout'), figuresOf('us-dev/payments', { failures: 1, wakesOnRequest: 0 })]
  return {
    recipient: 'finops',
    scope: 'fleet',
    current: weekOf(environments),
    previous: weekOf(environments.map((each) => ({ ...each, savings: { ...each.savings, realized: priced(20.736, 108), avoidedNodeSeconds: 108 * HOUR } })), { period: periodBefore(LAST_WEEK) }),
    dataAsOf: instant('2026-11-23T06:00:00Z'),
    estimatedDays: ['2026-11-21', '2026-11-22'],
    blockers: [blockerOf('us-dev/payments')],
    advice: [adviceFor('us-dev/checkout'), refusalFor('us-dev/payments', 'too little data: 13 of 24 awake hours')],
    support: [supportOf('us-dev')],
    ownCosts: [{ name: 'Lambda', microUsd: 0.06 * USD }, { name: 'DynamoDB', microUsd: 0.04 * USD }],
    bill: { kind: 'days', days: [reconciled('2026-11-16', 121.2, { unblendedMicroUsd: 120 * USD, amortizedMicroUsd: 118 * USD })] },
    problems: [{ text: 'usage samples without a unit', times: 3 }],
    ...changes,
  }
}
