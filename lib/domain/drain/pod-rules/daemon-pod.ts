import { ANNOTATIONS } from '../annotations.ts'
import type { PodRule } from '../pod-rule.ts'
import { controllerOf } from '../snapshot.ts'

/**
 * Row 4: one for each node. The kind counts, whatever its API group: there are DaemonSets beside the built-in one. An
 * owner that is not marked as the controller counts where nothing else is.
 */
export const daemonPod: PodRule = (pod) => {
  const owner = controllerOf(pod) ?? pod.owners.find(({ kind }) => kind === 'DaemonSet')
  if (owner?.kind === 'DaemonSet') return { verdict: 'ignore', reason: `goes with the node: DaemonSet ${owner.name}` }
  if (pod.annotations[ANNOTATIONS.daemonSetPod] !== 'true') return undefined
  return { verdict: 'ignore', reason: `goes with the node: ${ANNOTATIONS.daemonSetPod} is "true"` }
}
