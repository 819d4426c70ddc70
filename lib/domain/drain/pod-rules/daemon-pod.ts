import { ANNOTATIONS } from '../annotations.ts'
import type { PodRule } from '../pod-rule.ts'
import { controllerOf } from '../snapshot.ts'

/** Row 4: one for each node. The kind counts, whatever its API group: there are DaemonSets beside the built-in one. */
export const daemonPod: PodRule = (pod) => {
  const controller = controllerOf(pod)
  if (controller?.kind === 'DaemonSet') return { verdict: 'ignore', reason: `goes with the node: DaemonSet ${controller.name}` }
  if (pod.annotations[ANNOTATIONS.daemonSetPod] !== 'true') return undefined
  return { verdict: 'ignore', reason: `goes with the node: ${ANNOTATIONS.daemonSetPod} is "true"` }
}
