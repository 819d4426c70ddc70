import type { NodeRule } from '../node-rule.ts'

const REMOVERS: ReadonlyMap<string, string> = new Map([
  ['ToBeDeletedByClusterAutoscaler', 'Cluster Autoscaler'],
  ['karpenter.sh/disrupted', 'Karpenter'],
])

/** Somebody else is removing it. */
export const leavingNode: NodeRule = ({ taints, terminating }) => {
  const taint = taints.find(({ key }) => REMOVERS.has(key))
  if (taint !== undefined) return { reason: `${REMOVERS.get(taint.key)} is removing it (taint ${taint.key})`, isPlace: false }
  return terminating ? { reason: 'is being deleted already', isPlace: false } : undefined
}
