import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { deleteObject } from '../deletion.ts'
import { isFinished, isReady } from '../pod-state.ts'
import type { Pod, StatefulSet } from '../resources.ts'
import { keyedController, selfOrOwner, splitKey } from './keyed-controller.ts'
import { counts, podOf, templateHash } from './owned-object.ts'

const revisionLabel = 'controller-revision-hash'

const ordinalOf = ({ metadata }: Pod): number => Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1))

const isHealthy = (pod: Pod): boolean => isReady(pod) && pod.metadata.deletionTimestamp === undefined

/** Keeps the numbered pods of a StatefulSet: in order unless it asks for all at once. */
export const statefulSetController = (context: ClusterContext): Controller => {
  const { store, timeline } = context

  const claimsFor = (set: StatefulSet, podName: string): void => {
    const namespace = set.metadata.namespace ?? ''
    for (const { metadata, spec } of set.spec.volumeClaimTemplates ?? []) {
      const name = `${metadata.name}-${podName}`
      if (store.get('PersistentVolumeClaim', name, namespace) !== undefined) continue
      const claim = { ...metadata, name, namespace, labels: { ...set.spec.selector.matchLabels } }
      createObject(store, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: claim, spec })
    }
  }

  const createPod = (set: StatefulSet, ordinal: number, revision: string): void => {
    const name = `${set.metadata.name}-${ordinal}`
    claimsFor(set, name)
    const volumes = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => ({
      name: metadata.name,
      persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
    }))
    const pod = podOf(set, set.spec.template, name, {
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
      [revisionLabel]: revision,
    })
    const spec = {
      ...pod.spec,
      hostname: name,
      ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 ? { volumes: [...(pod.spec.volumes ?? []), ...volumes] } : {}),
    }
    createObject(store, { ...pod, spec })
  }

  /** One move nearer; answers whether later pods must wait for it. */
  const fill = (set: StatefulSet, pods: ReadonlyMap<number, Pod>, revision: string): boolean => {
    const isOrdered = set.spec.podManagementPolicy !== 'Parallel'
    const start = set.spec.ordinals?.start ?? 0
    for (let ordinal = start; ordinal < start + set.spec.replicas; ordinal += 1) {
      const pod = pods.get(ordinal)
      if (pod === undefined) createPod(set, ordinal, revision)
      else if (isFinished(pod)) deleteObject(store, timeline, pod)
      if (isOrdered && (pod === undefined || !isHealthy(pod))) return true
    }
    return false
  }

  const shrink = (set: StatefulSet, pods: ReadonlyMap<number, Pod>): boolean => {
    const start = set.spec.ordinals?.start ?? 0
    const end = start + set.spec.replicas
    const surplus = [...pods.values()].filter((pod) => ordinalOf(pod) < start || ordinalOf(pod) >= end)
    for (const pod of surplus.toSorted((a, b) => ordinalOf(b) - ordinalOf(a))) {
      if (pod.metadata.deletionTimestamp === undefined) deleteObject(store, timeline, pod)
      // One at a time: the next goes when this one is gone.
      if (set.spec.podManagementPolicy !== 'Parallel') return true
    }
    return surplus.length > 0
  }

  const replaceOutdated = (set: StatefulSet, pods: ReadonlyMap<number, Pod>, revision: string): void => {
    if (set.spec.updateStrategy.type !== 'RollingUpdate') return
    const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0
    for (const pod of [...pods.values()].toSorted((a, b) => ordinalOf(b) - ordinalOf(a))) {
      if (ordinalOf(pod) < partition) return
      if (pod.metadata.labels?.[revisionLabel] !== revision) {
        if (pod.metadata.deletionTimestamp === undefined) deleteObject(store, timeline, pod)
        return
      }
      if (!isHealthy(pod)) return
    }
  }

  const podsOf = (set: StatefulSet): ReadonlyMap<number, Pod> =>
    new Map(store.controlled('Pod', set).map((pod) => [ordinalOf(pod), pod]))

  const writeStatus = (set: StatefulSet, revision: string): void => {
    const pods = [...podsOf(set).values()]
    const ready = pods.filter((pod) => isHealthy(pod)).length
    const updated = pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision).length
    const isCurrent = updated === set.spec.replicas && ready === set.spec.replicas
    const status = {
      observedGeneration: set.metadata.generation ?? 0,
      replicas: pods.length,
      availableReplicas: ready,
      ...counts({ readyReplicas: ready, currentReplicas: updated, updatedReplicas: updated }),
      currentRevision: isCurrent ? revision : (set.status?.currentRevision ?? revision),
      updateRevision: revision,
      collisionCount: 0,
    }
    store.update(set, { ...set, status }, 'status')
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const set = store.get('StatefulSet', name, namespace)
    if (set === undefined) return
    const revision = `${name}-${templateHash(set.spec.template)}`
    if (set.metadata.deletionTimestamp === undefined) {
      const pods = podsOf(set)
      const waits = fill(set, pods, revision)
      if (!waits && !shrink(set, pods)) replaceOutdated(set, pods, revision)
    }
    writeStatus(set, revision)
  }

  return keyedController({ context, sync, keys: selfOrOwner('StatefulSet') })
}
