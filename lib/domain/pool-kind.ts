/**
 * Who grows and shrinks a pool: an EKS managed node group, an Auto Scaling group that is none, or Karpenter with a
 * NodePool, its own or that of EKS Auto Mode.
 */
export type PoolKind = 'node-group' | 'auto-scaling-group' | 'node-pool'

/** A pool as one of its nodes names it. */
export interface NamedPool {
  readonly kind: PoolKind
  readonly name: string
}

/**
 * The pool a node's labels name; undefined: none do. A node of an Auto Scaling group that is no node group says nothing of
 * it, and one of Fargate is of no pool. Labels: EKS user guide, karpenter.sh/docs/concepts/nodepools.
 */
export const poolOfLabels = (labels: Readonly<Record<string, string>>): NamedPool | undefined => {
  const [nodeGroup, nodePool] = [labels['eks.amazonaws.com/nodegroup'], labels['karpenter.sh/nodepool']]
  if (nodePool !== undefined) return { kind: 'node-pool', name: nodePool }
  return nodeGroup === undefined ? undefined : { kind: 'node-group', name: nodeGroup }
}
