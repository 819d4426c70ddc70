import type { PodRule } from '../pod-rule.ts'

/** Row 8: in a namespace the intent protects. `kube-system` has rows of its own. */
export const protectedPod: PodRule = ({ namespace }, { protectedBy }) => {
  const entry = namespace === 'kube-system' ? undefined : protectedBy(namespace)
  return entry === undefined ? undefined : { verdict: 'block', reason: `namespace ${namespace} is protected by "${entry}"` }
}
