import { type Environment, heading } from '../domain/environment.ts'
import { environmentInPath, intentionOf, isMalformed, type Sight, type Visit, wantsPage } from '../domain/visit.ts'
import type { Memory } from '../ports.ts'
import { requestWake, stillnessOf, type WakeAnswer } from './request-wake.ts'
import type { Outside } from './world.ts'

/**
 * Answers visits to sleeping environments: finds the one that is meant, wakes it where this visit may, and says what
 * there is to see. Those who want the same wake at the same time here share one wish.
 */
export const answerVisit = (outside: Outside): ((visit: Visit) => Promise<Sight>) => {
  const wishes = new Map<string, Promise<WakeAnswer>>()
  const wake = (id: string, by: string): Promise<WakeAnswer> => {
    const wish = wishes.get(id) ?? requestWake(outside, id, { by }).finally(() => wishes.delete(id))
    wishes.set(id, wish)
    return wish
  }
  return async (visit) => {
    if (isMalformed(visit)) return { is: 'malformed' }
    const environment = await find(outside.memory, visit)
    if (environment === undefined) return { is: 'unknown' }
    const intention = intentionOf(visit, environment.terms.wake.by)
    if (intention === 'foreign') return { is: 'foreign' }
    if (intention === 'look' || !isWorthAsking(outside, visit, environment)) return look(outside, environment)
    return seen(await wake(environment.id, visitorOf(visit)))
  }
}

/** A host goes before a path: an application may have paths that look like ours. */
const find = async (memory: Memory, visit: Visit): Promise<Environment | undefined> => {
  const id = (visit.host === undefined ? undefined : await memory.environmentOfHost(visit.host)) ?? environmentInPath(visit)
  return id === undefined ? undefined : memory.glance(id)
}

/** Whoever only comes by wakes it once, and overrules nobody who sent it to sleep; a click is a person's word. */
const isWorthAsking = ({ clock }: Outside, { method }: Visit, { phase, hold }: Environment): boolean =>
  method === 'POST' || (heading(phase) === 'asleep' && !(hold?.as === 'asleep' && hold.until > clock.now()))

const look = async (outside: Outside, environment: Environment): Promise<Sight> => {
  const still = await stillnessOf(outside, environment)
  return { is: 'environment', environment, asked: false, ...(still === undefined ? {} : { still: still.is }) }
}

const seen = (answer: WakeAnswer): Sight => {
  switch (answer.is) {
    case 'unknown':
      return { is: 'unknown' }
    case 'paused':
    case 'observed':
      return { is: 'environment', environment: answer.environment, asked: false, still: answer.is }
    case 'awake':
    case 'on-its-way':
      return { is: 'environment', environment: answer.environment, asked: true }
    default:
      return answer satisfies never
  }
}

/** For the history. Who it was is not known; what they sent of themselves is not kept. */
const visitorOf = (visit: Visit): string => `${wantsPage(visit) ? 'a visitor' : 'a program'} at ${visit.host ?? 'the wake address'}`
