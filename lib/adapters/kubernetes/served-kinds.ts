import { type ClusterApi, isNotServed } from './cluster-api.ts'
import { type CustomKind, listCustom } from './custom-objects.ts'
import type { Fields } from './json-fields.ts'
import { customListed, namespaceLists } from './namespace-lists.ts'

/** A kind that a cluster may lack, or not. */
type ServedKind = CustomKind & { readonly isOptional: boolean }

/** Lists the objects of a kind in some namespaces, or in all. */
export type Lister = (kind: ServedKind, namespaces?: readonly string[]) => Promise<readonly Fields[]>

/**
 * Lists kinds of which a cluster need not serve all: one that is optional and not served (404) has no objects. That is
 * remembered as long as the lister lives, so that a cluster without it is asked once.
 */
export const servedKinds = (api: ClusterApi, lists = namespaceLists()): Lister => {
  const missing = new Set<ServedKind>()
  return async (kind, namespaces) => {
    if (missing.has(kind)) return []
    try {
      return await (namespaces === undefined ? listCustom(api, kind) : lists(customListed(api, kind), namespaces))
    } catch (error) {
      if (!kind.isOptional || !isNotServed(error)) throw error
      missing.add(kind)
      return []
    }
  }
}
