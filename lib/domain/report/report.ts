import type { Advice } from '../advice/advise.ts'
import type { Mode } from '../fleet.ts'
import type { ExtendedSupport } from '../ledger/extended-support.ts'
import type { ReconciledDay } from '../ledger/reconcile-day.ts'
import { NO_SAVINGS, type Savings } from '../ledger/savings.ts'
import type { Instant } from '../time.ts'
import type { Period } from './period.ts'

/** What a period came to, of an environment or of what belongs to none. Undefined: not known, never to be taken for 0. */
export interface Figures {
  /** Its part of the ledger. */
  readonly savings: Savings
  /** Its share of what Catnap itself costs. */
  readonly ownMicroUsd: number
  /** What a sleep leaves on the bill: its part of the control plane for the hours it slept. Volumes, balancers and NAT are not known. */
  readonly residualMicroUsd: number | undefined
}

/** What one environment did and saved in a period. */
export interface EnvironmentFigures extends Figures {
  /** `cluster/name` */
  readonly id: string
  readonly mode: Mode
  readonly awakeSeconds: number
  readonly asleepSeconds: number
  readonly wakesPlanned: number
  readonly wakesOnRequest: number
  readonly failures: number
  /** Instance types no price was found for. */
  readonly unpricedTypes: readonly string[]
  /** Where the prices are from, in words. */
  readonly priceSources: readonly string[]
  /** Addresses at which a person may wake it or keep it awake. */
  readonly wakeUrl?: string
  readonly stayAwakeUrl?: string
}

/** All that was counted in one period. */
export interface PeriodFigures {
  readonly period: Period
  /** Days of it that were watched at all; fewer than it has in the first one. */
  readonly daysCounted: number
  readonly environments: readonly EnvironmentFigures[]
  /** What belongs to no environment. */
  readonly unattributed: Figures
}

/** What could not sleep, or an act that failed, and what that cost. */
export interface Blocker {
  readonly kind: 'blocked' | 'failed'
  /** The environment, `cluster/name`, or the pool, `cluster/pool`. */
  readonly subject: string
  /** What exactly is in the way. */
  readonly reason: string
  /** The environments the subject or the reason names: who sees only others is not shown it. */
  readonly about: readonly string[]
  /** How long it stood in the period. */
  readonly seconds: number
  /** What it cost, by environment; empty and nothing unattributed: not known. */
  readonly microUsdByEnvironment: Readonly<Record<string, number>>
  readonly unattributedMicroUsd: number | undefined
  /** The environments of which a part of the cost, or all, has no price. */
  readonly unpriced: readonly string[]
}

/** Advice for one container of an environment. Advice on no resource is a refusal: its reasons say why. */
export interface AdviceLine {
  readonly environment: string
  readonly advice: Advice
}

/** Days of clusters or pools beside their bill. `withheld`: they add up over others than the recipient's. */
type Bill = { readonly kind: 'withheld' } | { readonly kind: 'days'; readonly days: readonly ReconciledDay[] }

/** Bad data: what was refused, and how often. */
interface DataProblem {
  readonly text: string
  readonly times: number
  readonly environment?: string
}

/** What one recipient is told of one period. */
export interface Report {
  /** The name of the report in the intent. */
  readonly recipient: string
  /** `some`: only the environments of the recipient. */
  readonly scope: 'fleet' | 'some'
  readonly current: PeriodFigures
  /** The period before; undefined where nothing was watched yet. */
  readonly previous: PeriodFigures | undefined
  readonly dataAsOf: Instant
  /** Days of the period whose figures the bill has not confirmed yet, `YYYY-MM-DD`. */
  readonly estimatedDays: readonly string[]
  readonly blockers: readonly Blocker[]
  readonly advice: readonly AdviceLine[]
  /** What extended support costs each cluster. */
  readonly support: readonly ExtendedSupport[]
  /** What Catnap's own cost consists of; empty where only a share of it is shown. */
  readonly ownCosts: readonly { readonly name: string; readonly microUsd: number }[]
  readonly bill: Bill
  readonly problems: readonly DataProblem[]
}

/** Nothing at all. */
export const NO_FIGURES: Figures = { savings: NO_SAVINGS, ownMicroUsd: 0, residualMicroUsd: 0 }
