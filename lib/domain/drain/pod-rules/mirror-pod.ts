import { ANNOTATIONS } from '../annotations.ts'
import type { PodRule } from '../pod-rule.ts'

/** Row 1: the kubelet runs it from a file on the node; the API only shows it. */
export const mirrorPod: PodRule = ({ annotations, owners, node }) => {
  if (annotations[ANNOTATIONS.mirror] !== undefined) return { verdict: 'ignore', reason: 'a mirror pod: it belongs to the node' }
  const isStatic = owners.some(({ group, kind, name }) => group === '' && kind === 'Node' && name === node)
  return isStatic ? { verdict: 'ignore', reason: 'a static pod: it belongs to the node' } : undefined
}
