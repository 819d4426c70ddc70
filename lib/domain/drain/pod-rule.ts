import type { Instant } from '../time.ts'
import type { BudgetCount } from './budget-count.ts'
import type { SeenPod } from './snapshot.ts'

/**
 * What becomes of a pod when its node leaves. `evict`: it moves. `ignore`: it does not count. `delete`: it has finished.
 * `wait`: it ends by itself. `block`: it holds its node.
 */
export type PodVerdict = 'evict' | 'ignore' | 'delete' | 'wait' | 'block'

/** A verdict and what decided it, in words. */
export interface PodFinding {
  readonly verdict: PodVerdict
  readonly reason: string
  /** Time alone lifts it: a node that is being emptied waits for it. */
  readonly passes?: true
}

/** What the rules look at beside the pod. */
export interface PodContext {
  readonly now: Instant
  /** The whole cluster sleeps. */
  readonly asleep: boolean
  /** Namespaces beside `kube-system` whose workloads are scaled to zero with it; absent: none. */
  readonly sleepsWith?: (namespace: string) => boolean
  /** The entry of the intent that protects a namespace. */
  readonly protectedBy: (namespace: string) => string | undefined
  /** The uids of the controllers of built-in kinds that are there. */
  readonly controllers: ReadonlySet<string>
  readonly budgets: BudgetCount
}

/** One row of the table: what it finds, or undefined where it does not fit. */
export type PodRule = (pod: SeenPod, context: PodContext) => PodFinding | undefined
