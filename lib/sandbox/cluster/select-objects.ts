import { parseFieldSelector } from './field-selector.ts'
import type { KindRow } from './kinds.ts'
import { type KubernetesObject, keyOf } from './kubernetes-object.ts'
import { parseLabelSelector, selects } from './label-selector.ts'
import type { ObjectStore } from './object-store.ts'

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** The objects a list asks for by namespace and selectors, in etcd's order. Throws the 400 of a malformed selector. */
export const selectObjects = (
  store: ObjectStore,
  row: KindRow,
  namespace: string | undefined,
  query: URLSearchParams,
): readonly KubernetesObject[] => {
  const labels = query.get('labelSelector') ?? ''
  const fields = query.get('fieldSelector') ?? ''
  // The pods of one node have an index of their own: it is what a drain asks for.
  const [, nodeName] = /^spec\.nodeName==?([^,]+)$/.exec(fields) ?? []
  const isOnNode = row.kind === 'Pod' && namespace === undefined && nodeName !== undefined
  let items: KubernetesObject[] = isOnNode ? store.podsOn(nodeName) : store.list(row.kind, namespace)
  if (labels !== '') {
    const selector = parseLabelSelector(labels)
    items = items.filter(({ metadata }) => selects(selector, metadata.labels))
  }
  if (fields !== '' && !isOnNode) items = items.filter(parseFieldSelector(row, fields))
  return items
    .map((item) => [keyOf(item), item] as const)
    .sort(byKey)
    .map(([, item]) => item)
}
