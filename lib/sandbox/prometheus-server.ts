import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { PrometheusModel } from './cloud/prometheus-model.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** What a Prometheus answers instead; undefined: what it knows. */
export type PrometheusFault = () => { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } | undefined

/** A Prometheus of one's own, behind a proxy that asks for a bearer token where one is given, on a free port of this machine. */
export const startPrometheus = async (model: PrometheusModel, token?: string, fault: PrometheusFault = () => undefined) => {
  const server = createServer(async (incoming, outgoing) => {
    const form = new URLSearchParams(await text(incoming))
    const isKnown = incoming.method === 'POST' && incoming.url === '/api/v1/query_range'
    const refused = fault() ?? (token !== undefined && incoming.headers.authorization !== `Bearer ${token}` ? { status: 401, body: 'Unauthorized' } : undefined)
    if (refused !== undefined) return outgoing.writeHead(refused.status, refused.headers).end(refused.body)
    const { status, body } = isKnown ? model.queryRange(form) : { status: 404, body: {} }
    return outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.keepAliveTimeout = 0
  return listenOnLoopback(server)
}
