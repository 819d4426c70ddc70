import { newStatus, withDefaults } from './defaults.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ObjectStore } from './object-store.ts'

/** A new object as the API server keeps it: defaults filled in, the status that of something just made. */
export const asCreated = (object: KubernetesObject): KubernetesObject => {
  const status = newStatus(object.kind)
  return { ...withDefaults(object), ...(status === undefined ? {} : { status }) }
}

/** Creates an object on behalf of the control plane. Throws the 409 of a name that is taken. */
export const createObject = (store: ObjectStore, object: KubernetesObject): KubernetesObject =>
  store.create(asCreated(object))
