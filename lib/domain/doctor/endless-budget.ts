import type { Budget } from '../drain/budget.ts'
import { askBudget } from '../drain/budget.ts'
import { selects } from '../drain/selector.ts'
import { type Checkup, patientOf, seen, type SeenPod } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** Disruption budgets that can never let a pod go, and pods under two of them, which the Eviction API refuses with 500. */
export const endlessBudget: Rule = (checkup) => {
  const budgets = seen(checkup.looks.budgets)
  const pods = Map.groupBy(seen(checkup.looks.pods), ({ namespace }) => namespace)
  const selectedBy = (budget: Budget): readonly SeenPod[] => (pods.get(budget.namespace) ?? []).filter(({ labels }) => selects(budget.selector, labels))
  return [...budgets.flatMap((budget) => neverFinding(checkup, budget, selectedBy(budget).length) ?? []), ...doubled(checkup, budgets, selectedBy)]
}

const neverFinding = (checkup: Checkup, budget: Budget, selected: number): Found | undefined => {
  const { namespace, name } = budget
  // What it says of a healthy pod when nothing is left decides: a pod that is not ready may go all the same.
  const answer = askBudget(budget, { ready: true }, 0, () => selected)
  if (answer.leaves !== 'never' || (budget.expectedPods ?? selected) === 0) return undefined
  return {
    ...headOf(checkup, namespace),
    severity: 'weakens',
    subject: `PodDisruptionBudget ${namespace}/${name}`,
    found: `it can never let one of its ${budget.expectedPods ?? selected} pods go: ${answer.why}`,
    means: 'no node with such a pod on it can be drained while the pod runs, neither by Catnap nor by an upgrade of the cluster',
    advice: 'let one pod go at a time; with a single replica that means a short gap when it moves',
    remedy: `kubectl -n ${namespace} patch pdb ${name} --type=merge -p '{"spec":{"minAvailable":null,"maxUnavailable":1}}'`,
  }
}

const doubled = (checkup: Checkup, budgets: readonly Budget[], selectedBy: (budget: Budget) => readonly SeenPod[]): readonly Found[] => {
  const budgetsOf = new Map<SeenPod, Budget[]>()
  for (const budget of budgets) {
    for (const pod of selectedBy(budget)) budgetsOf.set(pod, [...(budgetsOf.get(pod) ?? []), budget])
  }
  const several = [...budgetsOf].filter(([, own]) => own.length > 1)
  const byBudgets = Map.groupBy(several, ([, own]) => own.map(({ namespace, name }) => `${namespace}/${name}`).toSorted().join(', '))
  return [...byBudgets].map(([names, pods]) => ({
    ...headOf(checkup, pods[0]?.[0].namespace ?? ''),
    severity: 'weakens',
    subject: `PodDisruptionBudgets ${names}`,
    found: `all of them select the same ${pods.length === 1 ? 'pod' : `${pods.length} pods`}, ${pods[0]?.[0].namespace}/${pods[0]?.[0].name} among them`,
    means: 'the Eviction API refuses a pod of more than one budget with 500, for ever: its node cannot be drained',
    advice: 'leave one budget for these pods',
    remedy: names.split(', ').slice(1).map((key) => `kubectl -n ${key.split('/')[0]} delete pdb ${key.split('/')[1]}`).join('\n'),
  }))
}

const headOf = (checkup: Checkup, namespace: string): Pick<Found, 'environment'> => {
  const patient = patientOf(checkup, namespace)
  return patient === undefined ? {} : { environment: patient.environment.id }
}
