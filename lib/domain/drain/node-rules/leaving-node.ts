import { REMOVERS } from '../../node.ts'
import type { NodeRule } from '../node-rule.ts'

/** Somebody else is removing it. */
export const leavingNode: NodeRule = ({ taints, terminating }) => {
  const taint = taints.find(({ key }) => REMOVERS.has(key))
  if (taint !== undefined) return { reason: `${REMOVERS.get(taint.key)} is removing it (taint ${taint.key})`, isPlace: false }
  return terminating ? { reason: 'is being deleted already', isPlace: false } : undefined
}
