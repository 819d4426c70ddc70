import { secondsBetween } from '../../time.ts'
import type { PodRule } from '../pod-rule.ts'

/** How long after its deletion timestamp, which includes the grace, a pod may still be ending. */
const LATE_SECONDS = 30

/** Row 2: it should have ended long ago; its kubelet does not answer or a finalizer holds the object. */
export const longGonePod: PodRule = ({ deletionAt }, { now }) =>
  deletionAt !== undefined && secondsBetween(deletionAt, now) > LATE_SECONDS
    ? { verdict: 'ignore', reason: `should have ended more than ${LATE_SECONDS} s ago` }
    : undefined
