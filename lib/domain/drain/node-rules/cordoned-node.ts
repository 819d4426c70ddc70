import { RECLAIM_TAINT } from '../../node.ts'
import type { NodeRule } from '../node-rule.ts'

/** Somebody keeps it apart for a reason of their own; our cordon comes with our taint. */
export const cordonedNode: NodeRule = ({ cordoned, taints }) =>
  cordoned && !taints.some(({ key }) => key === RECLAIM_TAINT)
    ? { reason: 'cordoned by somebody else', isPlace: false }
    : undefined
