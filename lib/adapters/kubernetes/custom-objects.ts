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
  listAll(`${kind.plural}.${kind.group}${namespace === undefined ? '' : ` in ${namespace}`}`, async (page) => {
    const answer: unknown = await (namespace === undefined
      ? api.custom.listClusterCustomObject({ ...kind, ...page })
      : api.custom.listNamespacedCustomObject({ ...kind, namespace, ...page }))
    const { items, metadata } = fieldsIn(answer)
    const next = textIn(fieldsIn(metadata)['continue'])
    return { items: listIn(items).map(fieldsIn), metadata: next === undefined ? {} : { _continue: next } }
  })
