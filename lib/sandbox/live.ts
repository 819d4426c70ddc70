import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { Intent } from '../domain/intent/schema.ts'
import { instant, iso, later } from '../domain/time.ts'
import { type Answer, isForConsole } from './console/console-listener.ts'
import { type MailRoom, mailRoom } from './console/mail-room.ts'
import { openConsole } from './console/open-console.ts'
import { OPERATOR } from './environment-variables.ts'
import type { FleetPlan } from './fleet-plan.ts'
import { readLogs, sayLine } from './log-lines.ts'
import { openFront } from './open-front.ts'
import { type Run, startRun } from './run.ts'
import { SESSION_FILE, type SandboxSession } from './session.ts'

/** What a live run is made from. */
export interface LiveOptions {
  readonly plan: FleetPlan
  readonly intent: Intent
  readonly seed: number
  /** How much faster than the wall its clock runs. */
  readonly speed: number
  /** So much of its time is run through as fast as it can, before anybody looks. */
  readonly skipSeconds: number
  readonly port: number
}

/** How often the timeline catches up with the wall. */
const STEP_MS = 50

/** Where mail may come from, as the simulated SES has it. */
const VERIFIED = ['example.com']

/** Runs the fleet until Ctrl-C, faster than the wall, prints what happens, serves the console and the environments. */
export const runLive = async (options: LiveOptions): Promise<void> => {
  const { plan, intent, seed, speed, skipSeconds, port } = options
  const front = await openFront(port)
  say('bringing the clusters up …')
  const room = mailRoom(VERIFIED)
  const run = await startRun({ plan, intent, seed, catnap: true, faults: { cloud: { mail: room.rules } }, wakeUrl: `http://localhost:${port}/` })
  const { timeline } = run.sandbox
  let isSkipping = true
  const stopReading = readLogs((line) => !isSkipping && line.text !== 'due' && say(sayLine(timeline.now(), line)))
  await skip(run, skipSeconds)
  isSkipping = false
  front.serve(answerOf(run, options, room))
  const began = { wall: performance.now(), sandbox: timeline.now() }
  writeSession({ pid: process.pid, environment: { ...run.sandbox.environment, AWS_ACCESS_KEY_ID: OPERATOR.accessKeyId }, began: { wallMs: performance.timeOrigin + began.wall, sandboxMs: began.sandbox }, speed })
  say(`it is ${iso(timeline.now())} in the sandbox, and a minute there takes ${60 / speed} s`)
  say(`\n  the console: http://localhost:${port}/\n`)
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
  await front.close()
  await Promise.all([run.close(), room.close()])
  say('ended')
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const HOUR_SECONDS = 3600

/** An hour at a time, so that whoever waits sees it come. */
const skip = async ({ sandbox: { timeline } }: Run, seconds: number): Promise<void> => {
  const end = later(timeline.now(), seconds)
  if (seconds > 0) say(`running through to ${iso(end)} …`)
  while (timeline.now() < end) {
    await timeline.runUntil(later(timeline.now(), Math.min(HOUR_SECONDS, (end - timeline.now()) / 1000)))
    // Its happenings follow each other without a pause: requests and signals have their turn here.
    await wait(0)
  }
}

const writeSession = (session: SandboxSession): void => {
  mkdirSync(new URL('.', SESSION_FILE), { recursive: true })
  writeFileSync(SESSION_FILE, JSON.stringify(session), { mode: 0o600 })
}

/** The console by its own names and paths; everything else goes to the environments' front door. */
const answerOf = (run: Run, { plan, speed, port }: LiveOptions, room: MailRoom): Answer => {
  const { sandbox, operator } = run
  if (operator === undefined) throw new Error('a live run has no operator: found none, expected the one of a run with Catnap')
  const board = openConsole({ sandbox, operator, mailRoom: room, since: instant(plan.start), speed, port, warn: (text) => void process.stderr.write(`${text}\n`) })
  return (request, response) => (isForConsole(hostOf(request), request.url ?? '/') ? board(request, response) : answer(run, request, response))
}

const hostOf = ({ headers }: IncomingMessage): string => (headers.host ?? '').replace(/:\d+$/, '').toLowerCase()

const answer = async ({ door }: Run, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
  try {
    const body = await buffer(request)
    const result = await door({ method: request.method ?? 'GET', host: hostOf(request), path: request.url ?? '/', headers, body: body.toString('base64') })
    response.writeHead(result.status, result.headers).end(request.method === 'HEAD' ? undefined : result.body)
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('the sandbox failed to answer\n')
    process.stderr.write(`front door: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  }
}
