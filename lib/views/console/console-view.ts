import type { AdviceRecord } from '../../domain/advice/advice-record.ts'
import type { Cluster, Fleet } from '../../domain/fleet.ts'
import type { HistoryEntry } from '../../domain/history.ts'
import type { LeftBehind } from '../../domain/left-behind.ts'
import type { ClusterDay } from '../../domain/ledger/cluster-day.ts'
import type { Sending } from '../../domain/report/sending.ts'
import type { Stranded } from '../../domain/stranded.ts'
import type { Instant } from '../../domain/time.ts'
import type { EnvironmentStatus } from '../status-table.ts'

/** One pool as it is on the bill, beside what it would be without Catnap. */
export interface PoolNodes {
  readonly cluster: string
  readonly name: string
  readonly instanceType: string
  /** Nodes on the bill now. */
  readonly running: number
  /** Nodes it would have without Catnap. */
  readonly original: number
  /** The fewest the intent leaves; undefined: the intent does not name it, and Catnap leaves it alone. */
  readonly keep?: number
  /** Nodes on their way off the bill. */
  readonly leaving: number
  /** What it leaves on the bill although everything that uses it sleeps, as the last look found it; undefined: nothing. */
  readonly stranded?: Stranded
  /** Undefined: no price is known. */
  readonly microUsdPerHour?: number
  /** Nodes on the bill at each step of the timeline, oldest first. */
  readonly counts: readonly number[]
}

/** A mail SES took. */
interface MailLine {
  readonly at: Instant
  readonly to: readonly string[]
  readonly subject: string
}

/** Everything the console shows, at one instant. */
export interface ConsoleView {
  readonly now: Instant
  /** How much faster than the wall the clock runs. */
  readonly speed: number
  /** Where the environments' addresses are served. */
  readonly port: number
  readonly fleet: Fleet
  readonly clusters: readonly Cluster[]
  readonly statuses: readonly EnvironmentStatus[]
  readonly pools: readonly PoolNodes[]
  /** What each sleeping environment left on the bill, as the last look found it. */
  readonly left: readonly LeftBehind[]
  /** The instants at which nodes were counted: evenly spaced, the last of them now. */
  readonly steps: readonly Instant[]
  /** Days of the ledger, of every cluster, from six days ago until today in the zone of the fleet. */
  readonly days: readonly ClusterDay[]
  readonly advice: readonly AdviceRecord[]
  /** Newest first. */
  readonly history: readonly HistoryEntry[]
  /** What became of the newest mail of each report. */
  readonly sendings: readonly Sending[]
  /** Newest first. */
  readonly mails: readonly MailLine[]
  /** What the simulated cloud has billed for nodes since the sandbox began. */
  readonly bill: { readonly microUsd: number; readonly nodeHours: number; readonly since: Instant }
}
