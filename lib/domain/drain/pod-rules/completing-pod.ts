import { ANNOTATIONS } from '../annotations.ts'
import type { PodRule } from '../pod-rule.ts'

/** Row 9: it asked to be left to its end. */
export const completingPod: PodRule = ({ annotations }) =>
  annotations[ANNOTATIONS.safeToEvict] === 'on-completion'
    ? { verdict: 'wait', reason: `${ANNOTATIONS.safeToEvict} is "on-completion": it is left to its end` }
    : undefined
