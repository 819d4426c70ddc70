import { RECLAIM_TAINT } from '../node.ts'
import type { Instant } from '../time.ts'
import type { Standing } from './board.ts'
import { judgeNode } from './judge-node.ts'
import { judgePod } from './judge-pod.ts'
import type { NodeHold } from './node-rule.ts'
import type { PodContext, PodFinding } from './pod-rule.ts'
import type { SeenNode, SeenPod } from './snapshot.ts'

/** A pod before the plan: what the table says of it up to row 16. */
export interface FirstLook {
  readonly pod: SeenPod
  readonly first: PodFinding | undefined
  /** Whether a disruption budget selects it: what that answers changes with the plan. */
  readonly hasBudget: boolean
}

/** Looks a pod over. */
export const firstLook = (pod: SeenPod, context: PodContext): FirstLook =>
  ({ pod, first: judgePod(pod, context), hasBudget: context.budgets.of(pod).length > 0 })

/** A node before the plan: what holds it by itself, and what was seen of its pods. */
export interface Candidate {
  readonly node: SeenNode
  readonly holds: readonly NodeHold[]
  /** In the order of their names. */
  readonly pods: readonly FirstLook[]
  /** Pods that would have to move. */
  readonly moving: number
  /** Undefined where its price is not known. */
  readonly microUsdPerHour: number | undefined
}

/** Looks a node over. `pods` are those bound to it. */
export const candidateOf = (node: SeenNode, pods: readonly FirstLook[], now: Instant, microUsdPerHour: number | undefined): Candidate => {
  const moving = pods.filter(({ first }) => first?.verdict !== 'ignore' && first?.verdict !== 'delete').length
  return { node, holds: judgeNode(node, now), pods: pods.toSorted(byName), moving, microUsdPerHour }
}

const byName = ({ pod: a }: FirstLook, { pod: b }: FirstLook): number => compare(a.namespace, b.namespace) || compare(a.name, b.name)

const compare = <Value extends string | number>(a: Value, b: Value): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether Catnap marked it for removal. */
export const isMarked = ({ taints }: SeenNode): boolean => taints.some(({ key }) => key === RECLAIM_TAINT)

/** The order in which nodes are judged: money saved per pod moved, then fewer pods, then name. */
export const byGain = (a: Candidate, b: Candidate): number =>
  compare(gainOf(b), gainOf(a)) || compare(a.moving, b.moving) || compare(a.node.name, b.node.name)

/** A node that moves nothing costs nothing to take; one without a known price is counted as worth nothing. */
const gainOf = ({ microUsdPerHour = 0, moving }: Candidate): number => (moving === 0 ? Infinity : microUsdPerHour / moving)

/**
 * Whether others may move to a node before it is judged, and whether it stays whatever the plan does; `isLeft`: with any
 * pod that would have to move it does.
 */
export const standingOf = ({ node, holds, pods }: Candidate, isLeft: boolean): Standing => {
  if (isMarked(node) || holds.some(({ isPlace }) => !isPlace)) return 'no place'
  const stays = ({ first }: FirstLook): boolean =>
    first === undefined ? isLeft : first.verdict === 'block' || first.verdict === 'wait'
  return holds.length > 0 || pods.some(stays) ? 'stays' : 'open'
}
