import type { Requests } from '../requests.ts'
import type { Instant } from '../time.ts'
import type { Span } from './clock-hour.ts'

/** How the capacity of a node is bought. */
export type Capacity = 'on-demand' | 'spot'

/** One node from the cradle to the grave, as EC2 tells it. */
export interface NodeLifecycle {
  readonly instanceId: string
  /** `cluster/pool` */
  readonly pool: string
  readonly instanceType: string
  readonly capacity: Capacity
  readonly zone: string
  readonly runningAt: Instant
  /** When EC2 said `terminated`; absent while it has not: shutting down is not off the bill. */
  readonly terminatedAt?: Instant
}

/** What a pool would be without Catnap, and what is asked of it, from `at` on. */
export interface BaselineStep {
  readonly at: Instant
  /** The desired size of the original while Catnap holds one; absent: it holds none, and the baseline is what runs. */
  readonly heldNodes?: number
  /** The desired size now: what is asked for and has not come yet saves nothing. Absent: nothing is known of it. */
  readonly wantedNodes?: number
  /** Nodes that run only because the pool slept and was woken; absent: none. */
  readonly surplusNodes?: number
}

/** Why something could not leave a pool, in the words of who found it. */
export interface PoolBlocker {
  readonly from: Instant
  /** Absent: still so. */
  readonly to?: Instant
  readonly why: string
}

/** What the ledger needs to know of a pool. */
export interface PoolFacts {
  /** `cluster/pool` */
  readonly pool: string
  /** The fewest nodes left, as the intent says: neither stranded nor potential. */
  readonly keep: number
  readonly baseline: readonly BaselineStep[]
  readonly blockers?: readonly PoolBlocker[]
}

/**
 * What an environment was. `off`: without Catnap nothing of it would have run either. Before its first state it counts
 * as awake: what is not known saves nothing.
 */
export type EnvironmentState = 'awake' | 'falling-asleep' | 'asleep' | 'waking' | 'off'

/** What the ledger needs to know of an environment. */
export interface EnvironmentFacts {
  /** `cluster/name` */
  readonly id: string
  /** What its pods ask for on each pool it uses, by `cluster/pool`. */
  readonly uses: Readonly<Record<string, Requests>>
  readonly states: readonly { readonly at: Instant; readonly state: EnvironmentState }[]
  /** When its hours let it sleep. */
  readonly shut: readonly Span[]
}

/** Nodes that a Savings Plan or a reservation pays for, run or not: of one pool, or of an instance type in all pools. */
export interface Coverage {
  readonly of: { readonly pool: string } | { readonly instanceType: string }
  readonly nodes: number
  /** When it is in force; absent: all the time. */
  readonly during?: Span
}

/** A price and the name it goes by in the record. */
export interface Price {
  /** Integer micro-dollars. */
  readonly microUsdPerHour: number
  /** Where it is from: `m5.xlarge on-demand, us-east-1, list of 2026-07-20`. */
  readonly name: string
}

/** What is priced. */
export type Priced = Pick<NodeLifecycle, 'instanceType' | 'capacity' | 'zone'>

/** The price of a node at an instant; undefined when none is known. For a removed node it is asked at the removal. */
export type PriceOf = (node: Priced, at: Instant) => Price | undefined

/**
 * All that a ledger is kept from. `span` is best cut at full hours, because commitments count by the clock hour.
 * `nodes` must hold whatever is missing from a pool in the span, also what left before it: a saving is a node seen to leave.
 */
export interface LedgerInput {
  readonly span: Span
  readonly nodes: readonly NodeLifecycle[]
  readonly pools: readonly PoolFacts[]
  readonly environments: readonly EnvironmentFacts[]
  readonly coverage: readonly Coverage[]
  readonly priceOf: PriceOf
}

/** Bad input that was left out, and why. */
export interface Refusal {
  readonly subject: string
  readonly reason: string
}
