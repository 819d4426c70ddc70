import { askBudget, type Budget, type BudgetAnswer } from './budget.ts'
import { type LabelIndex, labelIndex } from './label-index.ts'
import { selects } from './selector.ts'
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

const NONE: readonly Budget[] = []

/** Counts over these budgets and pods. */
export const budgetCount = (budgets: readonly Budget[], pods: readonly SeenPod[]): BudgetCount => {
  const find = budgetFinder(budgets)
  /** Only of pods that have any: in most clusters few do. */
  const found = new Map<SeenPod, readonly Budget[]>()
  const selected = new Map<Budget, number>()
  for (const pod of pods) {
    const own = find(pod)
    if (own.length > 0) found.set(pod, own)
    for (const each of own) selected.set(each, (selected.get(each) ?? 0) + 1)
  }
  const lefts = new Map(budgets.map((budget) => [budget, Math.max(0, budget.disruptionsAllowed)]))

  const of = (pod: SeenPod): readonly Budget[] => found.get(pod) ?? NONE
  const left = (budget: Budget): number => lefts.get(budget) ?? 0
  const ask = (budget: Budget, pod: SeenPod): BudgetAnswer => askBudget(budget, pod, left(budget), selected.get(budget) ?? 0)
  const spend = (leaving: readonly SeenPod[]): void => {
    const spending = leaving.flatMap((pod) => {
      const [budget] = pod.phase === 'Pending' ? [] : of(pod)
      return budget !== undefined && ask(budget, pod).leaves === 'spending' ? [budget] : []
    })
    for (const budget of spending) lefts.set(budget, Math.max(0, left(budget) - 1))
  }
  return { of, left, ask, spend }
}

/** Looks a pod's budgets up, by namespace and label. */
const budgetFinder = (budgets: readonly Budget[]): ((pod: SeenPod) => readonly Budget[]) => {
  const byNamespace = new Map<string, LabelIndex<Budget>>()
  for (const budget of budgets.toSorted((a, b) => (podKey(a) < podKey(b) ? -1 : 1))) {
    const index = byNamespace.get(budget.namespace) ?? labelIndex<Budget>()
    byNamespace.set(budget.namespace, index)
    index.add(budget.selector, budget)
  }
  return ({ namespace, labels }) => {
    const near = byNamespace.get(namespace)?.near(labels) ?? NONE
    if (near.length === 0) return NONE
    const matching = near.filter(({ selector }) => selects(selector, labels))
    return matching.length < 2 ? matching : matching.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
}
