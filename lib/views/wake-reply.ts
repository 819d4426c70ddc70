import type { Instant } from '../domain/time.ts'
import { environmentInPath, formPlaceOf, placeOf, type Reply, type Sight, type Visit, wantsPage } from '../domain/visit.ts'
import { shortPage, WAKE_PAGE_POLICY, wakePage } from './wake-page.ts'
import { shortProblem, wakeProblem } from './wake-problem.ts'
import { type EnvironmentSight, retryAfterSeconds, wordsWithout } from './wake-words.ts'

/**
 * What a visitor is sent: a page for people, a problem document for programs. Never 200, for this is not what they came
 * for; 503 keeps caches and crawlers from taking it for that. A click is answered with the way back to where it was made.
 */
export const wakeReply = (visit: Visit, sight: Sight, now: Instant): Reply => {
  const page = wantsPage(visit)
  const status = statusOf(visit, sight, page)
  const headers = { ...COMMON, ...(page ? pageHeaders(sight) : PROBLEM), ...headersOf(sight, now) }
  if (status === 202) return { status, headers: { ...headers, location: statusPath(visit) }, body: problemOf(visit, sight, status) }
  if (status === 303) return { status, headers: { ...headers, location: placeOf(visit) }, body: '' }
  return { status, headers, body: page ? pageOf(visit, sight, now) : problemOf(visit, sight, status) }
}

const COMMON = { 'cache-control': 'no-store', vary: 'Accept', 'x-content-type-options': 'nosniff' }

/**
 * `no-referrer` would make browsers say `Origin: null` with the click, which looks like another site's (Fetch, 3.1). A
 * link in the address must reach nobody else, and needs no such word.
 */
const pageHeaders = (sight: Sight): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': WAKE_PAGE_POLICY,
  'referrer-policy': 'place' in sight || (sight.is === 'environment' && sight.link !== undefined) ? 'no-referrer' : 'same-origin',
})

const PROBLEM = { 'content-type': 'application/problem+json', 'referrer-policy': 'no-referrer' }

const statusOf = ({ method }: Visit, sight: Sight, page: boolean): number => {
  switch (sight.is) {
    case 'malformed':
      return 400
    case 'foreign':
    case 'link-invalid':
    case 'link-expired':
    case 'link-withdrawn':
      return 403
    case 'unknown':
      return 404
    case 'trouble':
      return 503
    case 'environment':
      return sight.asked && method === 'POST' ? (page ? 303 : 202) : 503
    default:
      return sight satisfies never
  }
}

const headersOf = (sight: Sight, now: Instant): Record<string, string> => {
  if (sight.is === 'trouble') return { 'retry-after': '5' }
  if (sight.is !== 'environment') return {}
  return { 'retry-after': `${retryAfterSeconds(sight, now)}`, 'catnap-phase': sight.environment.phase }
}

const pageOf = (visit: Visit, sight: Sight, now: Instant): string =>
  sight.is === 'environment'
    ? wakePage(sight, { now, byHost: isByHost(visit, sight), again: visit.method === 'GET' || visit.method === 'HEAD', formPlace: formPlaceOf(visit) })
    : shortPage(wordsWithout(sight.is), 'place' in sight ? sight.place : undefined)

const isByHost = ({ host }: Visit, { environment: { terms } }: EnvironmentSight): boolean =>
  terms.wake.hosts.some((own) => own.toLowerCase() === host)

const problemOf = (visit: Visit, sight: Sight, status: number): string => {
  const occurrence = { status, instance: placeOf({ ...visit, query: '' }) }
  return sight.is === 'environment' ? wakeProblem(sight, { ...occurrence, statusUrl: statusPath(visit) }) : shortProblem(wordsWithout(sight.is), occurrence)
}

/** Where to ask how far it is: without a body, a link, or what the visit wanted of the application. */
const statusPath = (visit: Visit): string => {
  const id = environmentInPath(visit)
  return id === undefined ? placeOf({ ...visit, query: '' }) : `${visit.base ?? ''}/e/${id}`
}
