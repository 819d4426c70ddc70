import { ApiException, AppsV1Api, BatchV1Api, CoreV1Api, createConfiguration, type RequestContext, ServerConfiguration } from '@kubernetes/client-node'
import { Agent, interceptors } from 'undici'
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
    close: () => agent.close(),
  }
}

/** Lists a kind page by page; a page token that expired (410) begins again. */
export const listAll = async <T>(
  list: (page: { limit: number; _continue?: string }) => Promise<{ items: T[]; metadata?: { _continue?: string } }>,
): Promise<readonly T[]> => {
  let items: T[] = []
  let token: string | undefined
  do {
    try {
      const page = await list({ limit: PAGE, ...(token === undefined ? {} : { _continue: token }) })
      items = token === undefined ? page.items : items.concat(page.items)
      token = page.metadata?._continue === '' ? undefined : page.metadata?._continue
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 410 || token === undefined) throw error
      token = undefined
      items = []
    }
  } while (token !== undefined)
  return items
}

/** Objects a page; the default of kubectl. */
const PAGE = 500

/** Runs a change; ends that are to be expected are values: somebody changed it (409, a failed `test` is 422), it is gone. */
export const outcomeOf = async (what: string, change: () => Promise<unknown>): Promise<Outcome> => {
  try {
    await change()
    return { done: true }
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    const text = `${what}: ${error.code} ${messageOf(error)}`
    if (error.code === 404) return { done: false, because: 'gone', text }
    if (error.code === 409 || isFailedTest(error)) return { done: false, because: 'changed', text }
    if (error.code >= 400 && error.code < 500 && error.code !== 429) return { done: false, because: 'refused', text }
    throw new Error(text, { cause: error })
  }
}

/** A failed JSON Patch `test` comes as 422 with "testing value … failed"; other 422 are refusals. */
const isFailedTest = (error: ApiException<unknown>): boolean => error.code === 422 && /test/i.test(messageOf(error))

/** The API server's own words for an error. */
export const messageOf = ({ body, message }: ApiException<unknown>): string => {
  const parsed = typeof body === 'string' ? parse(body) : body
  return typeof parsed === 'object' && parsed !== null && 'message' in parsed ? String(parsed.message) : (message.split('\n')[0] ?? message)
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
