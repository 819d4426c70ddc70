import { type ClusterApi, listAll } from './cluster-api.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'

/** A kind the client library has no types for. */
export interface CustomKind {
  readonly group: string
  readonly version: string
  readonly plural: string
}

/** Lists a kind in a namespace, or in all of them, page by page. Throws as `listAll` does. */
export const listCustom = (api: ClusterApi, kind: CustomKind, namespace?: string): Promise<readonly Fields[]> =>
  listAll(`${kind.plural}.${kind.group}${namespace === undefined ? '' : ` in ${namespace}`}`, (page) => customPage(api, kind, namespace, page))

/** One page of that. */
export const customPage = async (api: ClusterApi, kind: CustomKind, namespace: string | undefined, page: { limit: number; _continue?: string }): Promise<CustomPage> => {
  const answer: unknown = await (namespace === undefined
    ? api.custom.listClusterCustomObject({ ...kind, ...page })
    : api.custom.listNamespacedCustomObject({ ...kind, namespace, ...page }))
  const { items, metadata } = fieldsIn(answer)
  const { continue: next, remainingItemCount: left } = fieldsIn(metadata)
  const token = textIn(next)
  return {
    items: listIn(items).map(fieldsIn),
    metadata: { ...(token === undefined ? {} : { _continue: token }), ...(typeof left === 'number' ? { remainingItemCount: left } : {}) },
  }
}

interface CustomPage {
  items: Fields[]
  metadata: { _continue?: string; remainingItemCount?: number }
}
