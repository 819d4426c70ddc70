import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { deleteObject } from '../deletion.ts'
import { type KubernetesObject, controllerOf } from '../kubernetes-object.ts'
import { isFinished, withCondition } from '../pod-state.ts'
import type { Condition, Deployment, ReplicaSet } from '../resources.ts'
import { keyedController, selfOrOwner, splitKey } from './keyed-controller.ts'
import { controlledBy, counts, templateHash } from './owned-object.ts'
import { countOf } from './percentage.ts'

const hashLabel = 'pod-template-hash'
const revisionAnnotation = 'deployment.kubernetes.io/revision'

const sum = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((total, set) => total + (count(set) ?? 0), 0)

const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[revisionAnnotation] ?? 0)

const newReplicaSet = (deployment: Deployment, hash: string, replicas: number, revision: number) => {
  const { template, selector } = deployment.spec
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: { [revisionAnnotation]: String(revision) },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

/** How many pods more than asked for, and how many fewer, a rollout may have (rounded up and down respectively). */
const rolloutLimits = ({ spec }: Deployment): { readonly surge: number; readonly unavailable: number } => {
  if (spec.strategy.type === 'Recreate') return { surge: 0, unavailable: spec.replicas }
  const surge = countOf(spec.strategy.rollingUpdate?.maxSurge, spec.replicas, 'up')
  const unavailable = countOf(spec.strategy.rollingUpdate?.maxUnavailable, spec.replicas, 'down')
  // Both at zero would never move: Kubernetes then lets one be missing.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, spec.replicas) }
}

const available: Condition = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
}

const unavailable: Condition = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
}

const conditionsOf = (
  deployment: Deployment,
  availableReplicas: number,
  updated: number,
  timestamp: string,
): readonly Condition[] => {
  const { replicas } = deployment.spec
  const isAvailable = availableReplicas >= replicas - rolloutLimits(deployment).unavailable
  const isDone = updated >= replicas && availableReplicas >= replicas
  const reason = isDone ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'
  const conditions = withCondition(deployment.status?.conditions, isAvailable ? available : unavailable, timestamp)
  return withCondition(conditions, { type: 'Progressing', status: 'True', reason }, timestamp)
}

/** Rolls a Deployment from one ReplicaSet to the next, one for each template. */
export const deploymentController = (context: ClusterContext): Controller => {
  const { store, timeline } = context

  const resize = (set: ReplicaSet, replicas: number): void => {
    if (set.spec.replicas !== replicas) store.update(set, { ...set, spec: { ...set.spec, replicas } })
  }

  const hasPods = (sets: readonly ReplicaSet[]): boolean =>
    sets.flatMap((set) => store.controlled('Pod', set)).some((pod) => !isFinished(pod))

  const ensureCurrent = (deployment: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): void => {
    const { spec } = deployment
    const waits = spec.strategy.type === 'Recreate' && hasPods(old)
    const room = Math.max(0, spec.replicas + rolloutLimits(deployment).surge - sum(old, (set) => set.spec.replicas))
    if (current === undefined) {
      if (spec.paused === true || waits) return
      const revision = Math.max(0, ...old.map((set) => revisionOf(set))) + 1
      const hash = templateHash(spec.template)
      const made = newReplicaSet(deployment, hash, Math.min(spec.replicas, room), revision)
      // Of a Deployment of this name that was just deleted: the real one takes another hash, this one waits until it is gone.
      if (store.get('ReplicaSet', made.metadata.name, made.metadata.namespace) === undefined) createObject(store, made)
    } else if (current.spec.replicas > spec.replicas) resize(current, spec.replicas)
    else if (!waits) resize(current, Math.max(current.spec.replicas, Math.min(spec.replicas, room)))
  }

  const shrinkOld = (deployment: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): void => {
    const { spec } = deployment
    if (spec.strategy.type === 'Recreate') {
      for (const set of old) resize(set, 0)
      return
    }
    const minAvailable = spec.replicas - rolloutLimits(deployment).unavailable
    const newUnavailable = (current?.spec.replicas ?? 0) - (current?.status?.availableReplicas ?? 0)
    const total = sum(old, (set) => set.spec.replicas) + (current?.spec.replicas ?? 0)
    let surplus = Math.max(0, total - minAvailable - newUnavailable)
    for (const set of [...old].sort((a, b) => revisionOf(a) - revisionOf(b))) {
      const removed = Math.min(surplus, set.spec.replicas)
      surplus -= removed
      resize(set, set.spec.replicas - removed)
    }
  }

  const scalePaused = (deployment: Deployment, sets: readonly ReplicaSet[]): void => {
    const active = sets.filter((set) => set.spec.replicas > 0)
    const [newest] = (active.length > 0 ? active : sets).toSorted((a, b) => revisionOf(b) - revisionOf(a))
    if (newest === undefined) return
    const others = sum(sets, (set) => set.spec.replicas) - newest.spec.replicas
    resize(newest, Math.max(0, deployment.spec.replicas - others))
    if (deployment.spec.replicas === 0) for (const set of active) resize(set, 0)
  }

  const writeStatus = (deployment: Deployment, sets: readonly ReplicaSet[], current: ReplicaSet | undefined): void => {
    const replicas = sum(sets, (set) => set.status?.replicas)
    const availableReplicas = sum(sets, (set) => set.status?.availableReplicas)
    const updated = current?.status?.replicas ?? 0
    const status = {
      observedGeneration: deployment.metadata.generation ?? 0,
      ...counts({
        replicas,
        updatedReplicas: updated,
        readyReplicas: availableReplicas,
        availableReplicas,
        unavailableReplicas: Math.max(0, sum(sets, (set) => set.spec.replicas) - availableReplicas),
      }),
      conditions: conditionsOf(deployment, availableReplicas, updated, store.timestamp()),
    }
    const { metadata } = deployment
    const revision = current === undefined ? {} : { [revisionAnnotation]: String(revisionOf(current)) }
    const annotations = current === undefined ? {} : { annotations: { ...metadata.annotations, ...revision } }
    store.update(deployment, { ...deployment, metadata: { ...metadata, ...annotations }, status }, 'status')
  }

  const setsOf = (deployment: Deployment) => {
    const sets = store.controlled('ReplicaSet', deployment)
    const hash = templateHash(deployment.spec.template)
    const current = sets.find(({ metadata }) => metadata.labels?.[hashLabel] === hash)
    return { sets, current, old: sets.filter((set) => set !== current) }
  }

  // A template that comes back finds its old ReplicaSet, which is then the newest revision again.
  const renewRevision = (current: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet => {
    const newest = Math.max(0, ...old.map((set) => revisionOf(set)))
    if (revisionOf(current) > newest) return current
    const annotations = { ...current.metadata.annotations, [revisionAnnotation]: String(newest + 1) }
    return store.update(current, { ...current, metadata: { ...current.metadata, annotations } })
  }

  const cleanUp = ({ spec }: Deployment, old: readonly ReplicaSet[]): void => {
    const empty = old.filter((set) => set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0)
    const surplus = empty.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(spec.revisionHistoryLimit)
    for (const set of surplus) deleteObject(store, timeline, set)
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const deployment = store.get('Deployment', name, namespace)
    if (deployment === undefined) return
    const { sets, current, old } = setsOf(deployment)
    if (deployment.metadata.deletionTimestamp === undefined) {
      if (deployment.spec.paused === true) scalePaused(deployment, sets)
      else {
        const newest = current === undefined ? undefined : renewRevision(current, old)
        ensureCurrent(deployment, newest, old)
        shrinkOld(deployment, setsOf(deployment).current, old)
        cleanUp(deployment, old)
      }
    }
    const after = setsOf(deployment)
    writeStatus(deployment, after.sets, after.current)
  }

  // Recreate waits for the last old pod to be gone, which its ReplicaSet's status does not tell.
  const waitingFor = (pod: KubernetesObject): readonly string[] => {
    const owner = controllerOf(pod)
    const { namespace } = pod.metadata
    const set = owner?.kind === 'ReplicaSet' ? store.get('ReplicaSet', owner.name, namespace) : undefined
    const above = set === undefined ? undefined : controllerOf(set)
    return above?.kind === 'Deployment' ? [`${namespace}/${above.name}`] : []
  }

  const keys = selfOrOwner('Deployment')
  return keyedController({
    context,
    sync,
    keys: (change) =>
      change.type === 'DELETED' && change.object.kind === 'Pod' ? waitingFor(change.object) : keys(change),
  })
}
