import { functionUrlEvent, PERSON, PROGRAM, type Request } from '../functions/wake-events.ts'
import type { WakeAnswer } from './wake-containers.ts'

/** Somebody, or something, that comes to a sleeping environment, and what he must get. */
interface Visitor {
  readonly request: Omit<Request, 'host' | 'path' | 'query'>
  /** What is wrong with the answer; undefined: nothing. */
  readonly fault: (answer: WakeAnswer, place: string) => string | undefined
}

const found = (what: string, value: unknown, expected: string): string => `${what}: found ${String(value)}, expected ${expected}`

const page = ({ statusCode, headers, body }: WakeAnswer): string | undefined => {
  if (statusCode !== 503) return found('status', statusCode, '503')
  if (headers['content-type'] !== 'text/html; charset=utf-8') return found('content type', headers['content-type'], 'HTML')
  return /is (?:asleep|waking up)<\/h1>/.test(body) ? undefined : found('page', body.slice(0, 400), 'one that says how it is')
}

const wayBack = ({ statusCode, headers }: WakeAnswer, place: string): string | undefined => {
  if (statusCode !== 303) return found('status', statusCode, '303')
  return headers['location'] === place ? undefined : found('location', headers['location'], place)
}

const problem = ({ statusCode, headers, body }: WakeAnswer): string | undefined => {
  if (statusCode !== 503) return found('status', statusCode, '503')
  if (headers['content-type'] !== 'application/problem+json') return found('content type', headers['content-type'], 'a problem document')
  const { phase } = JSON.parse(body) as { readonly phase?: string }
  if (phase !== 'asleep' && phase !== 'waking') return found('phase', phase, 'asleep or waking')
  return Number(headers['retry-after']) > 0 ? undefined : found('retry-after', headers['retry-after'], 'seconds')
}

const CLICK = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'content-type': 'application/x-www-form-urlencoded' }
const PREVIEW = { ...PERSON, 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }

/** Ten of them: four look, three click, two are programs, one is a preview. */
const VISITORS: readonly Visitor[] = [
  ...Array.from({ length: 4 }, (): Visitor => ({ request: { headers: PERSON }, fault: page })),
  ...Array.from({ length: 3 }, (): Visitor => ({ request: { method: 'POST', headers: { ...PERSON, ...CLICK }, button: 'wake' }, fault: wayBack })),
  ...Array.from({ length: 2 }, (): Visitor => ({ request: { headers: PROGRAM }, fault: problem })),
  { request: { headers: PREVIEW }, fault: page },
]

/** The visit with this number, to a host: its event, and what is wrong with an answer to it. */
export const visit = (number: number, host: string): { readonly event: object; readonly fault: (answer: WakeAnswer) => string | undefined } => {
  const { request, fault } = VISITORS[number % VISITORS.length] ?? { request: {}, fault: page }
  const [path, query] = [`/orders/${number}`, `page=${number}`]
  return { event: functionUrlEvent({ ...request, host, path, query }), fault: (answer) => fault(answer, `${path}?${query}`) }
}
