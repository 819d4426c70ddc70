import type { Cluster, Fleet } from '../domain/fleet.ts'
import type { BillQuestion } from '../domain/ledger/bill-question.ts'
import type { Instant } from '../domain/time.ts'
import type { Bills, Clock, InstanceSizes, Journal, Ledgers, Log, Memory, Prices, UsageRecords } from '../ports.ts'
import type { PriceBook } from './price-book.ts'

/** What `account` needs from the world: no cluster, and nothing it could change in one. */
export interface Accounting {
  readonly clock: Clock
  readonly memory: Pick<Memory, 'fleet' | 'cluster' | 'inCluster'>
  readonly journal: Pick<Journal, 'between' | 'lives'>
  readonly ledgers: Ledgers
  readonly usage: Pick<UsageRecords, 'of'>
  readonly prices: Prices
  readonly bills: Bills
  readonly sizeOf: InstanceSizes
  readonly log: Log
}

/** What all clusters of one run have in common. */
export interface AccountRun {
  readonly fleet: Fleet
  readonly clusters: readonly Cluster[]
  /** The last full hour: everything is reckoned up to it. */
  readonly asOf: Instant
  readonly priceBook: PriceBook
  /** What became of the fleet's question for the bill on a day, `YYYY-MM-DD`. */
  readonly billQuestion: (day: string) => Promise<BillQuestion | undefined>
}
