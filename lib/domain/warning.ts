import type { Decision } from './decide.ts'
import { type Environment, heading } from './environment.ts'
import type { Outlook } from './outlook.ts'
import { type Instant, later } from './time.ts'

/** Where a warning goes. */
export interface Channels {
  /** The SSM parameter that holds the address of a webhook, never the address itself. */
  readonly webhookParameter?: string
  readonly topicArn?: string
}

/** What the intent says of warnings ahead of a sleep. */
export interface WarnTerms extends Channels {
  readonly aheadSeconds: number
}

/** The last warning: of a sleep at that instant. `idle`: for idleness, which is held back until then; `time`: by hours, a lease or a hold. */
export interface Warned {
  readonly at: Instant
  readonly sleepAt: Instant
  readonly cause: 'idle' | 'time'
}

/** A sleep that people are to be told of now, and why it comes. */
export interface ComingSleep extends Pick<Warned, 'sleepAt' | 'cause'> {
  readonly why: string
}

/** The warning that still counts: one of another waking does not. */
export const warningInForce = ({ warned, since, phase }: Environment): Warned | undefined =>
  (warned !== undefined && heading(phase) === 'awake' && warned.at >= since ? warned : undefined)

/** Whether use that was seen now ends a warning: what was idle no longer is, and what was to sleep did not. */
export const endsWarning = ({ warned }: Environment, now: Instant): boolean =>
  warned !== undefined && (warned.cause === 'idle' || warned.sleepAt <= now)

/** When people are told of the next sleep, where that is known already. Whoever woke it later than this knows of the sleep. */
export const warnAt = ({ terms: { warn }, since, phase }: Environment, next: Outlook['next']): Instant | undefined => {
  if (warn === undefined || phase !== 'awake' || next?.becomes !== 'asleep') return undefined
  const at = later(next.at, -warn.aheadSeconds)
  return at < since ? undefined : at
}

/** The sleep that people are to be told of now; undefined: none, or they were. Each instant is told of once. */
export const comingSleep = (environment: Environment, { decision, next }: Outlook, now: Instant): ComingSleep | undefined => {
  const { terms: { warn }, phase } = environment
  if (warn === undefined || phase !== 'awake') return undefined
  const told = warningInForce(environment)
  if (isHeldBack(decision) && told === undefined) return { sleepAt: later(now, warn.aheadSeconds), cause: 'idle', why: decision.reason }
  const at = warnAt(environment, next)
  if (at === undefined || next === undefined || now < at || now >= next.at || told?.sleepAt === next.at) return undefined
  return { sleepAt: next.at, cause: 'time', why: decision.reason }
}

/** Idle, and awake only until its people had their time. */
const isHeldBack = ({ desired, rule }: Decision): boolean => desired === 'awake' && rule === 'idle'
