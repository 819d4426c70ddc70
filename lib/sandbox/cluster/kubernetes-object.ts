/** One entry of `metadata.ownerReferences`. */
export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** `metadata` as the API server keeps it; times are RFC 3339 text, as on the wire. */
export interface ObjectMeta {
  readonly name: string
  readonly generateName?: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
}

/** Any object of the Kubernetes API, as JSON has it. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

/** The kind of change that happened to an object; the words of a Kubernetes watch. */
export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** One change of the cluster's state. For a deletion, `object` is the last that was seen. */
export interface ObjectChange {
  readonly type: ChangeType
  readonly object: KubernetesObject
  readonly previous?: KubernetesObject
}

/** `namespace/name`, or `name` for what lives in no namespace. */
export const keyOf = (object: KubernetesObject): string => {
  const { namespace, name } = object.metadata
  return namespace === undefined ? name : `${namespace}/${name}`
}

/** The reference to the owner that controls the object, if one does. */
export const controllerOf = (object: KubernetesObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller === true)
