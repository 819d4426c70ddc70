import { createServer, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { Agent, request } from 'undici'
import { listenOnLoopback } from '../lib/sandbox/listen-on-loopback.ts'

/** A request on its way; `path` carries the query. */
export interface PassingRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What came back, or what is said in its place. */
export interface PassingAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer | string
}

/** Hands a request on, as it is or changed. */
type Forward = (request: PassingRequest) => Promise<PassingAnswer>

/** What to do with a request: `cut` ends the connection, so that the caller never knows what became of it. */
export type Passage = (request: PassingRequest, forward: Forward) => Promise<PassingAnswer | 'cut'>

/** A server of this machine between somebody and what he calls. */
export interface LoopbackProxy {
  readonly url: string
  close(): Promise<void>
}

/** Headers that belong to one connection, or to a body that may have changed. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host', 'expect'])

/** Starts a proxy in front of `target` on a free port. A passage that fails cuts the connection. */
export const startLoopbackProxy = async (target: string, pass: Passage, certificateAuthority?: string): Promise<LoopbackProxy> => {
  const base = target.replace(/\/$/, '')
  const agent = new Agent(certificateAuthority === undefined ? {} : { connect: { ca: certificateAuthority } })
  const forward: Forward = async ({ method, path, headers, body }) => {
    const answer = await request(`${base}${path}`, { method: method as 'GET', dispatcher: agent, headers: withoutHop(headers), ...(body.length > 0 ? { body } : {}) })
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) }
  }
  const server = createServer(async (incoming, outgoing) => {
    try {
      const { method = 'GET', url: path = '/', headers } = incoming
      const answer = await pass({ method, path, headers, body: await buffer(incoming) }, forward)
      if (answer === 'cut') return void incoming.socket.destroy()
      outgoing.writeHead(answer.status, withoutHop(answer.headers)).end(answer.body)
    } catch {
      incoming.socket.destroy()
    }
  })
  // Whoever keeps a connection for long must not find it ended by us in the moment he uses it.
  server.keepAliveTimeout = 0
  const { url, close } = await listenOnLoopback(server)
  return {
    url,
    close: async () => {
      await close()
      await agent.close()
    },
  }
}

const withoutHop = (headers: IncomingHttpHeaders): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined || HOP.has(name) ? [] : [[name, value]])))
