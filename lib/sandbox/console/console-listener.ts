import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'

/** The console answers by these names; a name of an environment is never among them. */
const NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a request is the console's: its own names and paths. Everything else belongs to the environments. */
export const isForConsole = (host: string, url: string): boolean => {
  const [path = ''] = url.split('?')
  return NAMES.has(host) && (path === '/' || path.startsWith('/console/'))
}

/** Answers a request of a plain HTTP server; done when nothing more is asked of the table for it. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The routes for a plain HTTP server. The globals of the process are left alone: the functions run in it too. */
export const consoleListener = (routes: Hono): Answer => {
  const listen = getRequestListener(routes.fetch, { overrideGlobalObjects: false })
  return async (request, response) => void (await listen(request, response))
}
