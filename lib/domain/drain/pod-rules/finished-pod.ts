import type { PodRule } from '../pod-rule.ts'
import { hasFinished } from '../snapshot.ts'

/** Row 5: nothing runs any more, only the object is left. */
export const finishedPod: PodRule = (pod) =>
  hasFinished(pod) ? { verdict: 'delete', reason: `has finished (${pod.phase})` } : undefined
