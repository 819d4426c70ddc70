import type { Decision } from '../domain/decide.ts'
import { type Environment, heading, type Lease } from '../domain/environment.ts'
import type { HistoryEntry } from '../domain/history.ts'
import { phaseFact } from '../domain/journal/phase-fact.ts'
import { type Instant, iso, later } from '../domain/time.ts'
import { stillnessOf } from './stillness-of.ts'
import type { Outside } from './world.ts'

/** Who asks for a wake, and for how long at least it should last. */
export interface WakeWish {
  readonly by: string
  /** A person's own word, kept to the second. Default: what the intent says (`wake.stayAwake`), about. */
  readonly staySeconds?: number
  /** Anybody may say so, again and again: then `staySeconds` is kept to a few minutes, so that many clicks are few writes. */
  readonly isAbout?: boolean
  /** Everything is looked at and put back once more, also where it is taken to be awake. */
  readonly isAnew?: boolean
}

/** What became of a wish. */
export type WakeAnswer =
  | { readonly is: 'unknown' }
  | { readonly is: 'paused'; readonly by: string; readonly environment: Environment }
  /** The cluster is in observe mode: no worker would act on the wish. */
  | { readonly is: 'observed'; readonly environment: Environment }
  | { readonly is: 'on-its-way' | 'awake'; readonly environment: Environment; readonly first: boolean }

/** A visitor's lease is written again only when it grows by more than this, so that many clicks are few writes. */
const WORTH_WRITING_SECONDS = 5 * 60

/** How often a wish is tried again when the record changes in the same moment. */
const TRIES = 5

/**
 * Wakes an environment, once, however many ask: one conditional write turns the phase, whoever loses that race finds it
 * turned. A wish also takes away a hold that keeps it asleep: the last word of a person counts. It never shortens what
 * somebody else was promised: a longer lease stays, and so does a hold that keeps it awake.
 */
export const requestWake = async (outside: Outside, id: string, wish: WakeWish): Promise<WakeAnswer> => {
  const { clock, memory } = outside
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const environment = attempt === 0 && wish.isAnew !== true ? await memory.glance(id) : await memory.environments.get(id)
    if (environment === undefined) return { is: 'unknown' }
    const now = clock.now()
    const until = later(now, wish.staySeconds ?? environment.terms.wake.stayAwakeSeconds)
    const up = wish.isAnew !== true && heading(environment.phase) === 'awake'
    const slackSeconds = wish.staySeconds === undefined || wish.isAbout === true ? WORTH_WRITING_SECONDS : 0
    if (up && !isWorthWriting(environment, until, slackSeconds)) return { is: nameOf(environment), environment, first: false }

    const still = await stillnessOf(outside, environment, wish.isAnew === true ? 'restored' : 'awake')
    if (still !== undefined) return { ...still, environment }
    const lease = environment.lease !== undefined && environment.lease.until > until ? environment.lease : { until, by: wish.by }
    const written = await memory.environments.change(id, {
      set: {
        lease,
        ...(environment.hold?.as === 'asleep' ? { hold: undefined } : {}),
        dueAt: now,
        ...(up ? {} : { phase: 'waking', since: now, epoch: environment.epoch + 1, decision: decisionOf(lease), progress: undefined, problem: undefined }),
      },
      when: { epoch: environment.epoch, phase: environment.phase },
    })
    if (written === undefined) continue
    const text = `${wish.isAnew === true ? 'is restored' : up ? 'stays awake' : 'wakes'} on request of ${wish.by}`
    await tell(outside, written, up, { at: now, subject: id, what: 'request', text, ...(up ? {} : phaseFact(written, environment.phase)) })
    return { is: nameOf(written), environment: written, first: !up }
  }
  throw new Error(`${id} was changed by others ${TRIES} times in a row; ask again`)
}

/** What its worker will decide: written with the wish, so that the steps of the wake say why they are taken. */
const decisionOf = ({ by, until }: Lease): Decision => ({ desired: 'awake', rule: 'lease', reason: `kept awake by ${by} until ${iso(until)}`, reviewAt: until })

const nameOf = ({ phase }: Environment): 'awake' | 'on-its-way' => (phase === 'awake' ? 'awake' : 'on-its-way')

const isWorthWriting = ({ lease, hold }: Environment, until: Instant, slackSeconds: number): boolean => {
  if (hold?.as === 'asleep') return true
  const promised = [lease?.until, hold?.until].filter((instant) => instant !== undefined)
  return promised.every((instant) => until > later(instant, slackSeconds))
}

/**
 * Sends the first message and writes the history, at once. The wake is in the table already and due: without a message
 * the next tick finds it, so neither failure is the asker's, nor does one wait for the other.
 */
const tell = async ({ memory, mailbox, log }: Outside, { id, clusterArn }: Environment, up: boolean, entry: HistoryEntry): Promise<void> => {
  const [sent, noted] = await Promise.allSettled([
    up ? Promise.resolve() : mailbox.send([{ queue: 'wake', clusterArn, message: { kind: 'environment', id } }]),
    memory.append([entry]),
  ])
  if (sent.status === 'rejected') log.warn('the wake waits for the next tick: its message was not sent', { environment: id, reason: String(sent.reason) })
  if (noted.status === 'rejected') log.warn('the history lacks a request', { environment: id, text: entry.text, reason: String(noted.reason) })
}
