import { type Environment, wakeLeadSeconds, wakePercentile } from '../domain/environment.ts'
import type { LinkDeed } from '../domain/link.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import type { Sight } from '../domain/visit.ts'

// What people and programs are told of a visit, said once for the page and the problem document.

/** A sight of an environment. */
export type EnvironmentSight = Extract<Sight, { is: 'environment' }>

/** The state in a few words, its kind for programs, and what follows from it in a sentence. */
export interface Words {
  readonly kind: string
  readonly title: string
  readonly detail: string
}

/** What is said where no environment is shown. It names nothing of the fleet. */
export const wordsWithout = (is: Exclude<Sight['is'], 'environment'>): Words => {
  switch (is) {
    case 'malformed':
      return { kind: 'malformed', title: 'This address is not valid', detail: 'The path has characters no address may have. Check the link, or type the address again.' }
    case 'unknown':
      return { kind: 'unknown', title: 'Nothing here', detail: 'No environment belongs to this address. Check the link, or ask whoever runs this platform.' }
    case 'foreign':
      return { kind: 'foreign', title: 'Not from there', detail: 'Another site sent this request, so nothing was woken. Open this address itself, and wake it from there.' }
    case 'link-invalid':
      return { kind: is, title: 'This link is not good', detail: 'It was made for another address, or changed on its way. Nothing was done. Ask whoever sent it for a new one.' }
    case 'link-expired':
      return { kind: is, title: 'This link has expired', detail: 'Nothing was done. Ask whoever sent it for a new one.' }
    case 'link-withdrawn':
      return { kind: is, title: 'This link was withdrawn', detail: 'All links of this environment made before were withdrawn, and nothing was done. Ask whoever sent it for a new one.' }
    case 'trouble':
      return { kind: 'trouble', title: 'No answer right now', detail: 'The state of this address could not be found out. Nothing was changed. Try again in a few seconds.' }
    default:
      return is satisfies never
  }
}

/** What is said of an environment. */
export const wordsFor = ({ environment, still, link }: EnvironmentSight): Words => {
  const { name, phase } = environment
  const title = `${name} ${PHASES[phase]}`
  if (still === 'paused') return { kind: 'paused', title, detail: 'Catnap is paused, so nothing is put to sleep and nothing is woken until somebody resumes it.' }
  if (still === 'observed') return { kind: 'observed', title, detail: `Catnap only looks on here (mode: observe), so it wakes nothing. Ask ${contactOf(environment.terms)}.` }
  switch (phase) {
    case 'awake':
      return { kind: phase, title, detail: 'It is awake. Traffic returns to it in a moment.' }
    case 'waking':
      return { kind: phase, title, detail: `It is on its way up. ${usualWake(environment)}` }
    case 'asleep':
    case 'falling-asleep':
      return { kind: phase, title, detail: `${link === undefined ? howToWake(environment) : whatLinkDoes(environment, link.deed)} ${usualWake(environment)}` }
    default:
      return phase satisfies never
  }
}

const howToWake = ({ id, terms: { wake } }: Environment): string => {
  switch (wake.by) {
    case 'anyone':
    case 'click':
      return `It wakes when you ask for it, and then stays awake for at least ${say(wake.stayAwakeSeconds)}.`
    case 'signed':
      return `It cannot be woken from here: that takes a signed link, or the command: catnap wake ${id}.`
    case 'off':
      return `It cannot be woken from here. Use the command: catnap wake ${id}.`
    default:
      return wake.by satisfies never
  }
}

const whatLinkDoes = ({ id, terms: { wake } }: Environment, deed: LinkDeed): string => {
  if (wake.by === 'off') return `No link wakes it any more. Use the command: catnap wake ${id}.`
  switch (deed.do) {
    case 'wake':
      return `With this link you can wake it; it then stays awake for at least ${say(wake.stayAwakeSeconds)}.`
    case 'stay':
      return `With this link you can wake it; it then stays awake for at least ${say(deed.seconds)}.`
    case 'sleep':
      return 'This link sends it to sleep, and it sleeps already.'
    default:
      return deed satisfies never
  }
}

const PHASES = { awake: 'is awake', 'falling-asleep': 'is falling asleep', asleep: 'is asleep', waking: 'is waking up' } as const

/** How long half and nine tenths of its past wakes took, in seconds; undefined before the first. */
export const wakeTimes = ({ wakeSeconds }: Environment): { readonly p50: number; readonly p90: number } | undefined => {
  const [p50, p90] = [wakePercentile(wakeSeconds, 0.5), wakePercentile(wakeSeconds, 0.9)]
  return p50 === undefined || p90 === undefined ? undefined : { p50, p90 }
}

const usualWake = (environment: Environment): string => {
  const times = wakeTimes(environment)
  if (times === undefined) return `A wake takes about ${say(wakeLeadSeconds([]))}.`
  const { p50, p90 } = times
  return say(p50) === say(p90) ? `A wake usually takes ${say(p50)}.` : `A wake usually takes ${say(p50)}, nine times in ten at most ${say(p90)}.`
}

/** Seconds after which it is worth asking again. */
export const retryAfterSeconds = ({ environment, still }: EnvironmentSight, now: Instant): number => {
  if (still !== undefined) return 300
  const { phase, since, wakeSeconds } = environment
  switch (phase) {
    case 'awake':
      return 1
    case 'waking': {
      const left = (wakePercentile(wakeSeconds, 0.5) ?? wakeLeadSeconds([])) - secondsBetween(since, now)
      return Math.min(Math.max(Math.ceil(left), 5), 300)
    }
    case 'asleep':
    case 'falling-asleep':
      return 60
    default:
      return phase satisfies never
  }
}

/** A stage of a wake. `now` is the one it is in. */
export interface Stage {
  readonly name: 'capacity' | 'workloads' | 'ready'
  readonly state: 'done' | 'now' | 'to come'
  readonly count?: { readonly done: number; readonly total: number }
}

/** The stages of a wake, as far as its workers told; before they did, capacity is what is waited for. */
export const stagesOf = ({ progress }: Environment): readonly Stage[] => {
  const { nodes, workloads } = progress ?? {}
  const over = [
    nodes !== undefined && nodes.done >= nodes.total,
    workloads !== undefined && workloads.done >= workloads.total,
  ]
  const current = over[0] === true ? (over[1] === true ? 2 : 1) : 0
  const stage = (name: Stage['name'], place: number, count?: Stage['count']): Stage => ({
    name,
    state: place < current ? 'done' : place === current ? 'now' : 'to come',
    ...(count === undefined ? {} : { count }),
  })
  return [stage('capacity', 0, nodes), stage('workloads', 1, workloads), stage('ready', 2)]
}

/** A wake that takes half as long again as nine in ten of those before is slow. */
const SLOW_TIMES = 1.5

/** Whether a wake takes longer than people should wait without a word. */
export const isSlow = ({ phase, since, wakeSeconds }: Environment, now: Instant): boolean =>
  phase === 'waking' && secondsBetween(since, now) > SLOW_TIMES * (wakePercentile(wakeSeconds, 0.9) ?? wakeLeadSeconds([]))

/** Whom to turn to. */
export const contactOf = ({ contact = 'whoever runs this platform' }: Environment['terms']): string => contact

/** Seconds as people say them: `40 seconds`, `3 minutes`, `2 hours`. */
export const say = (seconds: number): string => {
  const [unit, size] = seconds < 90 ? ['second', 1] as const : seconds < 90 * 60 ? ['minute', 60] as const : ['hour', 3600] as const
  const count = Math.round((seconds / size) * (unit === 'hour' ? 2 : 1)) / (unit === 'hour' ? 2 : 1)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** No stranger learns an account, an endpoint or an address from a problem; those who may read the log do. */
export const withoutSecrets = (text: string): string =>
  text
    .replaceAll(/\barn:[\w-]+:\S+/g, '(an AWS resource)')
    .replaceAll(/\bhttps?:\/\/\S+/g, '(an address)')
    .replaceAll(/\b(?:[\w-]+\.)+(?:amazonaws\.com(?:\.cn)?|internal|local)\b(?::\d+)?/g, '(an address)')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?/g, '(an address)')
    .replaceAll(/\b\d{12}\b/g, '(an account)')
    .replaceAll(/[\w.+-]+@[\w.-]+\w/g, '(somebody)')
    .slice(0, 400)
