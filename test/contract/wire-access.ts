import { type ClusterRight, sayResource, type Verb } from '../../lib/domain/rights/cluster-right.ts'

const VERBS: Readonly<Record<string, Verb>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' }

/** A call as RBAC reads it: `list pods.metrics.k8s.io`. */
export interface Access {
  readonly access: string
  readonly isNamespaced: boolean
}

/** What a request asks for. */
export const accessOf = (method: string, path: string): Access => {
  const [, group = '', namespaced, plural = '', name, subresource = ''] =
    /^\/(?:api|apis\/([^/]+))\/v\w+(\/namespaces\/[^/]+)?\/([a-z]+)(\/[^/?]+)?(\/[^/?]+)?/.exec(path) ?? []
  const resource = `${plural}${subresource}`
  const verb = VERBS[method] ?? (name === undefined ? 'list' : 'get')
  return { access: `${verb} ${sayResource({ apiGroup: group, resource })}`, isNamespaced: namespaced !== undefined }
}

/** Rights without one access, in whatever rows it stands. */
export const withoutAccess = (rights: readonly ClusterRight[], access: string): readonly ClusterRight[] =>
  rights.map((right) => ({ ...right, verbs: right.verbs.filter((verb) => `${verb} ${sayResource(right)}` !== access) })).filter(({ verbs }) => verbs.length > 0)

/** What the API server says of a call that no role allows, wherever an adapter tells it. */
const REFUSAL = /cannot (\w+) resource \\*"([\w/]+)\\*" in API group \\*"([\w.]*)\\*"/g

/** The accesses that an answer or an error says are missing. */
export const missedIn = (said: unknown): readonly string[] =>
  [...JSON.stringify(said instanceof Error ? said.message : (said ?? null)).matchAll(REFUSAL)]
    .map(([, verb = '', resource = '', apiGroup = '']) => `${verb} ${sayResource({ apiGroup, resource })}`)

/** Telling people is never in the way of a sleep or a wake: the doctor misses this access, the engine does not. */
export const UNTOLD = 'create events'
