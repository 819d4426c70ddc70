import type { Claim } from './environment.ts'
import type { Standing } from './journal/fact.ts'
import type { Instant } from './time.ts'

/** The size of a pool, in nodes, as its provisioner states it. */
export interface PoolSize {
  readonly minSize: number
  readonly desiredSize: number
  readonly maxSize: number
}

/** What a pool was before Catnap changed it. Also on the pool itself, as a tag. */
export interface PoolOriginal extends PoolSize {
  /** Whether the group's own rebalancing was on, so that it is resumed only if it was. */
  readonly rebalancing: boolean
}

/** What an environment asks of a pool. */
export type Demand = 'awake' | 'waking' | 'asleep'

/** Nodes one provisioner grows and shrinks as one, shared by environments. */
export interface Pool {
  readonly cluster: string
  readonly name: string
  /** The fewest nodes left, as the intent says. */
  readonly keep: number
  /** Bumped by every wake that needs it; a reclaim begun under an older epoch stops. */
  readonly epoch: number
  readonly claim?: Claim
  /** What each environment that uses it asks of it, by environment id. One that is not named may use it. */
  readonly demands: Readonly<Record<string, Demand>>
  readonly original?: PoolOriginal
  /** What it would be without Catnap, as last seen: what a projection is reckoned from. */
  readonly baseline?: { readonly nodes: number; readonly instanceType: string }
  /** Taken out of the intent: given back what it was, then forgotten. */
  readonly removed?: boolean
  /** What a node of it gives, learned while there was one; the EKS API tells the rest. */
  readonly shape?: NodeShape
  /** Its size as the journal last heard of it, and what was said to hold its nodes. */
  readonly standing?: Standing
  readonly heldBy?: string
  /** Nodes on their way off the bill, by instance id: from before they are marked until EC2 says `terminated`. */
  readonly leaving: Readonly<Record<string, Leaving>>
}

/** A node on its way off the bill. `marked` may still be given back, `ending` is out of our hands. */
export interface Leaving {
  readonly node: string
  readonly instanceType: string
  readonly stage: 'marked' | 'ending'
  readonly since: Instant
  /** When EC2 said `terminated`; it leaves the record once the history has it. */
  readonly offAt?: Instant
}

/** What a fresh node of a pool offers to pods, DaemonSets already taken off. */
export interface NodeShape {
  readonly cpuMilli: number
  readonly memoryMiB: number
  readonly pods: number
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
}

/** As `core/v1` Taint. */
export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

/** The original as the value of a tag: AWS allows letters, digits, spaces and `_.:/=+-@`. */
export const poolTag = (original: PoolOriginal): string =>
  `min=${original.minSize} desired=${original.desiredSize} max=${original.maxSize} rebalancing=${original.rebalancing ? 'on' : 'off'}`

/** Reads what `poolTag` wrote; undefined when it is not that. */
export const readPoolTag = (tag: string): PoolOriginal | undefined => {
  const [, min, desired, max, rebalancing] = /^min=(\d+) desired=(\d+) max=(\d+) rebalancing=(on|off)$/.exec(tag) ?? []
  if (rebalancing === undefined) return undefined
  return { minSize: Number(min), desiredSize: Number(desired), maxSize: Number(max), rebalancing: rebalancing === 'on' }
}
