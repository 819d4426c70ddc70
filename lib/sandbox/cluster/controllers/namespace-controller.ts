import type { ClusterContext, Controller } from '../context.ts'
import { deleteObject } from '../deletion.ts'
import { kinds } from '../kinds.ts'
import { keyedController } from './keyed-controller.ts'

const namespacedKinds = kinds.filter(({ namespaced }) => namespaced).map(({ kind }) => kind)

/** Empties a namespace that is being deleted, and takes it away when nothing is left in it. */
export const namespaceController = (context: ClusterContext): Controller => {
  const { store, timeline } = context

  const sync = (name: string): void => {
    const namespace = store.get('Namespace', name)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    const content = () => namespacedKinds.flatMap((kind) => store.list(kind, name))
    for (const object of content()) {
      if (object.metadata.deletionTimestamp !== undefined) continue
      deleteObject(store, timeline, object, { propagationPolicy: 'Background' })
    }
    if (content().length === 0) store.remove(namespace)
  }

  const isTerminating = (name: string): boolean =>
    store.get('Namespace', name)?.metadata.deletionTimestamp !== undefined

  return keyedController({
    context,
    sync,
    keys: ({ type, object }) => {
      if (object.kind === 'Namespace') return type === 'MODIFIED' ? [object.metadata.name] : []
      const { namespace } = object.metadata
      return namespace !== undefined && type === 'DELETED' && isTerminating(namespace) ? [namespace] : []
    },
  })
}
