import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Agent, request } from 'undici'
import type { ClusterUnderTest } from './cluster-under-test.ts'

/** A request on its way to the cluster; `path` carries the query. */
interface PassingRequest {
  readonly method: string
  readonly path: string
}

/** `cut before`: the cluster never hears of it. `cut after`: the cluster acts, and its answer is lost. Or another path. */
export type Meddling = 'cut before' | 'cut after' | { readonly path: string } | undefined

type Meddler = (request: PassingRequest) => Meddling

/** A plain HTTP server that hands everything on to a cluster, except where a test meddles. */
export interface MeddlingProxy {
  readonly url: string
  /** From now on asked of each request before it is handed on; undefined: nobody is. */
  meddle(meddler: Meddler | undefined): void
  close(): Promise<void>
}

/** Headers that belong to one connection. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host'])

/** Starts a proxy in front of a cluster on a free port of this machine. */
export const startMeddlingProxy = async ({ url, certificateAuthority }: Pick<ClusterUnderTest, 'url' | 'certificateAuthority'>): Promise<MeddlingProxy> => {
  const agent = new Agent({ connect: certificateAuthority === undefined ? {} : { ca: certificateAuthority } })
  let meddler: Meddler | undefined

  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url: path = '/' } = incoming
    try {
      const body = await buffer(incoming)
      const meddling = meddler?.({ method, path })
      if (meddling === 'cut before') return incoming.socket.destroy()
      const answer = await request(`${url}${typeof meddling === 'object' ? meddling.path : path}`, {
        method: method as 'GET',
        dispatcher: agent,
        headers: withoutHop(incoming.headers),
        ...(body.length > 0 ? { body } : {}),
      })
      const text = Buffer.from(await answer.body.arrayBuffer())
      if (meddling === 'cut after') return incoming.socket.destroy()
      outgoing.writeHead(answer.statusCode, withoutHop(answer.headers)).end(text)
    } catch {
      incoming.socket.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    meddle: (next) => {
      meddler = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await agent.close()
    },
  }
}

const withoutHop = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined || HOP.has(name) ? [] : [[name, value]])))
