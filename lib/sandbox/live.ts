import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Intent } from '../domain/intent/schema.ts'
import { iso, later } from '../domain/time.ts'
import type { FleetPlan } from './fleet-plan.ts'
import { readLogs, sayLine } from './log-lines.ts'
import { type Run, startRun } from './run.ts'
import { SESSION_FILE, type SandboxSession } from './session.ts'

/** What a live run is made from. */
export interface LiveOptions {
  readonly plan: FleetPlan
  readonly intent: Intent
  readonly seed: number
  /** How much faster than the wall its clock runs. */
  readonly speed: number
  readonly port: number
}

/** How often the timeline catches up with the wall. */
const STEP_MS = 50

/** Runs the fleet until Ctrl-C, faster than the wall, prints what happens and serves the environments. */
export const runLive = async (options: LiveOptions): Promise<void> => {
  const { plan, intent, seed, speed, port } = options
  say('bringing the clusters up …')
  const run = await startRun({ plan, intent, seed, catnap: true })
  const { timeline } = run.sandbox
  const stopReading = readLogs((line) => line.text !== 'due' && say(sayLine(timeline.now(), line)))
  const server = createServer((request, response) => void answer(run, request, response))
  server.listen(port)
  await once(server, 'listening')
  const began = { wall: performance.now(), sandbox: timeline.now() }
  writeSession({ pid: process.pid, environment: run.sandbox.environment, began: { wallMs: performance.timeOrigin + began.wall, sandboxMs: began.sandbox }, speed })
  say(`it is ${iso(timeline.now())} in the sandbox, and a minute there takes ${60 / speed} s`)
  for (const host of Object.keys(plan.hosts)) say(`  http://${host}:${port}/`)
  say('npm run -s catnap -- status shows them all; Ctrl-C ends it')

  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  while (!stopped.signal.aborted) {
    await timeline.runUntil(later(began.sandbox, ((performance.now() - began.wall) / 1000) * speed))
    await wait(STEP_MS, undefined, { signal: stopped.signal }).catch(() => {})
  }
  rmSync(SESSION_FILE, { force: true })
  stopReading()
  server.closeAllConnections()
  server.close()
  await run.close()
  say('ended')
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const writeSession = (session: SandboxSession): void => {
  mkdirSync(new URL('.', SESSION_FILE), { recursive: true })
  writeFileSync(SESSION_FILE, JSON.stringify(session), { mode: 0o600 })
}

const answer = async ({ door }: Run, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
  try {
    const result = await door({ method: request.method ?? 'GET', host, path: request.url ?? '/', headers })
    response.writeHead(result.status, result.headers).end(request.method === 'HEAD' ? undefined : result.body)
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('the sandbox failed to answer\n')
    process.stderr.write(`front door: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  }
}
