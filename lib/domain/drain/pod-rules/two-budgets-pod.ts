import type { PodRule } from '../pod-rule.ts'

/** Row 15: the Eviction API answers 500 to a pod of two budgets, and will not answer otherwise later. */
export const twoBudgetsPod: PodRule = (pod, { budgets }) => {
  const several = pod.phase === 'Pending' ? [] : budgets.of(pod)
  if (several.length < 2) return undefined
  const names = several.map(({ name }) => name).join(', ')
  return { verdict: 'block', reason: `more than one disruption budget matches (${names}): the API refuses with 500` }
}
