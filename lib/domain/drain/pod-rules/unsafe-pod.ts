import { ANNOTATIONS } from '../annotations.ts'
import type { PodRule } from '../pod-rule.ts'

/** Row 13: somebody said that it must not be evicted. */
export const unsafePod: PodRule = ({ annotations }) =>
  annotations[ANNOTATIONS.safeToEvict] === 'false'
    ? { verdict: 'block', reason: `${ANNOTATIONS.safeToEvict} is "false"` }
    : undefined
