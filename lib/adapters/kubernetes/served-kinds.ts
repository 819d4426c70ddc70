import type { Kind } from '../../domain/kinds/kind.ts'
import { type ClusterApi, isNotServed } from './cluster-api.ts'
import { listCustom } from './custom-objects.ts'
import type { Fields } from './json-fields.ts'

/** Lists the objects of a kind in a namespace, or in all. */
export type Lister = (kind: Kind, namespace?: string) => Promise<readonly Fields[]>

/**
 * Lists kinds of which a cluster need not serve all: one that is optional and not served (404) has no objects. That is
 * remembered as long as the lister lives, so that a cluster without it is asked once.
 */
export const servedKinds = (api: ClusterApi): Lister => {
  const missing = new Set<Kind>()
  return async (kind, namespace) => {
    if (missing.has(kind)) return []
    try {
      return await listCustom(api, kind, namespace)
    } catch (error) {
      if (!kind.isOptional || !isNotServed(error)) throw error
      missing.add(kind)
      return []
    }
  }
}
