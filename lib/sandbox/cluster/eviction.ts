import type { Timeline } from '../timeline.ts'
import { ApiError, tooManyRequests } from './api-error.ts'
import { checkPreconditions, deleteObject, type DeleteOptions } from './deletion.ts'
import { selects } from './label-selector.ts'
import type { ObjectStore } from './object-store.ts'
import { isFinished, isReady, withCondition } from './pod-state.ts'
import type { Pod, PodDisruptionBudget } from './resources.ts'

const refused = "Cannot evict pod as it would violate the pod's disruption budget."

const evicting = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
}

const budgetCause = (message: string) => [{ reason: 'DisruptionBudget', message }]

/** The budgets of the pod's namespace that select it. */
export const budgetsOf = (store: ObjectStore, { metadata }: Pod): readonly PodDisruptionBudget[] =>
  store
    .list('PodDisruptionBudget', metadata.namespace ?? '')
    .filter(({ spec }) => selects(spec.selector, metadata.labels))

// Pods that serve nobody any more, or not yet, leave without a look at any budget.
const needsNoBudget = (pod: Pod): boolean =>
  isFinished(pod) || pod.status?.phase === 'Pending' || pod.metadata.deletionTimestamp !== undefined

const mayLeaveUnready = ({ spec, status }: PodDisruptionBudget): boolean => {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return currentHealthy >= desiredHealthy && desiredHealthy > 0
}

const checkBudget = ({ metadata, status }: PodDisruptionBudget): void => {
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    const cause = `The disruption budget ${metadata.name} is still being processed by the server.`
    throw tooManyRequests(refused, 10, budgetCause(cause))
  }
  if ((status?.disruptionsAllowed ?? 0) <= 0) {
    const cause =
      `The disruption budget ${metadata.name} needs ${status?.desiredHealthy ?? 0} healthy pods ` +
      `and has ${status?.currentHealthy ?? 0} currently`
    throw tooManyRequests(refused, 0, budgetCause(cause))
  }
}

const spend = (store: ObjectStore, budget: PodDisruptionBudget, podName: string): void => {
  const { status } = budget
  if (status === undefined) return
  const disruptedPods = { ...status.disruptedPods, [podName]: store.timestamp() }
  const disruptionsAllowed = status.disruptionsAllowed - 1
  store.update(budget, { ...budget, status: { ...status, disruptionsAllowed, disruptedPods } }, 'status')
}

/**
 * Evicts a pod as the Eviction API does (registry/core/pod/storage/eviction.go): two budgets are a 500, a budget that
 * is spent or not yet observed a 429. A dry run refuses the same but spends nothing.
 */
export const evict = (store: ObjectStore, timeline: Timeline, pod: Pod, options: DeleteOptions): void => {
  const { dryRun = false } = options
  if (!needsNoBudget(pod)) {
    const budgets = budgetsOf(store, pod)
    if (budgets.length > 1) {
      const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
      throw new ApiError(500, '', message)
    }
    const [budget] = budgets
    const spends = budget !== undefined && (isReady(pod) || !mayLeaveUnready(budget))
    if (spends) checkBudget(budget)
    // Before the preconditions: an eviction they refuse has spent the budget all the same.
    if (spends && !dryRun) spend(store, budget, pod.metadata.name)
  }
  checkPreconditions(pod, options)
  if (dryRun) return
  const conditions = withCondition(pod.status?.conditions, evicting, store.timestamp())
  const { preconditions: _, ...rest } = options
  deleteObject(store, timeline, store.update(pod, { ...pod, status: { ...pod.status, conditions } }, 'status'), rest)
}
