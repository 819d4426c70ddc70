import type { Mode } from '../fleet.ts'
import type { Instant } from '../time.ts'
import type { Span } from './clock-hour.ts'
import type { ExtendedSupport } from './extended-support.ts'
import type { NodeLifecycle } from './ledger-input.ts'
import type { Running } from './ledger-row.ts'
import type { Savings } from './savings.ts'

/** What one pool came to in a day. */
export interface PoolDay {
  /** `cluster/pool` */
  readonly pool: string
  readonly savings: Savings
  readonly running: Running
  /** Where its prices are from, in words. */
  readonly priceSources: readonly string[]
  readonly unpricedTypes: readonly string[]
}

/** What one environment came to in a day. */
export interface EnvironmentDay {
  /** `cluster/name` */
  readonly id: string
  readonly mode: Mode
  readonly savings: Savings
  readonly awakeSeconds: number
  readonly asleepSeconds: number
  readonly wakesPlanned: number
  readonly wakesOnRequest: number
  readonly failures: number
  readonly unpricedTypes: readonly string[]
  readonly priceSources: readonly string[]
}

/** What could not sleep, or an act that failed, in a day. */
export interface BlockerDay {
  readonly kind: 'blocked' | 'failed'
  /** The environment, `cluster/name`, or the pool, `cluster/pool`. */
  readonly subject: string
  readonly reason: string
  /** The environments it is about. */
  readonly about: readonly string[]
  readonly seconds: number
  readonly microUsdByEnvironment: Readonly<Record<string, number>>
  readonly unattributedMicroUsd?: number
  /** The environments of which a part of the cost, or all, has no price; absent: none. */
  readonly unpriced?: readonly string[]
}

/** Bad data, and how often it was met. */
export interface DayProblem {
  readonly text: string
  readonly times: number
  /** The one environment it is about. */
  readonly environment?: string
}

/** What reckoning needs to go on from a day. */
interface DayCarry {
  /** The last full hour when the day was made: what was told later is not in it. */
  readonly asOf: Instant
  /** Nodes that had left under a held original at the end of the day and had not been replaced. */
  readonly gone: readonly NodeLifecycle[]
}

/**
 * One day of one cluster, from midnight to midnight in the zone of the fleet: the sum of its ledger, ready for reports.
 * Made anew from the journal each hour until it is over, so that the same facts give the same day however often it was
 * interrupted.
 */
export interface ClusterDay extends Span {
  readonly cluster: string
  /** `YYYY-MM-DD` in `zone`. */
  readonly day: string
  /** IANA name. */
  readonly zone: string
  /** How far it is reckoned: the last full hour, and `to` once the day is over. */
  readonly upTo: Instant
  readonly pools: readonly PoolDay[]
  readonly environments: readonly EnvironmentDay[]
  /** What belongs to no environment. */
  readonly unattributed: Savings
  readonly blockers: readonly BlockerDay[]
  /** What Catnap itself cost for this cluster: an estimate from counted work. */
  readonly ownCosts: readonly { readonly name: string; readonly microUsd: number }[]
  /** What stays on the bill whoever sleeps: the control plane. Absent: not known. */
  readonly residualMicroUsd?: number
  readonly support?: ExtendedSupport
  /** Bad data that was left out, and how often. */
  readonly problems: readonly DayProblem[]
  /** What reckoning needs to go on from here. */
  readonly carry?: DayCarry
}
