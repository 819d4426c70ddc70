import pMap from 'p-map'
import { type ClusterApi, eachPage, isForbidden, listAll, PAGE, reading } from './cluster-api.ts'
import { customPage, type CustomKind } from './custom-objects.ts'
import type { Fields } from './json-fields.ts'

/** One page of a list: of a namespace, or of all of them. */
type ListPage<T> = (namespace: string | undefined, page: { limit: number; _continue?: string }) => Promise<Page<T>>

interface Page<T> {
  items: T[]
  metadata?: { _continue?: string; remainingItemCount?: number }
}

/** What is listed: its name for people, its pages, and which namespace one of it is in. */
interface Listed<T> {
  readonly what: string
  readonly list: ListPage<T>
  readonly namespaceOf: (item: T) => string | undefined
}

/** Lists something in some namespaces. */
export type NamespaceLists = <T>(listed: Listed<T>, namespaces: readonly string[]) => Promise<readonly T[]>

/** From so many namespaces on, one list of all of them may take fewer calls than one for each. */
const MANY = 8

/** Namespaces listed at once. */
const AT_ONCE = 4

/**
 * Lists what some namespaces hold in as few calls as that takes: a list for each, or, where there are many, the pages of the
 * whole cluster, of which the rest is left out as they come. The first page says how many there are. Who may list only in
 * namespaces (403) is not tried again as long as the lister lives.
 */
export const namespaceLists = (): NamespaceLists => {
  const refused = new Set<string>()
  return async (listed, namespaces) => {
    const { what, list } = listed
    if (namespaces.length >= MANY && !refused.has(what)) {
      try {
        const found = await listWide(listed, namespaces)
        if (found !== undefined) return found
      } catch (error) {
        if (!isForbidden(error)) throw error
        refused.add(what)
      }
    }
    return (await pMap(namespaces, (namespace) => listAll(`${what} in ${namespace}`, (page) => list(namespace, page)), { concurrency: AT_ONCE })).flat()
  }
}

/** Undefined: the cluster's pages are more than the namespaces. */
const listWide = async <T>({ what, list, namespaceOf }: Listed<T>, namespaces: readonly string[]): Promise<readonly T[] | undefined> => {
  const wanted = new Set<string | undefined>(namespaces)
  let [found, isDearer]: [T[], boolean] = [[], false]
  const page: Parameters<typeof eachPage<T>>[0] = async (at) => {
    const answer = await list(undefined, at)
    isDearer = at._continue === undefined && pagesAfter(answer) >= namespaces.length
    return isDearer ? { items: [] } : answer
  }
  await reading(`list ${what}`, () => eachPage(page, (items, isFirst) => {
    const own = items.filter((item) => wanted.has(namespaceOf(item)))
    found = isFirst ? own : found.concat(own)
  }))
  return isDearer ? undefined : found
}

/** A list that does not say how much is left may be of any length. */
const pagesAfter = ({ metadata }: Page<unknown>): number => {
  if (metadata?._continue === undefined || metadata._continue === '') return 0
  return metadata.remainingItemCount === undefined ? Number.POSITIVE_INFINITY : Math.ceil(metadata.remainingItemCount / PAGE)
}

/** A kind by its place, as JSON. */
export const customListed = (api: ClusterApi, kind: CustomKind): Listed<Fields> => ({
  what: `${kind.plural}.${kind.group}`,
  list: (namespace, page) => customPage(api, kind, namespace, page),
  namespaceOf: ({ metadata }) => (metadata as { readonly namespace?: string } | undefined)?.namespace,
})
