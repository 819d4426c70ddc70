import { type ClusterApi, isNotServed } from './cluster-api.ts'
import { type CustomKind, listCustom } from './custom-objects.ts'
import type { Fields } from './json-fields.ts'

/**
 * Lists a kind, in all namespaces, that a cluster need not have: where it is not served (404) there is none of it. That is remembered as long
 * as the lister lives, so that a cluster without it is asked once.
 */
export const optionalKind = (api: ClusterApi, kind: CustomKind): (() => Promise<readonly Fields[]>) => {
  let isServed = true
  return async () => {
    if (!isServed) return []
    try {
      return await listCustom(api, kind)
    } catch (error) {
      if (!isNotServed(error)) throw error
      isServed = false
      return []
    }
  }
}
