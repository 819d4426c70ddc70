import type { Environment } from '../domain/environment.ts'
import { type Instant, iso } from '../domain/time.ts'
import { stillnessOf } from './stillness-of.ts'
import type { Outside } from './world.ts'

/** A person's word that an environment sleeps. */
export interface SleepWish {
  readonly by: string
  /** Until when it is held asleep, reckoned from what it is now. */
  readonly until: (environment: Environment) => Instant
}

/** What became of it. */
export type SleepAnswer =
  | { readonly is: 'unknown' }
  | { readonly is: 'paused'; readonly by: string; readonly environment: Environment }
  /** The cluster is in observe mode: no worker would act on the wish. */
  | { readonly is: 'observed'; readonly environment: Environment }
  | { readonly is: 'held'; readonly environment: Environment; readonly until: Instant }

/** How often a hold is tried again when the record changes in the same moment. */
const TRIES = 5

/** A person's word that an environment sleeps until an instant. It goes before leases and hours; a wake ends it. */
export const holdAsleep = async (outside: Outside, id: string, { by, until: untilOf }: SleepWish): Promise<SleepAnswer> => {
  const { clock, memory } = outside
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const environment = await memory.environments.get(id)
    if (environment === undefined) return { is: 'unknown' }
    const still = await stillnessOf(outside, environment, 'asleep')
    if (still !== undefined) return { ...still, environment }
    const now = clock.now()
    const until = untilOf(environment)
    const set = { hold: { as: 'asleep', until, by }, lease: undefined, dueAt: now } as const
    const held = await memory.environments.change(id, { set, when: { epoch: environment.epoch } })
    if (held === undefined) continue
    await tell(outside, held, `held asleep until ${iso(until)} by ${by}`)
    return { is: 'held', environment: held, until }
  }
  throw new Error(`${id} was changed by others ${TRIES} times in a row; ask again`)
}

/** The hold is in the table and due: without the message the next tick finds it, so a lost one is no failure. */
const tell = async ({ clock, memory, mailbox, log }: Outside, { id, clusterArn }: Environment, text: string): Promise<void> => {
  const [sent, noted] = await Promise.allSettled([
    mailbox.send([{ queue: 'work', clusterArn, message: { kind: 'environment', id } }]),
    memory.append([{ at: clock.now(), subject: id, what: 'request', text }]),
  ])
  if (sent.status === 'rejected') log.warn('the sleep waits for the next tick: its message was not sent', { environment: id, reason: String(sent.reason) })
  if (noted.status === 'rejected') log.warn('the history lacks a request', { environment: id, text, reason: String(noted.reason) })
}
