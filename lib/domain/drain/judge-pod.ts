import { ANNOTATIONS } from './annotations.ts'
import type { PodContext, PodFinding, PodRule } from './pod-rule.ts'
import { budgetPod } from './pod-rules/budget-pod.ts'
import { completingPod } from './pod-rules/completing-pod.ts'
import { daemonPod } from './pod-rules/daemon-pod.ts'
import { endingPod } from './pod-rules/ending-pod.ts'
import { finishedPod } from './pod-rules/finished-pod.ts'
import { localStoragePod } from './pod-rules/local-storage-pod.ts'
import { longGonePod } from './pod-rules/long-gone-pod.ts'
import { mirrorPod } from './pod-rules/mirror-pod.ts'
import { ownerlessPod } from './pod-rules/ownerless-pod.ts'
import { protectedPod } from './pod-rules/protected-pod.ts'
import { sleepingSystemPod } from './pod-rules/sleeping-system-pod.ts'
import { systemPod } from './pod-rules/system-pod.ts'
import { twoBudgetsPod } from './pod-rules/two-budgets-pod.ts'
import { undisturbedPod } from './pod-rules/undisturbed-pod.ts'
import { unsafePod } from './pod-rules/unsafe-pod.ts'
import type { SeenPod } from './snapshot.ts'

/** Rows 1 to 9: what a pod is, and what people said about it. */
const FIRST: readonly PodRule[] = [
  mirrorPod, longGonePod, endingPod, daemonPod, finishedPod, undisturbedPod, sleepingSystemPod, protectedPod, completingPod,
]

/** Rows 11 to 14, which a pod declared safe to evict skips (row 10). */
const UNLESS_SAFE: readonly PodRule[] = [ownerlessPod, systemPod, unsafePod, localStoragePod]

/** Rows 15 and 16, which the API enforces on every pod. */
const BUDGETS: readonly PodRule[] = [twoBudgetsPod, budgetPod]

const SAFE = [...FIRST, ...BUDGETS]
const ALL = [...FIRST, ...UNLESS_SAFE, ...BUDGETS]

/**
 * The first row of the table of pods that fits, up to row 16; undefined: it may leave where there is a place for it.
 * Near to Cluster Autoscaler's drainability rules, with Karpenter's `do-not-disrupt` and the Eviction API's behaviour.
 */
export const judgePod = (pod: SeenPod, context: PodContext): PodFinding | undefined => {
  const rules = pod.annotations[ANNOTATIONS.safeToEvict] === 'true' ? SAFE : ALL
  for (const rule of rules) {
    const finding = rule(pod, context)
    if (finding !== undefined) return finding
  }
  return undefined
}
