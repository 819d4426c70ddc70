import { type Environment, heading } from '../domain/environment.ts'
import type { Link, LinkDeed } from '../domain/link.ts'
import { sleepsUntil } from '../domain/outlook.ts'
import { stayOffers } from '../domain/stay-offer.ts'
import { iso, secondsBetween } from '../domain/time.ts'
import { environmentInPath, intentionOf, isMalformed, placeOf, type Sight, type Visit, wantsPage } from '../domain/visit.ts'
import type { LinkKeys, Memory } from '../ports.ts'
import { checkLink } from './check-link.ts'
import { holdAsleep, type SleepAnswer } from './hold-asleep.ts'
import { requestWake, type WakeAnswer } from './request-wake.ts'
import { stillnessOf } from './stillness-of.ts'
import type { Outside } from './world.ts'

/** What answering visits needs. Without keys no link is good. */
export interface VisitedWorld extends Outside {
  readonly linkKeys?: Pick<LinkKeys, 'verify'>
}

/** What became of a wish, whichever it was. */
type Answer = WakeAnswer | SleepAnswer

/** A visit's wish, in full. */
interface Wish {
  readonly deed: LinkDeed
  /** For the history. Who it was is not known; what they sent of themselves is not kept. */
  readonly by: string
}

/**
 * Answers visits to sleeping environments: finds the one that is meant, does what this visit may ask for, and says what
 * there is to see. Those who want the same at the same time here share one wish.
 */
export const answerVisit = (world: VisitedWorld): ((visit: Visit) => Promise<Sight>) => {
  const wishes = new Map<string, Promise<Answer>>()
  const grant = (environment: Environment, wish: Wish): Promise<Answer> => {
    const key = `${environment.id} ${JSON.stringify(wish.deed)}`
    const granted = wishes.get(key) ?? fulfil(world, environment, wish).finally(() => wishes.delete(key))
    wishes.set(key, granted)
    return granted
  }
  return async (visit) => {
    if (isMalformed(visit)) return { is: 'malformed' }
    const environment = await find(world.memory, visit)
    if (environment === undefined) return { is: 'unknown' }
    const check = await checkLink(world.linkKeys, visit, environment, world.clock.now())
    if (check.is !== 'no-link' && check.is !== 'link') return { is: check.is, place: placeOf(visit) }
    const link = check.is === 'link' ? check.link : undefined
    const intention = intentionOf(visit, environment.terms.wake, link !== undefined)
    if (intention === 'foreign') return { is: 'foreign' }
    const deed = deedOf(world, visit, environment, link)
    if (intention === 'look' || deed === undefined || !isWorthAsking(world, visit, environment)) return look(world, environment, link)
    return seen(await grant(environment, { deed, by: visitorOf(visit, link) }), link)
  }
}

/** A host goes before a path: an application may have paths that look like ours. */
const find = async (memory: Memory, visit: Visit): Promise<Environment | undefined> => {
  const id = (visit.host === undefined ? undefined : await memory.environmentOfHost(visit.host)) ?? environmentInPath(visit)
  return id === undefined ? undefined : memory.glance(id)
}

/**
 * What is asked for: what the link is good for, no more and no less; else what the button says. Sending to sleep takes
 * a link: it ends what others may be doing, and the page is open to whoever finds it.
 */
const deedOf = ({ clock }: VisitedWorld, { button }: Visit, { terms }: Environment, link: Link | undefined): LinkDeed | undefined => {
  if (link !== undefined) return link.deed
  if (button === undefined || button === 'wake') return { do: 'wake' }
  const now = clock.now()
  const offer = stayOffers(terms, now).find((each) => each.button === button)
  return offer === undefined ? undefined : { do: 'stay', seconds: secondsBetween(now, offer.until) }
}

const fulfil = (world: VisitedWorld, { id }: Environment, { deed, by }: Wish): Promise<Answer> => {
  switch (deed.do) {
    case 'wake':
      return requestWake(world, id, { by })
    case 'stay':
      return requestWake(world, id, { by, staySeconds: deed.seconds, isAbout: true })
    case 'sleep':
      return letSleep(world, id, by)
    default:
      return deed satisfies never
  }
}

const letSleep = async (world: VisitedWorld, id: string, by: string): Promise<SleepAnswer> => {
  const now = world.clock.now()
  const holidays = (await world.memory.fleet())?.holidays ?? []
  return holdAsleep(world, id, { by, until: (environment) => sleepsUntil(environment, holidays, now) })
}

/** Whoever only comes by wakes it once, and overrules nobody who sent it to sleep; a click is a person's word. */
const isWorthAsking = ({ clock }: VisitedWorld, { method }: Visit, { phase, hold }: Environment): boolean =>
  method === 'POST' || (heading(phase) === 'asleep' && !(hold?.as === 'asleep' && hold.until > clock.now()))

const look = async (world: VisitedWorld, environment: Environment, link: Link | undefined): Promise<Sight> => {
  const still = await stillnessOf(world, environment, 'awake')
  return { is: 'environment', environment, asked: false, ...(still === undefined ? {} : { still: still.is }), ...(link === undefined ? {} : { link }) }
}

const seen = (answer: Answer, link: Link | undefined): Sight => {
  const withLink = link === undefined ? {} : { link }
  switch (answer.is) {
    case 'unknown':
      return { is: 'unknown' }
    case 'paused':
    case 'observed':
      return { is: 'environment', environment: answer.environment, asked: false, still: answer.is, ...withLink }
    case 'awake':
    case 'on-its-way':
    case 'held':
      return { is: 'environment', environment: answer.environment, asked: true, ...withLink }
    default:
      return answer satisfies never
  }
}

const visitorOf = (visit: Visit, link: Link | undefined): string => {
  if (link !== undefined) return `a signed link (good until ${iso(link.until)})`
  return `${wantsPage(visit) ? 'a visitor' : 'a program'} at ${visit.host ?? 'the wake address'}`
}
