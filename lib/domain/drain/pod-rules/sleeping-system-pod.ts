import type { PodRule } from '../pod-rule.ts'
import { controllerOf } from '../snapshot.ts'

/** The namespace of a cluster's own workloads. */
const SYSTEM = 'kube-system'

/** Row 7: when the whole cluster sleeps, what brings it back is scaled to zero with it. */
export const sleepingSystemPod: PodRule = (pod, { asleep, sleepsWith = () => false }) => {
  const controller = asleep && (pod.namespace === SYSTEM || sleepsWith(pod.namespace)) ? controllerOf(pod) : undefined
  if (controller === undefined) return undefined
  return { verdict: 'evict', reason: `the whole cluster sleeps, ${controller.kind} ${controller.name} with it` }
}
