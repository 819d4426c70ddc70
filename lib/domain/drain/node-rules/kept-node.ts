import { ANNOTATIONS } from '../annotations.ts'
import type { NodeRule } from '../node-rule.ts'

/** Somebody asked Cluster Autoscaler to keep it; pods may still come. */
export const keptNode: NodeRule = ({ annotations }) =>
  annotations[ANNOTATIONS.scaleDownDisabled] === 'true'
    ? { reason: `${ANNOTATIONS.scaleDownDisabled} is "true"`, isPlace: true }
    : undefined
