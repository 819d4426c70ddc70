import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { deleteObject } from '../deletion.ts'
import { isActive, isReady } from '../pod-state.ts'
import type { Pod, ReplicaSet } from '../resources.ts'
import { keyedController, selfOrOwner, splitKey } from './keyed-controller.ts'
import { counts, podOf, randomSuffix } from './owned-object.ts'

const deletionCost = ({ metadata }: Pod): number =>
  Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0)

// Who goes first when there are too many: unscheduled, not ready, cheap, on a crowded node, young.
const byDispensability = (pods: readonly Pod[]): readonly Pod[] => {
  const crowd = new Map<string, number>()
  for (const { spec } of pods) crowd.set(spec.nodeName ?? '', (crowd.get(spec.nodeName ?? '') ?? 0) + 1)
  const rank = (pod: Pod): readonly (number | string)[] => [
    pod.spec.nodeName === undefined ? 0 : 1,
    pod.status?.phase === 'Pending' ? 0 : 1,
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(crowd.get(pod.spec.nodeName ?? '') ?? 0),
    -Date.parse(pod.metadata.creationTimestamp ?? ''),
    pod.metadata.name,
  ]
  const ranked = pods.map((pod) => ({ pod, rank: rank(pod) }))
  return ranked.sort((a, b) => compareRanks(a.rank, b.rank)).map(({ pod }) => pod)
}

const compareRanks = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  for (const [index, value] of a.entries()) {
    const other = b[index]
    if (other !== undefined && value !== other) return value < other ? -1 : 1
  }
  return 0
}

/** Keeps as many pods as a ReplicaSet asks for. */
export const replicaSetController = (context: ClusterContext): Controller => {
  const { store, timeline, dice } = context
  const made = new Map<string, number>()

  const createPod = (set: ReplicaSet): void => {
    const uid = set.metadata.uid ?? ''
    const serial = made.get(uid) ?? 0
    made.set(uid, serial + 1)
    const name = `${set.metadata.name}-${randomSuffix(dice, 'pod', context.name, uid, serial)}`
    if (store.get('Pod', name, set.metadata.namespace) !== undefined) createPod(set)
    else createObject(store, podOf(set, set.spec.template, name))
  }

  const writeStatus = (set: ReplicaSet): void => {
    const active = store.controlled('Pod', set).filter((pod) => isActive(pod))
    const ready = active.filter((pod) => isReady(pod)).length
    const status = {
      replicas: active.length,
      ...counts({ fullyLabeledReplicas: active.length, readyReplicas: ready, availableReplicas: ready }),
      observedGeneration: set.metadata.generation ?? 0,
    }
    store.update(set, { ...set, status }, 'status')
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const set = store.get('ReplicaSet', name, namespace)
    if (set === undefined) return
    if (set.metadata.deletionTimestamp === undefined) {
      const active = store.controlled('Pod', set).filter((pod) => isActive(pod))
      const surplus = active.length - set.spec.replicas
      for (let missing = surplus; missing < 0; missing += 1) createPod(set)
      if (surplus > 0) for (const pod of byDispensability(active).slice(0, surplus)) deleteObject(store, timeline, pod)
    }
    writeStatus(set)
  }

  const keys = selfOrOwner('ReplicaSet')
  return keyedController({
    context,
    sync,
    keys: (change) => {
      const { type, object } = change
      if (type === 'DELETED' && object.kind === 'ReplicaSet') made.delete(object.metadata.uid ?? '')
      return keys(change)
    },
  })
}
