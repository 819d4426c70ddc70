import { type ClusterContext, type Controller, controllerDelaySeconds } from '../context.ts'
import { type KubernetesObject, type ObjectChange, controllerOf, keyOf } from '../kubernetes-object.ts'
import { WorkQueue } from '../work-queue.ts'

/** Splits `namespace/name`; the namespace of `name` alone is empty. */
export const splitKey = (key: string): { readonly namespace: string; readonly name: string } => {
  const slash = key.indexOf('/')
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) }
}

interface KeyedOptions {
  readonly context: ClusterContext
  /** Which keys a change concerns. */
  readonly keys: (change: ObjectChange) => readonly string[]
  readonly sync: (key: string) => void
}

/** A controller that brings one key at a time to its desired state. */
export const keyedController = ({ context, keys, sync }: KeyedOptions): Controller => {
  const queue = new WorkQueue(context.timeline, controllerDelaySeconds, sync)
  return {
    observe: (change) => {
      for (const key of keys(change)) queue.add(key)
    },
    close: () => queue.close(),
  }
}

/** The key of the object itself when it is of `kind`, of its controlling owner when that is. */
export const selfOrOwner =
  (kind: string) =>
  ({ object }: ObjectChange): readonly string[] => {
    if (object.kind === kind) return [keyOf(object)]
    const owner = controllerOf(object)
    return owner?.kind === kind ? [ownerKey(object, owner.name)] : []
  }

const ownerKey = ({ metadata }: KubernetesObject, ownerName: string): string =>
  metadata.namespace === undefined ? ownerName : `${metadata.namespace}/${ownerName}`
