import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { listenOnLoopback } from '../listen-on-loopback.ts'
import type { ApiResponse, ApiServer } from './api-server.ts'
import { ApiError, badRequest } from './api-error.ts'
import type { Identity } from './identity.ts'
import { apiVersionOf } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

/** A request as a fault hook sees it; `path` carries the query. */
interface SeenRequest {
  readonly method: string
  readonly path: string
}

/** What a hook may answer instead of the cluster; `drop` cuts the connection. */
type Fault =
  | { readonly status: number; readonly body?: object; readonly headers?: Readonly<Record<string, string>> }
  | 'drop'

/** Hooks for tests: before a request is handled, and after it was but before the answer goes out. */
export interface Faults {
  readonly intercept?: (request: SeenRequest) => Promise<Fault | undefined | void>
  readonly committed?: (request: SeenRequest) => Promise<'drop' | undefined | void>
}

/** A listening API server. */
export interface HttpFront {
  readonly url: string
  close(): Promise<void>
}

// Objects are frozen, so that each is written out once however many lists show it.
const written = new WeakMap<object, string>()

// Without kind and apiVersion, which lists leave out of their items as the real server does.
const itemText = (object: KubernetesObject): string => {
  const known = written.get(object)
  if (known !== undefined) return known
  const { kind: _, apiVersion: __, metadata, ...rest } = object
  const text = JSON.stringify({ metadata, ...rest })
  if (Object.isFrozen(object)) written.set(object, text)
  return text
}

const isStored = (body: unknown): body is KubernetesObject =>
  typeof body === 'object' && body !== null && Object.isFrozen(body) && 'metadata' in body

const bodyText = ({ body, list }: ApiResponse): string => {
  if (list !== undefined) {
    const { row, page } = list
    const { continueToken, remainingItemCount, resourceVersion } = page
    const metadata = JSON.stringify({ resourceVersion, continue: continueToken, remainingItemCount })
    const items = page.items.map((item) => itemText(item)).join(',')
    return `{"kind":"${row.kind}List","apiVersion":"${apiVersionOf(row)}","metadata":${metadata},"items":[${items}]}`
  }
  if (!isStored(body)) return JSON.stringify(body)
  return `{"kind":"${body.kind}","apiVersion":"${body.apiVersion}",${itemText(body).slice(1)}`
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : JSON.parse(text)
}

const retryAfter = (body: unknown): Readonly<Record<string, string>> => {
  const seconds = (body as { details?: { retryAfterSeconds?: number } } | undefined)?.details?.retryAfterSeconds
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

type Headers = Readonly<Record<string, string>>

const send = (response: ServerResponse, code: number, text: string, headers: Headers): void => {
  response.writeHead(code, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  response.end(text)
}

/** Serves an API server over HTTP on a free port of this machine; `authenticate` says who a bearer token speaks for. */
export const listen = async (
  api: ApiServer,
  authenticate: (token: string) => Identity | undefined,
  { intercept, committed }: Faults,
): Promise<HttpFront> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const seen = { method: request.method ?? 'GET', path: request.url ?? '/' }
    const parsed = await readBody(request).then((body) => ({ body }), () => undefined)
    const fault = await intercept?.(seen)
    if (fault === 'drop') {
      request.socket.destroy()
      return
    }
    if (fault !== undefined) {
      send(response, fault.status, JSON.stringify(fault.body ?? {}), fault.headers ?? {})
      return
    }
    const result = parsed === undefined ? malformed() : handle(seen, request, parsed.body)
    if ((await committed?.(seen)) === 'drop') {
      request.socket.destroy()
      return
    }
    send(response, result.code, bodyText(result), retryAfter(result.body))
  }

  const handle = ({ method, path }: SeenRequest, request: IncomingMessage, body: unknown): ApiResponse => {
    const mark = path.indexOf('?')
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    return api.handle({
      identity: token === undefined ? undefined : authenticate(token),
      method,
      path: mark < 0 ? path : path.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)),
      contentType: request.headers['content-type'] ?? 'application/json',
      body,
    })
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const { status } = new ApiError(500, 'InternalError', `the simulated cluster failed: ${said}`)
      send(response, 500, JSON.stringify(status), {})
    })
  })
  return listenOnLoopback(server)
}

const malformed = (): ApiResponse => {
  const error = badRequest("couldn't get version/kind; json parse error: the body of the request is not JSON")
  return { code: error.code, body: error.status }
}
