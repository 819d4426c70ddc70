import { iso } from '../../time.ts'
import type { PodRule } from '../pod-rule.ts'

/** Row 3: it ends by itself, within its grace. */
export const endingPod: PodRule = ({ deletionAt }) =>
  deletionAt === undefined ? undefined : { verdict: 'wait', reason: `is ending already, by ${iso(deletionAt)}`, passes: true }
