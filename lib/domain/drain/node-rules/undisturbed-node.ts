import { ANNOTATIONS } from '../annotations.ts'
import type { NodeRule } from '../node-rule.ts'

/** Somebody asked Karpenter not to disturb it; pods may still come. */
export const undisturbedNode: NodeRule = ({ annotations }) =>
  annotations[ANNOTATIONS.doNotDisrupt] === 'true'
    ? { reason: `${ANNOTATIONS.doNotDisrupt} is "true"`, isPlace: true }
    : undefined
