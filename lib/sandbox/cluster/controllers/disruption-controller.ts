import { instant } from '../../../domain/time.ts'
import type { ClusterContext, Controller } from '../context.ts'
import { type ObjectChange, controllerOf, keyOf } from '../kubernetes-object.ts'
import { selects } from '../label-selector.ts'
import { isReady, withCondition } from '../pod-state.ts'
import type { Pod, PodDisruptionBudget } from '../resources.ts'
import { keyedController, splitKey } from './keyed-controller.ts'
import { countOf } from './percentage.ts'

// An eviction the API allowed and nobody saw carried out is forgotten after two minutes.
const disruptionTimeoutSeconds = 120

// Most changes of a pod say nothing to its budgets.
const countsOtherwise = (type: ObjectChange['type'], pod: Pod, previous: Pod | undefined): boolean =>
  type !== 'MODIFIED' ||
  previous === undefined ||
  isReady(pod) !== isReady(previous) ||
  pod.metadata.labels !== previous.metadata.labels ||
  pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp

interface Expectation {
  readonly expectedPods: number
  readonly desiredHealthy: number
}

/** Keeps the figures of disruption budgets up to date (controller/disruption in Kubernetes). */
export const disruptionController = (context: ClusterContext): Controller => {
  const { store, timeline } = context

  /** The workload whose replicas count for a pod: its Deployment where a ReplicaSet stands between. */
  const scaleOwner = (pod: Pod): { readonly uid: string; readonly replicas: number } | undefined => {
    const owner = controllerOf(pod)
    const { namespace } = pod.metadata
    if (owner?.kind === 'StatefulSet') {
      const set = store.get('StatefulSet', owner.name, namespace)
      return set?.metadata.uid === owner.uid ? { uid: owner.uid, replicas: set.spec.replicas } : undefined
    }
    const set = owner?.kind === 'ReplicaSet' ? store.get('ReplicaSet', owner.name, namespace) : undefined
    if (owner === undefined || set === undefined || set.metadata.uid !== owner.uid) return undefined
    const above = controllerOf(set)
    const deployment = above?.kind === 'Deployment' ? store.get('Deployment', above.name, namespace) : undefined
    if (deployment === undefined) return { uid: owner.uid, replicas: set.spec.replicas }
    return { uid: deployment.metadata.uid ?? '', replicas: deployment.spec.replicas }
  }

  /** Undefined where a pod's workload has no scale: the budget then allows nothing. */
  const expectedScale = (pods: readonly Pod[]): number | undefined => {
    const owners = new Map<string, number>()
    for (const pod of pods) {
      const owner = scaleOwner(pod)
      if (owner === undefined) return undefined
      owners.set(owner.uid, owner.replicas)
    }
    return [...owners.values()].reduce((total, replicas) => total + replicas, 0)
  }

  const expectation = ({ spec }: PodDisruptionBudget, pods: readonly Pod[]): Expectation | undefined => {
    const { minAvailable, maxUnavailable } = spec
    if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable }
    const isBare = minAvailable === undefined && maxUnavailable === undefined
    if (isBare) return { expectedPods: pods.length, desiredHealthy: 1 }
    const expectedPods = expectedScale(pods)
    if (expectedPods === undefined) return undefined
    if (minAvailable !== undefined) return { expectedPods, desiredHealthy: countOf(minAvailable, expectedPods, 'up') }
    return { expectedPods, desiredHealthy: Math.max(0, expectedPods - countOf(maxUnavailable, expectedPods, 'up')) }
  }

  const stillDisrupted = (budget: PodDisruptionBudget, pods: readonly Pod[]): Readonly<Record<string, string>> => {
    const present = new Map(pods.map((pod) => [pod.metadata.name, pod]))
    return Object.fromEntries(
      Object.entries(budget.status?.disruptedPods ?? {}).filter(([name, since]) => {
        const pod = present.get(name)
        const ageSeconds = (timeline.now() - instant(since)) / 1000
        const isThere = pod !== undefined && pod.metadata.deletionTimestamp === undefined
        return isThere && ageSeconds < disruptionTimeoutSeconds
      }),
    )
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const budget = store.get('PodDisruptionBudget', name, namespace)
    if (budget === undefined) return
    const pods = store.list('Pod', namespace).filter(({ metadata }) => selects(budget.spec.selector, metadata.labels))
    const disruptedPods = stillDisrupted(budget, pods)
    const healthy = pods.filter(
      (pod) => pod.metadata.deletionTimestamp === undefined && !(pod.metadata.name in disruptedPods) && isReady(pod),
    ).length
    const expected = expectation(budget, pods)
    const { expectedPods, desiredHealthy } = expected ?? { expectedPods: 0, desiredHealthy: 0 }
    const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, healthy - desiredHealthy)
    const isAllowed = disruptionsAllowed > 0
    const reason = expected === undefined ? 'SyncFailed' : isAllowed ? 'SufficientPods' : 'InsufficientPods'
    const condition = { type: 'DisruptionAllowed', status: isAllowed ? 'True' : 'False', reason, message: '' }
    const status = {
      observedGeneration: budget.metadata.generation ?? 0,
      currentHealthy: healthy,
      desiredHealthy,
      expectedPods,
      disruptionsAllowed,
      ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
      conditions: withCondition(budget.status?.conditions, condition, store.timestamp()),
    }
    store.update(budget, { ...budget, status }, 'status')
    if (Object.keys(disruptedPods).length > 0) timeline.after(disruptionTimeoutSeconds, () => sync(key))
  }

  const keys = ({ object, type, previous }: ObjectChange): readonly string[] => {
    const namespace = object.metadata.namespace ?? ''
    if (object.kind === 'PodDisruptionBudget') return type === 'DELETED' ? [] : [keyOf(object)]
    if (object.kind === 'Pod') {
      if (!countsOtherwise(type, object as Pod, previous as Pod | undefined)) return []
      const budget = store
        .list('PodDisruptionBudget', namespace)
        .find(({ spec }) => selects(spec.selector, object.metadata.labels))
      // As the real controller: where several select the pod it looks at any one, and the others stay as they were.
      return budget === undefined ? [] : [keyOf(budget)]
    }
    const isScaled = object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'ReplicaSet'
    return isScaled ? store.list('PodDisruptionBudget', namespace).map((budget) => keyOf(budget)) : []
  }

  return keyedController({ context, sync, keys })
}
