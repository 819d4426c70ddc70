import { newStatus, withDefaults } from './defaults.ts'
import { kindRow } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ObjectStore } from './object-store.ts'

/** A new object as the API server keeps it: defaults filled in, the status that of something just made. */
export const asCreated = (object: KubernetesObject): KubernetesObject => {
  const { status: sent, ...fields } = withDefaults(object)
  const status = kindRow(object.kind)?.hasStatus === true ? newStatus(object.kind) : sent
  return { ...fields, ...(status === undefined ? {} : { status }) } as KubernetesObject
}

/** Creates an object on behalf of the control plane. Throws the 409 of a name that is taken. */
export const createObject = (store: ObjectStore, object: KubernetesObject): KubernetesObject =>
  store.create(asCreated(object))
