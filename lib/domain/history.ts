import type { Fact } from './journal/fact.ts'
import type { Instant } from './time.ts'

/** One line of the audit trail of an environment or a pool. */
export interface HistoryEntry {
  readonly at: Instant
  /** The environment, `cluster/name`, the pool, `cluster/pool/name`, the cluster, the report, `report/name`, or `fleet`. */
  readonly subject: string
  readonly what: 'decision' | 'phase' | 'steps' | 'request' | 'problem' | 'standing' | 'intent' | 'notice'
  readonly text: string
  /** The sentences of the steps that were taken. */
  readonly steps?: readonly string[]
  /** The same for the ledger: written with it, into the journal of the cluster. */
  readonly fact?: Fact
}

/** The audit trail is kept so long: a year and a month of slack. */
export const HISTORY_DAYS = 400
