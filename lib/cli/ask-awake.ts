import type { Environment } from '../domain/environment.ts'
import { homeZone } from '../domain/home-zone.ts'
import { outlookOf } from '../domain/outlook.ts'
import { iso, secondsBetween } from '../domain/time.ts'
import { requestWake, type WakeAnswer } from '../use-cases/request-wake.ts'
import { sayWakes } from '../views/environment-sheet.ts'
import { sayTime } from '../views/zoned-time.ts'
import type { Connection } from './connection.ts'
import { noEnvironment } from './operator-command.ts'
import type { Terminal } from './terminal.ts'
import type { End } from './until-argument.ts'

/** Who wants an environment awake, and until when; without an end, as long as its intent says. */
export interface AwakeWish {
  readonly by: string
  readonly end?: End | undefined
}

/** An answer that something comes of. */
type Granted = Extract<WakeAnswer, { is: 'awake' | 'on-its-way' }>

/** Asks for an environment to be awake. Throws, with the next step, where nothing would come of it. */
export const askAwake = async (connection: Connection, id: string, { by, end }: AwakeWish): Promise<Granted> => {
  const { clock, memory } = connection
  const environment = await memory.environments.get(id)
  if (environment === undefined) throw await noEnvironment(connection, id)
  const now = clock.now()
  const staySeconds = end === undefined ? undefined : secondsBetween(now, end(now, homeZone(environment.terms)))
  const answer = await requestWake(connection, id, { by, ...(staySeconds === undefined ? {} : { staySeconds }) })
  if (answer.is === 'unknown') throw await noEnvironment(connection, id)
  if (answer.is === 'paused' || answer.is === 'observed') throw refuseStill(answer)
  return answer
}

/** The error for a wish of which nothing would come, with the next step. */
export const refuseStill = (answer: Extract<WakeAnswer, { is: 'paused' | 'observed' }>): Error =>
  new Error(answer.is === 'paused'
    ? `nothing is woken while Catnap is paused, by ${answer.by}; first run: catnap resume (catnap status shows what is paused)`
    : `cluster ${answer.environment.cluster} is in observe mode: Catnap decides there and does nothing; to let it act, set mode: act in the intent and apply it`)

/** Says what was granted, until when, and what ends it. */
export const tellAwake = async (connection: Connection, answer: Granted, terminal: Terminal): Promise<void> => {
  const { environment } = answer
  const { id, terms, lease } = environment
  const now = connection.clock.now()
  const zone = homeZone(terms)
  const until = promisedUntil(environment)
  const state = answer.is === 'awake' ? 'is awake' : answer.first ? 'is on its way up' : 'was on its way up already'
  terminal.out(`${id} ${state}${until === undefined ? '' : `; it stays awake until ${sayTime(until, zone, now)} (${zone})${lease === undefined || lease.until !== until ? '' : `, for ${lease.by}`}`}`)
  if (answer.is === 'on-its-way') terminal.out(`a wake takes: ${sayWakes(environment)}`)
  const next = await nextChange(connection, environment)
  const sooner = `sooner with: catnap sleep ${id}`
  if (next === undefined) return terminal.out(`its hours keep it awake after that; ${sooner}`)
  terminal.out(`${next === until ? 'then its hours put it to sleep' : `its hours put it to sleep ${sayTime(next, zone, now)}`} (${terms.hours}); ${sooner}`)
}

/** The same for programs. */
export const awakeDocument = (answer: Granted): object => {
  const { environment } = answer
  const until = promisedUntil(environment)
  return { environment: environment.id, phase: environment.phase, first: answer.first, ...(until === undefined ? {} : { until: iso(until) }) }
}

const promisedUntil = ({ lease, hold }: Environment) => (hold?.as === 'awake' && (lease === undefined || hold.until > lease.until) ? hold.until : lease?.until)

const nextChange = async ({ memory, clock }: Connection, environment: Environment) => {
  const [fleet, cluster] = await Promise.all([memory.fleet(), memory.cluster(environment.cluster)])
  return fleet === undefined || cluster === undefined ? undefined : outlookOf(fleet, cluster, environment, clock.now()).next?.at
}
