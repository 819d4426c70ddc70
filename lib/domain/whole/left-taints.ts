import type { Snapshot } from '../drain/snapshot.ts'
import { AUTOSCALER_TAINT } from '../node.ts'

/**
 * A cluster whose Cluster Autoscaler sleeps with it: nodes it was just taking keep its taint, and nobody takes them. When it
 * starts again it removes what it finds of these itself.
 */
export const withoutLeftTaints = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  nodes: snapshot.nodes.map((node) => ({ ...node, taints: node.taints.filter(({ key }) => key !== AUTOSCALER_TAINT) })),
})
