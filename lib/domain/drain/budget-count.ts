import { askBudget, type Budget, type BudgetAnswer } from './budget.ts'
import { selectorIndex } from './selector-index.ts'
import { podKey, type SeenPod } from './snapshot.ts'

/** The planner's own count of what budgets still allow: a dry run of an eviction spends nothing, so the API cannot tell. */
export interface BudgetCount {
  /** The budgets that select a pod, in the order of their names. */
  of(pod: SeenPod): readonly Budget[]
  /** What a pod's one budget answers at this point of the plan. */
  ask(budget: Budget, pod: SeenPod): BudgetAnswer
  /** What a budget still allows. */
  left(budget: Budget): number
  /**
   * Takes off what a leaving node takes of its pods' budgets: one for each pod, at most what is left, since the pods of
   * one node leave one after the other.
   */
  spend(pods: readonly SeenPod[]): void
}

/** Counts over these budgets and pods. */
export const budgetCount = (budgets: readonly Budget[], pods: readonly SeenPod[]): BudgetCount => {
  const { add, of } = selectorIndex<Budget>()
  for (const budget of budgets.toSorted((a, b) => (podKey(a) < podKey(b) ? -1 : 1))) add(budget.namespace, [budget.selector], budget)
  let counts: Map<Budget, number> | undefined
  /** Counted when it is first asked: a budget's own controller has counted, as a rule. */
  const selected = (budget: Budget): number => {
    if (counts === undefined) {
      counts = new Map()
      for (const pod of pods) for (const each of of(pod)) counts.set(each, (counts.get(each) ?? 0) + 1)
    }
    return counts.get(budget) ?? 0
  }
  const lefts = new Map(budgets.map((budget) => [budget, Math.max(0, budget.disruptionsAllowed)]))

  const left = (budget: Budget): number => lefts.get(budget) ?? 0
  const ask = (budget: Budget, pod: SeenPod): BudgetAnswer => askBudget(budget, pod, left(budget), () => selected(budget))
  const spend = (leaving: readonly SeenPod[]): void => {
    const spending = leaving.flatMap((pod) => {
      const [budget] = pod.phase === 'Pending' ? [] : of(pod)
      return budget !== undefined && ask(budget, pod).leaves === 'spending' ? [budget] : []
    })
    for (const budget of spending) lefts.set(budget, Math.max(0, left(budget) - 1))
  }
  return { of, left, ask, spend }
}
