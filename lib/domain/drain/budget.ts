import type { Selector } from './selector.ts'
import type { SeenPod } from './snapshot.ts'

/** A PodDisruptionBudget as the Eviction API reads it. */
export interface Budget {
  readonly namespace: string
  readonly name: string
  /** Undefined selects no pod, one without requirements every pod of the namespace. */
  readonly selector: Selector | undefined
  readonly minAvailable: number | Percentage | undefined
  readonly maxUnavailable: number | Percentage | undefined
  /** `unhealthyPodEvictionPolicy: AlwaysAllow`. */
  readonly letsUnreadyGo: boolean
  readonly generation: number
  readonly observedGeneration: number
  readonly disruptionsAllowed: number
  readonly currentHealthy: number
  readonly desiredHealthy: number
  /** How many pods it reckons with; undefined: its controller has not said. */
  readonly expectedPods: number | undefined
}

/** A share of the pods a budget expects. */
export interface Percentage {
  readonly percent: number
}

/** What the Eviction API would answer. `free`: the pod leaves and the budget is not spent. */
export type BudgetAnswer =
  | { readonly leaves: 'free' | 'spending' }
  | { readonly leaves: 'not now' | 'never'; readonly why: string }

/**
 * What a pod's one budget answers, with `left` disruptions still unspent; `selected` counts the pods that it selects. Rule:
 * registry/core/pod/storage/eviction.go. A pod that is not ready is looked at first; only then what is left.
 */
export const askBudget = (budget: Budget, pod: Pick<SeenPod, 'ready'>, left: number, selected: () => number): BudgetAnswer => {
  const { currentHealthy, desiredHealthy } = budget
  if (!pod.ready && (budget.letsUnreadyGo || (currentHealthy >= desiredHealthy && desiredHealthy > 0))) return { leaves: 'free' }
  const isStale = budget.observedGeneration < budget.generation
  if (!isStale && left > 0) return { leaves: 'spending' }
  const forbids = whyNever(budget, selected)
  if (forbids !== undefined) return { leaves: 'never', why: forbids }
  if (isStale) return { leaves: 'not now', why: 'its controller has not seen its last change yet' }
  if (budget.disruptionsAllowed > 0) return { leaves: 'not now', why: `nodes that go before take the ${budget.disruptionsAllowed} it allows now` }
  return { leaves: 'not now', why: `it allows 0 now: it wants ${desiredHealthy} healthy pods and has ${currentHealthy}` }
}

/** Why a budget can allow no disruption however healthy its pods are; undefined: it can. */
const whyNever = ({ minAvailable, maxUnavailable, expectedPods }: Budget, selected: () => number): string | undefined => {
  if (maxUnavailable !== undefined && shareOf(maxUnavailable, 100) === 0) return `maxUnavailable is ${say(maxUnavailable)}`
  if (minAvailable === undefined) return undefined
  // A controller that has not counted yet says 0, though there is at least the pod that is asked about.
  const expected = expectedPods === undefined || expectedPods === 0 ? selected() : expectedPods
  if (shareOf(minAvailable, expected) < expected) return undefined
  return `minAvailable is ${say(minAvailable)} and it expects ${expected} ${expected === 1 ? 'pod' : 'pods'}`
}

/** A number of pods; percentages round up, as the disruption controller does. */
const shareOf = (value: number | Percentage, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((value.percent * of) / 100)

const say = (value: number | Percentage): string => (typeof value === 'number' ? `${value}` : `${value.percent}%`)
