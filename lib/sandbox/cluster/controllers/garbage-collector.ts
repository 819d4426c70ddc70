import type { ClusterContext, Controller } from '../context.ts'
import { deleteObject } from '../deletion.ts'
import type { KubernetesObject, ObjectChange, OwnerReference } from '../kubernetes-object.ts'
import { keyedController } from './keyed-controller.ts'

interface OwnerKey {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

const foreground = 'foregroundDeletion'

const keyFor = (kind: string, namespace: string | undefined, name: string, uid: string): string =>
  JSON.stringify({ kind, namespace: namespace ?? '', name, uid } satisfies OwnerKey)

const ownersOf = ({ metadata }: KubernetesObject, concerns: (ref: OwnerReference) => boolean): readonly string[] =>
  (metadata.ownerReferences ?? [])
    .filter((ref) => concerns(ref))
    .map(({ kind, name, uid }) => keyFor(kind, metadata.namespace, name, uid))

/** Deletes what nobody owns any more, and sees foreground and orphan deletions through. */
export const garbageCollector = (context: ClusterContext): Controller => {
  const { store, timeline } = context

  // An owner lives in its dependent's namespace or in none.
  const findOwner = (kind: string, name: string, namespace: string): KubernetesObject | undefined =>
    store.get(kind, name, namespace) ?? store.get(kind, name)

  const isThere = ({ kind, name, uid }: OwnerReference, namespace: string): boolean =>
    findOwner(kind, name, namespace)?.metadata.uid === uid

  const release = (dependent: KubernetesObject, uid: string): void => {
    const left = (dependent.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
    store.update(dependent, { ...dependent, metadata: { ...dependent.metadata, ownerReferences: left } })
  }

  const collect = (dependent: KubernetesObject, uid: string): void => {
    const namespace = dependent.metadata.namespace ?? ''
    const others = (dependent.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
    if (others.some((owner) => isThere(owner, namespace))) release(dependent, uid)
    else if (dependent.metadata.deletionTimestamp === undefined) {
      deleteObject(store, timeline, dependent, { propagationPolicy: 'Background' })
    }
  }

  const dropFinalizer = (owner: KubernetesObject, finalizer: string): void => {
    const finalizers = (owner.metadata.finalizers ?? []).filter((name) => name !== finalizer)
    store.update(owner, { ...owner, metadata: { ...owner.metadata, finalizers } })
  }

  const deleteInForeground = (owner: KubernetesObject, uid: string): void => {
    const dependents = store.dependents(uid)
    for (const dependent of dependents) {
      if (dependent.metadata.deletionTimestamp !== undefined) continue
      const hasOwn = store.dependents(dependent.metadata.uid ?? '').length > 0
      deleteObject(store, timeline, dependent, { propagationPolicy: hasOwn ? 'Foreground' : 'Background' })
    }
    const blocks = (dependent: KubernetesObject): boolean =>
      dependent.metadata.ownerReferences?.some((ref) => ref.uid === uid && ref.blockOwnerDeletion === true) === true
    if (!store.dependents(uid).some((dependent) => blocks(dependent))) dropFinalizer(owner, foreground)
  }

  const sync = (key: string): void => {
    const { kind, namespace, name, uid } = JSON.parse(key) as OwnerKey
    const found = findOwner(kind, name, namespace)
    const owner = found?.metadata.uid === uid ? found : undefined
    if (owner === undefined) {
      for (const dependent of store.dependents(uid)) collect(dependent, uid)
      return
    }
    if (owner.metadata.deletionTimestamp === undefined) return
    if (owner.metadata.finalizers?.includes('orphan') === true) {
      for (const dependent of store.dependents(uid)) release(dependent, uid)
      dropFinalizer(owner, 'orphan')
    } else if (owner.metadata.finalizers?.includes(foreground) === true) deleteInForeground(owner, uid)
  }

  const keys = ({ type, object }: ObjectChange): readonly string[] => {
    const { name, namespace = '', uid = '', deletionTimestamp } = object.metadata
    const self = () => keyFor(object.kind, namespace, name, uid)
    if (type === 'ADDED') return ownersOf(object, (ref) => !isThere(ref, namespace))
    if (type === 'MODIFIED') return deletionTimestamp === undefined ? [] : [self()]
    const waits = ({ kind, name: owner }: OwnerReference): boolean =>
      findOwner(kind, owner, namespace)?.metadata.finalizers?.includes(foreground) === true
    const waiting = ownersOf(object, waits)
    return store.dependents(uid).length > 0 ? [self(), ...waiting] : waiting
  }

  return keyedController({ context, sync, keys })
}
