import { mayRunOn } from './capacity.ts'
import type { SeenPod, Snapshot } from './drain/snapshot.ts'
import { hasFinished, podKey } from './drain/snapshot.ts'
import { whyStopped } from './empty-node.ts'
import { asksForNode, type Node, type Pod, podsByNode, RECLAIM_TAINT } from './node.ts'
import { spareNodes, type UnjudgedPool, WAITS } from './reclaim.ts'

/** Whether the pods of a node are moved so that it can leave; if not, `why` where that needs saying. */
export interface Consolidation {
  readonly moves: boolean
  readonly why?: string
}

const LEFT: Consolidation = { moves: false }

/**
 * Whether the pods of a pool's nodes are moved now. Only where the intent says so, and nodes of it may go at all; where
 * Karpenter or Cluster Autoscaler does it, it is theirs. While some nodes are being emptied no others are begun: what the
 * second look finds is then a plan for exactly these.
 */
export const consolidationOf = (view: UnjudgedPool): ((node: Node) => Consolidation) => {
  const { pool, kind, demands, autoscaler } = view
  if (pool.consolidate !== true || pool.removed === true) return () => LEFT
  // Whether it does, `spec.disruption` of its NodePool says (`consolidateAfter: Never`), which is not read.
  if (kind === 'node-pool') return () => ({ moves: false, why: 'left to Karpenter, if its NodePool consolidates' })
  if (autoscaler !== undefined) return () => ({ moves: false, why: `left to Cluster Autoscaler (${autoscaler})` })
  const { mayGo, held } = spareNodes(view)
  const isUnderWay = view.nodes.some((node) => isChosen(view, node))
  if (Object.values(demands).includes('waking') || (mayGo === 0 && !isUnderWay)) return () => ({ moves: false, ...(held === undefined ? {} : { why: held.why }) })
  const on = podsByNode(view.pods)
  return (node) => {
    if (isUnderWay && !isChosen(view, node)) return { moves: false, why: `${WAITS} while others of its pool are emptied` }
    if (!isUnderWay && whyStopped(view, node) !== undefined) return LEFT
    const returning = on.get(node.name)?.find((pod) => wouldReturn(pod, node))
    return returning === undefined ? { moves: true } : { moves: false, why: `${returning.namespace}/${returning.name} tolerates our mark and would be put back` }
  }
}

/** What keeps others from a node that is marked; the second comes with its cordon. */
const MARKS = [{ key: RECLAIM_TAINT, effect: 'NoSchedule' }, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]

/** Whether the scheduler may put the pod that follows an evicted one back on the node it is to leave. */
const wouldReturn = (pod: Pod, { labels }: Node): boolean => asksForNode(pod) && mayRunOn(pod, labels, MARKS)

const isChosen = ({ pool }: UnjudgedPool, { instanceId, markedAt }: Node): boolean =>
  markedAt !== undefined && pool.leaving[instanceId] !== undefined && pool.leaving[instanceId].stage !== 'ending'

/** Labels by which Cluster Autoscaler's own manifests and charts name its pods. */
const AUTOSCALER_LABELS: Readonly<Record<string, readonly string[]>> = {
  app: ['cluster-autoscaler'],
  'k8s-app': ['cluster-autoscaler'],
  'app.kubernetes.io/name': ['cluster-autoscaler', 'aws-cluster-autoscaler'],
}

/** A pod of a Cluster Autoscaler that runs in a cluster, `namespace/name`; undefined: none is known. */
export const clusterAutoscalerIn = ({ pods }: Snapshot): string | undefined => {
  const found = pods.find((pod) => pod.node !== undefined && !hasFinished(pod) && isAutoscaler(pod))
  return found === undefined ? undefined : podKey(found)
}

const isAutoscaler = ({ labels }: SeenPod): boolean =>
  Object.entries(AUTOSCALER_LABELS).some(([key, names]) => names.includes(labels[key] ?? ''))
