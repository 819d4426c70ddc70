import { isDeepEqual } from './is-deep-equal.ts'
import type { NodeLifecycle } from './ledger/ledger-input.ts'
import type { Instant } from './time.ts'

/** A node as EC2 shows it now. */
export interface SeenNode extends Omit<NodeLifecycle, 'terminatedAt'> {
  readonly ended: boolean
}

/** What is remembered of nodes. */
export interface RememberedLives {
  /** Those that have not ended. */
  readonly running: ReadonlyMap<string, NodeLifecycle>
  /** When others ended, or when whoever took them saw it. */
  readonly endedAt: ReadonlyMap<string, Instant>
}

/**
 * The lives to keep after a look: of nodes that are new, are described anew or have ended. An end is noted once, at the
 * first look that sees it, or when whoever took the node saw it: that is never moved.
 */
export const livesToKeep = (seen: readonly SeenNode[], { running, endedAt }: RememberedLives, now: Instant): readonly NodeLifecycle[] =>
  seen.flatMap(({ ended, ...node }): readonly NodeLifecycle[] => {
    const before = running.get(node.instanceId)
    if (before === undefined && endedAt.has(node.instanceId)) return []
    if (ended) return [{ ...node, runningAt: before?.runningAt ?? node.runningAt, terminatedAt: endedAt.get(node.instanceId) ?? now }]
    return isDeepEqual(node, before) ? [] : [node]
  })
