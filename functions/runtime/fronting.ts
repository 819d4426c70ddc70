import type { SpokeFronts } from '../../lib/adapters/eks/spoke-fronts.ts'

const listed = (text = ''): readonly string[] => text.split(',').map((each) => each.trim()).filter((each) => each !== '')

/** What the deployment gives the workers of a spoke to lead hosts with: each may be missing. */
export const fronting = ({ CATNAP_LISTENER_ARNS, CATNAP_WAKE_TARGET_GROUP_ARN, CATNAP_WAKE_URL } = process.env): SpokeFronts => ({
  listenerArns: listed(CATNAP_LISTENER_ARNS),
  wakeTargetGroupArns: listed(CATNAP_WAKE_TARGET_GROUP_ARN),
  ...(CATNAP_WAKE_URL === undefined || CATNAP_WAKE_URL === '' ? {} : { wakeUrl: CATNAP_WAKE_URL }),
})
