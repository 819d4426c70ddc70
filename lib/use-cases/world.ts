import type { Environment } from '../domain/environment.ts'
import type { Cluster, Fleet } from '../domain/fleet.ts'
import type { ListPrice } from '../domain/stranded.ts'
import type { Clock, Clusters, Journal, Log, Mailbox, Memory, Notices, Queries, Traffic, UsageRecords } from '../ports.ts'

/** What the use cases of the workers need from the world. */
export interface World {
  readonly clock: Clock
  readonly memory: Memory
  readonly mailbox: Mailbox
  readonly clusters: Clusters
  readonly log: Log
  /** What stranded nodes cost. */
  readonly listPrice: ListPrice
  /** Without it people are told by the history and the log alone. */
  readonly notices?: Notices
}

/** The part of the world that needs no cluster: `tick` and `wake` live in it. */
export type Outside = Omit<World, 'clusters' | 'listPrice' | 'notices'>

/** What looking at clusters needs besides: where what was seen is kept, and what CloudWatch and Prometheus count. */
export interface ObserveWorld extends World {
  readonly journal: Journal
  readonly usage: UsageRecords
  readonly traffic: Traffic
  readonly queries: Queries
}

/** One worker's turn at one environment. */
export interface Slice {
  readonly world: World
  readonly fleet: Fleet
  readonly cluster: Cluster
  readonly environment: Environment
  /** Who holds the claim. */
  readonly owner: string
}

/** How a slice ended: at rest, or look again in so many seconds, with what is waited for. */
export type SliceEnd = { readonly rest: true } | { readonly rest: false; readonly againSeconds: number }

/** A worker has 90 s; a claim outlives it by 10 s of clock skew (DESIGN §4). */
export const CLAIM_SECONDS = 100

/** How long a worker goes on before it hands over to the next message. */
export const SLICE_SECONDS = 60

/** The longest time between two looks at something that is at rest. */
export const RECHECK_SECONDS = 3600

/** What sleeps is looked at so often: what appears is put to sleep at most so long after its grace. */
export const ASLEEP_LOOK_SECONDS = 1800
