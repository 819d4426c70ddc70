import type { PodRule } from '../pod-rule.ts'

/** Row 16: its budget would refuse it, now or for ever. Pending pods leave without a look at any budget. */
export const budgetPod: PodRule = (pod, { budgets }) => {
  const [budget] = pod.phase === 'Pending' ? [] : budgets.of(pod)
  if (budget === undefined) return undefined
  const answer = budgets.ask(budget, pod)
  if (!('why' in answer)) return undefined
  const reason = `${answer.leaves}: disruption budget ${budget.name} refuses, ${answer.why}`
  return { verdict: 'block', reason, ...(answer.leaves === 'not now' ? { passes: true } : {}) }
}
