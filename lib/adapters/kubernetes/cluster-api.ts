import {
  ApiException, AppsV1Api, AutoscalingV2Api, BatchV1Api, CoreV1Api, createConfiguration, CustomObjectsApi, type RequestContext,
  ServerConfiguration, StorageV1Api,
} from '@kubernetes/client-node'
import { Agent, interceptors, request as ask } from 'undici'
import type { Outcome } from '../../ports.ts'

/** Where a cluster's API server is and how its caller proves who it is. */
export interface ClusterEndpoint {
  readonly name: string
  readonly url: string
  /** PEM; undefined: the system's own authorities. */
  readonly certificateAuthority?: string
  readonly token: () => Promise<string>
}

/** The typed clients of one cluster, over one keep-alive pool. */
export interface ClusterApi {
  readonly name: string
  readonly core: CoreV1Api
  readonly apps: AppsV1Api
  readonly batch: BatchV1Api
  readonly autoscaling: AutoscalingV2Api
  readonly storage: StorageV1Api
  /** Kinds the library has no types for. */
  readonly custom: CustomObjectsApi
  /** What a path answers as plain JSON, and what is wanted of it. Throws as the typed clients do. */
  readonly read: (path: string, accept: string) => Promise<unknown>
  /** Closes the connections. */
  readonly close: () => Promise<void>
}

/** Connections at once to one cluster; requests wait for a free one. */
const CONNECTIONS = 16

/** A cluster that does not answer is given up after this, so that it costs the others nothing. */
const ANSWER_MS = 15_000

/** How often a read, or a change with its precondition in it, is sent again on 429, 5xx or a lost connection. */
const RETRIES = 3

/**
 * The clients of one cluster. The library makes a TLS agent per request by itself (FIELD §7: 50 requests, 50
 * connections); here all share one pool that keeps connections alive and honours Retry-After.
 */
export const clusterApi = (endpoint: ClusterEndpoint): ClusterApi => {
  const agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    connect: { timeout: ANSWER_MS / 3, ...(endpoint.certificateAuthority === undefined ? {} : { ca: endpoint.certificateAuthority }) },
  })
  const dispatcher = agent.compose(interceptors.retry({ maxRetries: RETRIES, methods: ['GET', 'PATCH'], statusCodes: [429, 502, 503, 504], throwOnError: false }))
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(endpoint.url, {}),
    authMethods: {
      default: {
        getName: () => 'bearer token',
        applySecurityAuthentication: async (request: RequestContext) => {
          request.setHeaderParam('Authorization', `Bearer ${await endpoint.token()}`)
          request.setDispatcher(dispatcher)
        },
      },
    },
  })
  return {
    name: endpoint.name,
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    batch: new BatchV1Api(configuration),
    autoscaling: new AutoscalingV2Api(configuration),
    storage: new StorageV1Api(configuration),
    custom: new CustomObjectsApi(configuration),
    read: async (path, accept) => {
      const headers = { accept, authorization: `Bearer ${await endpoint.token()}` }
      const { statusCode, headers: answered, body } = await ask(new URL(path, endpoint.url), { dispatcher, headers })
      if (statusCode === 200) return body.json()
      throw new ApiException(statusCode, '', await body.text(), Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, `${value}`])))
    },
    close: () => agent.close(),
  }
}

/**
 * Lists a kind page by page; a page token that expired (410) begins again. Throws an Error that says what was answered,
 * or that nothing was.
 */
export const listAll = <T>(what: string, list: ListPage<T>): Promise<readonly T[]> => reading(`list ${what}`, () => allPages(list))

/** Does what changes nothing. Throws an Error that says what was answered, or that nothing was. */
export const reading = async <T>(what: string, read: () => Promise<T>): Promise<T> => {
  try {
    return await read()
  } catch (error) {
    throw new Error(refusalOf(what, error), { cause: error })
  }
}

type ListPage<T> = (page: { limit: number; _continue?: string }) => Promise<{ items: T[]; metadata?: { _continue?: string } }>

const allPages = async <T>(list: ListPage<T>): Promise<readonly T[]> => {
  let items: readonly T[] = []
  await eachPage(list, (page, isFirst) => {
    items = isFirst ? page : items.concat(page)
  })
  return items
}

/** Hands a list over page by page. A page that is the first once more says that the list begins again. */
export const eachPage = async <T>(list: ListPage<T>, take: (items: readonly T[], isFirst: boolean) => void): Promise<void> => {
  let token: string | undefined
  for (;;) {
    try {
      const page = await list({ limit: PAGE, ...(token === undefined ? {} : { _continue: token }) })
      take(page.items, token === undefined)
      token = page.metadata?._continue === '' ? undefined : page.metadata?._continue
      if (token === undefined) return
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 410 || token === undefined) throw error
      // The first page again, and all after it: half a list would say that what is missing is gone.
      token = undefined
    }
  }
}

/** Objects a page; the default of kubectl. */
export const PAGE = 500

/** Whether a list failed because the cluster serves no such kind. */
export const isNotServed = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof ApiException && error.cause.code === 404

/** Whether a list failed because the caller may not make it. */
export const isForbidden = (error: unknown): error is Error =>
  error instanceof Error && error.cause instanceof ApiException && error.cause.code === 403

/** Runs a change; ends that are to be expected are values: somebody changed it (409, a failed `test` is 422), it is gone, a webhook is not up yet (500). */
export const outcomeOf = async (what: string, change: () => Promise<unknown>): Promise<Outcome> => {
  try {
    await change()
    return { done: true }
  } catch (error) {
    const text = refusalOf(what, error)
    if (!(error instanceof ApiException)) throw new Error(text, { cause: error })
    if (error.code === 404) return { done: false, because: 'gone', text }
    if (error.code === 409 || isFailedTest(error)) return { done: false, because: 'changed', text }
    if (error.code >= 400 && error.code < 500 && error.code !== 429) return { done: false, because: 'refused', text }
    if (error.code === 500 && /failed calling webhook/.test(messageOf(error))) return { done: false, because: 'later', text }
    throw new Error(text, { cause: error })
  }
}

/** What went wrong, for people. The client's own text is a dump of the answer, and that of `fetch` says nothing. */
export const refusalOf = (what: string, error: unknown): string => {
  if (error instanceof ApiException) {
    const next = error.code === 401 || error.code === 403 ? '; does the cluster have what catnap rbac prints, and the access entry?' : ''
    return `${what}: ${error.code} ${messageOf(error)}${next}`
  }
  if (!(error instanceof Error)) return `${what}: ${String(error)}`
  const why = error.cause instanceof Error ? error.cause.message : error.message
  return `${what}: the cluster does not answer: ${why}; is it there, and may this function reach its endpoint?`
}

/**
 * A JSON Patch that does not apply, a failed `test` above all, comes as 422 without a word on why and without the
 * `details` that name the object; an object that would be invalid comes as 422 with them. Rule: apiserver,
 * endpoints/handlers/patch.go.
 */
const isFailedTest = (error: ApiException<unknown>): boolean => error.code === 422 && detailsOf(error)?.['kind'] === undefined

/** The API server's own words for an error. */
const messageOf = (error: ApiException<unknown>): string => {
  const status = statusOf(error)
  return status?.['message'] === undefined ? (/^Message: (.+)$/m.exec(error.message)?.[1] ?? error.message.split('\n')[0] ?? error.message) : String(status['message'])
}

const detailsOf = (error: ApiException<unknown>): Fields | undefined => fieldsOf(statusOf(error)?.['details'])

/** The `Status` object of a refusal; a proxy in between may answer something else. */
const statusOf = ({ body }: ApiException<unknown>): Fields | undefined => fieldsOf(typeof body === 'string' ? parse(body) : body)

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null ? { ...value } : undefined)

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
