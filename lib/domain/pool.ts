import type { Claim } from './environment.ts'
import type { Standing } from './journal/fact.ts'
import type { Pace } from './pace.ts'
import type { Stranded } from './stranded.ts'
import type { Instant } from './time.ts'

/** The size of a pool, in nodes, as its provisioner states it. */
export interface PoolSize {
  readonly minSize: number
  readonly desiredSize: number
  readonly maxSize: number
}

/** Karpenter's `spec.limits` of a NodePool: the most it may have of each resource. */
export type Limits = Readonly<Record<string, string | number>>

/** What a pool was before Catnap changed it. Also on the pool itself, as a tag or, on a NodePool, an annotation. */
export interface PoolOriginal extends PoolSize {
  /** Whether the group's own rebalancing was on, so that it is resumed only if it was. */
  readonly rebalancing: boolean
  /** A NodePool's limits, whole; null: it had none. Absent on pools without limits that could be changed. */
  readonly limits?: Limits | null
}

/** The size of a pool that has no such bounds: Karpenter starts as many nodes as pods wait for. */
export const unboundedSize = (nodes: number): PoolSize => ({ minSize: 0, desiredSize: nodes, maxSize: Number.MAX_SAFE_INTEGER })

/** The limits that let a NodePool start no node; what else it was limited to stays. */
export const shutLimits = (limits: Limits | null): Limits => ({ ...limits, cpu: '0' })

/** Whether a NodePool's limits let it start no node. */
export const isShut = (limits: Limits | null | undefined): boolean => limits !== undefined && limits !== null && `${limits['cpu']}` === '0'

/** Whether it is Catnap that shut a NodePool. */
export const isHeldShut = (original: PoolOriginal | undefined, now: Limits | null | undefined): boolean =>
  original?.limits !== undefined && isShut(now) && !isShut(original.limits)

/**
 * The original of a pool: what is kept of it already, in the table or on the pool, before what it is now, so that a second
 * sleep never takes what the first one left for an original (law 1). Limits that are not shut are nobody's but the user's:
 * changed meanwhile, they are the original (law 4).
 */
export const originalOf = (
  pool: Pick<Pool, 'original' | 'woken'>,
  now: { readonly size: PoolSize; readonly rebalancing: boolean; readonly limits?: Limits | null; readonly mark?: PoolOriginal },
): PoolOriginal => {
  const original = pool.original ?? now.mark ?? { ...now.size, desiredSize: now.size.desiredSize - surplusNodes(pool, now.size), rebalancing: now.rebalancing }
  const isOwn = now.limits !== undefined && (original.limits === undefined || !isShut(now.limits))
  return isOwn ? { ...original, limits: now.limits } : original
}

/**
 * How many nodes of a pool are there only because it was put to sleep and woken: a NodePool has no size to come back to, and
 * pods that all wait at once may bring more nodes than they were on. What it grew since is not of these, what it shrank
 * since is (law 8).
 */
export const surplusNodes = ({ woken }: Pick<Pool, 'woken'>, { desiredSize }: PoolSize): number =>
  (woken === undefined ? 0 : Math.max(0, Math.min(desiredSize, woken.nodes) - woken.before))

/** A pool as money sees it, of the size that is asked for. */
export const poolStanding = (pool: Pick<Pool, 'original' | 'woken'>, size: PoolSize): Standing => {
  const surplus = surplusNodes(pool, size)
  return {
    ...(pool.original === undefined ? {} : { heldNodes: pool.original.desiredSize }),
    wantedNodes: size.desiredSize,
    ...(surplus === 0 ? {} : { surplusNodes: surplus }),
  }
}

/** Whether the minimum of a pool is the one a wake raised it to. */
export const isGuarded = ({ guard }: Pick<Pool, 'guard'>, { minSize }: Pick<PoolSize, 'minSize'>): boolean => guard !== undefined && guard === minSize

/** What a pool is restored to: its original, or more where it has grown meanwhile. */
export const restoredSize = (now: PoolSize, { minSize, desiredSize }: PoolSize): Pick<PoolSize, 'minSize' | 'desiredSize'> =>
  ({ minSize: Math.max(now.minSize, minSize), desiredSize: Math.max(now.desiredSize, desiredSize) })

/** What an environment asks of a pool. */
export type Demand = 'awake' | 'waking' | 'asleep'

/** What the intent says of a pool. */
export interface PoolTerms {
  /** The fewest nodes left. */
  readonly keep: number
  /** How many nodes may go at once; absent: `USUAL_PACE`. */
  readonly pace?: Pace
  /** Nodes whose pods fit elsewhere are emptied. */
  readonly consolidate?: true
  /** How long emptying one of its nodes may take; absent: `DRAIN_SECONDS`. */
  readonly drainSeconds?: number
}

/** Nodes one provisioner grows and shrinks as one, shared by environments. */
export interface Pool extends PoolTerms {
  readonly cluster: string
  readonly name: string
  /** Bumped by every wake that needs it; a reclaim begun under an older epoch stops. */
  readonly epoch: number
  readonly claim?: Claim
  /** What each environment that uses it asks of it, by environment id. One that is not named may use it. */
  readonly demands: Readonly<Record<string, Demand>>
  readonly original?: PoolOriginal
  /** Nodes it had before its last sleep and after its last wake, where those are more. */
  readonly woken?: { readonly before: number; readonly nodes: number }
  /** It was seen as Catnap prepared it, and no wake has asked anything of it since. */
  readonly prepared?: boolean
  /** A Cluster Autoscaler runs in its cluster, as last seen. */
  readonly autoscaled?: boolean
  /** The minimum a wake raised it to, so that a Cluster Autoscaler that goes by an older size cannot lower it. */
  readonly guard?: number
  /** That somebody put it back meanwhile, in words. */
  readonly putBack?: { readonly at: Instant; readonly text: string }
  /** What it would be without Catnap, as last seen: what a projection is reckoned from. */
  readonly baseline?: { readonly nodes: number; readonly instanceType: string }
  /** Taken out of the intent: given back what it was, then forgotten. */
  readonly removed?: boolean
  /** What a node of it gives, learned while there was one; the EKS API tells the rest. */
  readonly shape?: NodeShape
  /** Its size as the journal last heard of it, and what was said to hold its nodes. */
  readonly standing?: Standing
  readonly heldBy?: string
  /** What it leaves on the bill although everything that uses it sleeps, at list prices. */
  readonly stranded?: Stranded
  /** Nodes on their way off the bill, by instance id: from before they are marked until EC2 says `terminated`. */
  readonly leaving: Readonly<Record<string, Leaving>>
  /** Drains that came to no end lately, by instance id. */
  readonly stopped?: Readonly<Record<string, StoppedDrain>>
}

/** A node that was to be emptied and was given back, and why. It is not tried again before long. */
export interface StoppedDrain extends Partial<HeldDrain> {
  readonly at: Instant
  readonly why: string
  /** Absent: noted by an older version. */
  readonly node?: string
  /** What the node goes on costing; absent: its price is not known. */
  readonly microUsdPerHour?: number
}

/** What a drain waited for when its time was over. */
export interface HeldDrain {
  /** `namespace/name` of the first pod that was left. */
  readonly pod: string
  /** The disruption budgets of that pod, by name; none: it is not a budget that holds it. */
  readonly budgets: readonly string[]
}

/**
 * A node on its way off the bill. `marked` and `draining` (its pods are being evicted) may still be given back, `ending` is
 * out of our hands.
 */
export interface Leaving {
  readonly node: string
  readonly instanceType: string
  readonly stage: 'marked' | 'draining' | 'ending'
  readonly since: Instant
  /** Why the API server let a pod of it not go when it was asked last, in its own words. */
  readonly refusal?: string
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
