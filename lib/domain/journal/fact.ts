import type { Rule } from '../decide.ts'
import type { Phase } from '../environment.ts'
import type { Instant } from '../time.ts'

/** The size of a pool as money sees it: what it would be without Catnap while Catnap holds its original, and what is asked for. */
export interface Standing {
  /** The desired size of the original; absent: Catnap holds none. */
  readonly heldNodes?: number
  readonly wantedNodes: number
  /** Nodes that are there only because the pool slept and was woken; absent: none. */
  readonly surplusNodes?: number
}

/**
 * Something that happened in a cluster and that money is reckoned from. Each says what was and what is, so that a span
 * can be read without all that came before it. The same fact noted twice is one.
 */
export type Fact =
  | {
    readonly kind: 'phase'
    readonly at: Instant
    /** `cluster/name` */
    readonly environment: string
    readonly was: Phase
    readonly is: Phase
    /** The line of the precedence that decided it. */
    readonly rule?: Rule
  }
  | {
    readonly kind: 'standing'
    readonly at: Instant
    /** `cluster/pool` */
    readonly pool: string
    readonly was?: Standing
    readonly is: Standing
  }
  | {
    /** A node that Catnap took is off the bill: EC2 says `terminated`. */
    readonly kind: 'left'
    readonly at: Instant
    /** `cluster/pool` */
    readonly pool: string
    readonly instanceId: string
  }
  | {
    /** What holds nodes of a pool although everything that uses it sleeps, in words; absent: nothing. */
    readonly kind: 'blocker'
    readonly at: Instant
    /** `cluster/pool` */
    readonly pool: string
    readonly was?: string
    readonly is?: string
  }
  | {
    /** An act that failed, in words. */
    readonly kind: 'failure'
    readonly at: Instant
    /** The environment, `cluster/name`, the pool, `cluster/pool`, or the cluster. */
    readonly subject: string
    readonly text: string
  }

/** What a fact is about, for its key. */
export const factSubject = (fact: Fact): string => {
  switch (fact.kind) {
    case 'phase':
      return fact.environment
    case 'standing':
    case 'blocker':
      return fact.pool
    case 'left':
      return fact.instanceId
    case 'failure':
      return fact.subject
    default:
      return fact satisfies never
  }
}
