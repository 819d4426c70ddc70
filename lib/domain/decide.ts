import type { Hold, Lease } from './environment.ts'
import type { Pause } from './fleet.ts'
import { type Hours, hoursAt } from './hours.ts'
import { earliest, type Instant, iso, later } from './time.ts'

/** What the last look at an environment's use says. Only `idle` on complete data may put anything to sleep. */
export type Activity =
  | { readonly seen: 'not-asked' }
  | { readonly seen: 'unknown'; readonly why: string }
  | { readonly seen: 'active'; readonly why: string }
  | { readonly seen: 'idle'; readonly why: string }

/** Everything a decision is made from. */
export interface Situation {
  readonly now: Instant
  readonly fleetPause?: Pause | undefined
  readonly clusterPause?: Pause | undefined
  /** The `protect` entry that covers a namespace of it. */
  readonly protectedBy?: string | undefined
  readonly removed?: boolean | undefined
  readonly hold?: Hold | undefined
  readonly lease?: Lease | undefined
  readonly hours: Hours
  readonly holidays: readonly string[]
  /** How long before the hours open the wake begins. */
  readonly leadSeconds: number
  /** It is awake or on its way: then it stays up from a quarter of an hour before its hours. */
  readonly up?: boolean | undefined
  readonly activity: Activity
  /** Its people are told before it sleeps for idleness: from when on it may; undefined: they were not told yet. */
  readonly warned?: { readonly sleepAt: Instant | undefined } | undefined
}

/** Which line of the precedence decided (DESIGN §3); `cluster`: of a cluster as a whole, its environments do. */
export type Rule = 'paused' | 'protected' | 'removed' | 'hold' | 'lease' | 'hours' | 'idle' | 'cluster'

/** The desired state, always with the reason that decided it. `as-it-is`: whatever it is, it is left so. */
export interface Decision {
  readonly desired: 'awake' | 'asleep' | 'as-it-is'
  readonly rule: Rule
  readonly reason: string
  /** When the decision may turn out otherwise; undefined: not by time alone. */
  readonly reviewAt?: Instant
}

/** Decides what an environment should be: the first line that fits (DESIGN §3, precedence). */
export const decide = (situation: Situation): Decision => {
  const { now, hold, lease } = situation
  const pause = situation.fleetPause ?? situation.clusterPause
  if (pause !== undefined) {
    const where = situation.fleetPause === undefined ? 'its cluster' : 'the fleet'
    return { desired: 'as-it-is', rule: 'paused', reason: `${where} is paused by ${pause.by} since ${iso(pause.at)}${because(pause.why)}` }
  }
  if (situation.protectedBy !== undefined) {
    return { desired: 'as-it-is', rule: 'protected', reason: `protected by "${situation.protectedBy}"` }
  }
  if (situation.removed === true) {
    return { desired: 'awake', rule: 'removed', reason: 'taken out of the intent: woken, then left alone' }
  }
  const hours = decideByHours(situation)
  if (hold !== undefined && hold.until > now) {
    return { desired: hold.as, rule: 'hold', reason: `held ${hold.as} by ${hold.by} until ${iso(hold.until)}`, reviewAt: hold.until }
  }
  if (lease !== undefined && lease.until > now) {
    const reviewAt = lease.until
    return hours.desired === 'awake' && hours.rule === 'hours'
      ? hours
      : { desired: 'awake', rule: 'lease', reason: `kept awake by ${lease.by} until ${iso(lease.until)}`, reviewAt }
  }
  return hours
}

const because = (why: string | undefined): string => (why === undefined ? '' : `: ${why}`)

/**
 * What is up so shortly before its hours is not sent to sleep. It is the longest head start of all, so that a wake that
 * ends sooner than expected, and shortens the lead of the next, is not undone minutes before the hours open.
 */
const STAYS_UP_SECONDS = 15 * 60

const decideByHours = ({ now, hours, holidays, leadSeconds, up, activity, warned }: Situation): Decision => {
  const present = hoursAt(hours, now, holidays)
  const change = present.next?.at
  const withReview = (decision: Omit<Decision, 'reviewAt'>, reviewAt: Instant | undefined): Decision =>
    reviewAt === undefined ? decision : { ...decision, reviewAt }

  if (!present.awake) {
    const begin = change === undefined ? undefined : later(change, -leadSeconds)
    const soon = up === true && change !== undefined && later(change, -STAYS_UP_SECONDS) <= now
    if (change !== undefined && begin !== undefined && (begin <= now || soon)) {
      const reason = `to be ready at ${iso(change)}; ${soon ? 'it is up already' : `wakes take about ${Math.round(leadSeconds)} s`}`
      return withReview({ desired: 'awake', rule: 'hours', reason }, hoursAt(hours, change, holidays).next?.at)
    }
    return withReview({ desired: 'asleep', rule: 'hours', reason: present.reason }, begin)
  }
  switch (activity.seen) {
    case 'idle':
      if (warned !== undefined && (warned.sleepAt === undefined || now < warned.sleepAt)) {
        const until = warned.sleepAt === undefined ? 'once its people were told' : `at ${iso(warned.sleepAt)}`
        return withReview({ desired: 'awake', rule: 'idle', reason: `${present.reason}; sleeps ${until}: ${activity.why}` }, earliest(change, warned.sleepAt))
      }
      return withReview({ desired: 'asleep', rule: 'idle', reason: activity.why }, change)
    case 'unknown':
      return withReview({ desired: 'awake', rule: 'hours', reason: `${present.reason}; not idle for want of data: ${activity.why}` }, change)
    case 'active':
    case 'not-asked':
      return withReview({ desired: 'awake', rule: 'hours', reason: present.reason }, change)
    default:
      return activity satisfies never
  }
}

/** When a decision is to be made again: when time may change it, and at the latest after `recheckSeconds`. */
export const reviewAt = (decision: Decision, now: Instant, recheckSeconds: number): Instant =>
  earliest(decision.reviewAt, later(now, recheckSeconds)) ?? later(now, recheckSeconds)
