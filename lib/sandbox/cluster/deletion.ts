import { iso, later } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { conflict, preconditionFailed } from './api-error.ts'
import { kindRow } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ObjectStore } from './object-store.ts'
import { isFinished } from './pod-state.ts'
import type { Pod } from './resources.ts'

/** The `DeleteOptions` that matter here. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: string
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
}

/** What a deletion left: the object as last seen, and whether it is gone already. */
export interface Deletion {
  readonly object: KubernetesObject
  readonly gone: boolean
}

/** Throws the 409 of a precondition that does not hold. */
export const checkPreconditions = (object: KubernetesObject, { preconditions = {} }: DeleteOptions): void => {
  const { uid, resourceVersion, name } = object.metadata
  const row = kindRow(object.kind)
  if (row === undefined) return
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    const why =
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). ` +
      'The object might have been deleted and then recreated'
    throw preconditionFailed(row, name, why)
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(row, name)
  }
}

// A pod nobody runs, or that ended, has nothing to shut down.
const graceOf = (object: KubernetesObject, { gracePeriodSeconds }: DeleteOptions): number => {
  if (object.kind !== 'Pod') return 0
  const pod = object as Pod
  if (pod.spec.nodeName === undefined || isFinished(pod)) return 0
  return Math.max(0, gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30)
}

// A Job's pods outlive it unless the caller says otherwise: batch/v1 keeps that for compatibility.
const finalizersFor = (object: KubernetesObject, { propagationPolicy }: DeleteOptions): readonly string[] => {
  const policy = propagationPolicy ?? (object.kind === 'Job' ? 'Orphan' : 'Background')
  const kept = (object.metadata.finalizers ?? []).filter((name) => name !== 'orphan' && name !== 'foregroundDeletion')
  if (policy === 'Foreground') return [...kept, 'foregroundDeletion']
  return policy === 'Orphan' ? [...kept, 'orphan'] : kept
}

/**
 * Deletes as the API server does: at once where nothing stands in the way, otherwise marked and left to finalizers,
 * the kubelet's grace period or the namespace's emptying. Throws the 409 of a precondition that does not hold.
 */
export const deleteObject = (
  store: ObjectStore,
  timeline: Timeline,
  object: KubernetesObject,
  options: DeleteOptions = {},
): Deletion => {
  checkPreconditions(object, options)
  const graceSeconds = graceOf(object, options)
  const { metadata } = object
  const finalizers = finalizersFor(object, options)
  const waits = graceSeconds > 0 || finalizers.length > 0 || object.kind === 'Namespace'
  if (!waits) {
    if (options.dryRun !== true) store.remove(object)
    return { object, gone: true }
  }
  const sooner = graceSeconds < (metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY)
  if (metadata.deletionTimestamp !== undefined && !sooner) return { object, gone: false }
  const next = {
    ...object,
    ...(object.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {}),
    metadata: {
      ...metadata,
      deletionTimestamp: iso(later(timeline.now(), graceSeconds)),
      deletionGracePeriodSeconds: graceSeconds,
      ...(finalizers.length > 0 || metadata.finalizers !== undefined ? { finalizers } : {}),
    },
  }
  return { object: options.dryRun === true ? store.revised(object, next) : store.update(object, next), gone: false }
}
