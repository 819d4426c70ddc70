import { RECLAIM_TAINT } from '../node.ts'
import type { Standing } from './board.ts'
import { judgeNode } from './judge-node.ts'
import { judgePod } from './judge-pod.ts'
import type { NodeHold } from './node-rule.ts'
import type { PodContext, PodFinding } from './pod-rule.ts'
import type { SeenNode, SeenPod } from './snapshot.ts'

/** A node before the plan: what holds it by itself, and what the table says of its pods up to row 16. */
export interface Candidate {
  readonly node: SeenNode
  readonly holds: readonly NodeHold[]
  /** In the order of their names. */
  readonly pods: readonly { readonly pod: SeenPod; readonly first: PodFinding | undefined }[]
  /** Pods that would have to move. */
  readonly moving: number
  /** Undefined where its price is not known. */
  readonly microUsdPerHour: number | undefined
}

/** Looks a node over. `pods` are those bound to it. */
export const candidateOf = (
  node: SeenNode,
  pods: readonly SeenPod[],
  context: PodContext,
  microUsdPerHour: number | undefined,
): Candidate => {
  const judged = pods.toSorted(byName).map((pod) => ({ pod, first: judgePod(pod, context) }))
  const moving = judged.filter(({ first }) => first?.verdict !== 'ignore' && first?.verdict !== 'delete').length
  return { node, holds: judgeNode(node, context.now), pods: judged, moving, microUsdPerHour }
}

const byName = (a: SeenPod, b: SeenPod): number => compare(a.namespace, b.namespace) || compare(a.name, b.name)

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
  const stays = ({ first }: Candidate['pods'][number]): boolean =>
    first === undefined ? isLeft : first.verdict === 'block' || first.verdict === 'wait'
  return holds.length > 0 || pods.some(stays) ? 'stays' : 'open'
}
