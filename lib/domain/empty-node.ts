import type { PodAnswer } from './drain/explain-nodes.ts'
import { podKey } from './drain/snapshot.ts'
import { DRAIN_SECONDS } from './drain-limit.ts'
import { sayDuration } from './duration.ts'
import type { Node, PodRef } from './node.ts'
import type { HeldDrain, Pool, StoppedDrain } from './pool.ts'
import type { PoolView } from './reclaim.ts'
import { type Instant, later, secondsBetween } from './time.ts'

/** A node that could not be emptied is left alone for so long. */
const LEFT_ALONE_SECONDS = 3600

/** What comes next for a node that is marked and may leave. */
type NextOfNode =
  | { readonly do: 'evict'; readonly pods: readonly PodRef[] }
  | { readonly do: 'stop'; readonly why: string; readonly held?: HeldDrain }
  | { readonly do: 'remove' | 'wait' }

/** Whether a pod has to be evicted, now or once its budget lets it. */
export const isMoving = ({ verdict }: PodAnswer): boolean => verdict === 'evict' || verdict === 'block'

/**
 * What comes next for a marked node that the judge lets go: what may be evicted now is, the instance goes when nothing that
 * counts is left and no volume hangs on it, and what does not come to its end within the limit is stopped.
 */
export const nextOfNode = ({ now, pool, answers, emptying }: PoolView, { name, instanceId, markedAt = now }: Node): NextOfNode => {
  const leaving = pool.leaving[instanceId]
  const isDraining = leaving?.stage === 'draining'
  const left = (answers.get(name)?.pods ?? []).filter((pod) => isMoving(pod) || pod.verdict === 'wait')
  const hanging = emptying.hanging.get(name) ?? []
  if (left.length === 0 && hanging.length === 0) return { do: 'remove' }
  const limitSeconds = pool.drainSeconds ?? DRAIN_SECONDS
  if (secondsBetween(isDraining ? leaving.since : markedAt, now) >= limitSeconds) {
    const held = heldBy(left, emptying)
    const why = `not empty after ${sayDuration(limitSeconds)}: ${sayLeft(left, hanging, held, leaving?.refusal)}`
    return { do: 'stop', why, ...(held === undefined ? {} : { held }) }
  }
  const pods = emptying.evictions.get(name) ?? []
  return pods.length === 0 && (isDraining || left.length === 0) ? { do: 'wait' } : { do: 'evict', pods }
}

const heldBy = ([first]: readonly PodAnswer[], { budgets }: PoolView['emptying']): HeldDrain | undefined =>
  (first === undefined ? undefined : { pod: podKey(first), budgets: budgets.get(podKey(first)) ?? [] })

/** Where the judge would let a pod go and the API server did not, its words say more, but for the name of the budget. */
const sayLeft = ([first, ...more]: readonly PodAnswer[], hanging: readonly string[], held: HeldDrain | undefined, refusal: string | undefined): string => {
  if (first === undefined || held === undefined) return `volume ${hanging.join(', ')} is still attached`
  const isRefused = first.verdict === 'evict' && refusal !== undefined
  const budget = isRefused && held.budgets.length > 0 ? ` (disruption budget ${held.budgets.join(', ')})` : ''
  return `${held.pod}${budget}: ${isRefused ? refusal : first.reason}${more.length === 0 ? '' : `; and ${more.length} more`}`
}

/** Why a node is not tried again yet; undefined: it was not lately. */
export const whyStopped = ({ now, pool }: Pick<PoolView, 'now' | 'pool'>, { instanceId }: Pick<Node, 'instanceId'>): string | undefined => {
  const stopped = stoppedLately(pool, now)[instanceId]
  return stopped === undefined ? undefined : `could not be emptied: ${stopped.why}`
}

/** The drains of a pool that came to no end and are not tried again yet, by instance id. */
export const stoppedLately = ({ stopped = {} }: Pick<Pool, 'stopped'>, now: Instant): Readonly<Record<string, StoppedDrain>> =>
  Object.fromEntries(Object.entries(stopped).filter(([, { at }]) => now < againAt(at)))

/** When a node whose drain was stopped is tried again. */
export const againAt = (stoppedAt: Instant): Instant => later(stoppedAt, LEFT_ALONE_SECONDS)
