import type { Decision } from './decide.ts'
import { decideEnvironment } from './decide-environment.ts'
import { type Environment, heading, wakeLeadSeconds } from './environment.ts'
import type { Cluster, Fleet } from './fleet.ts'
import { hoursAt, parseHours } from './hours.ts'
import { type Instant, later } from './time.ts'

/** What is wanted of an environment now, and the next change if nobody asks for anything. */
export interface Outlook {
  readonly decision: Decision
  readonly next?: { readonly at: Instant; readonly becomes: 'awake' | 'asleep' }
}

/** A chain of holds, leases and windows that changes nothing is followed so far. */
const LOOKS = 100

/** What is wanted of an environment now and next, by the same precedence its worker follows. */
export const outlookOf = (fleet: Fleet, cluster: Cluster, environment: Environment, now: Instant): Outlook => {
  const decision = decideEnvironment(fleet, cluster, environment, now, heading(environment.phase) === 'awake')
  if (decision.desired === 'as-it-is') return { decision }
  let at = now
  let then = decision
  for (let look = 0; look < LOOKS; look += 1) {
    if (then.reviewAt === undefined || then.reviewAt <= at) return { decision }
    at = then.reviewAt
    then = decideEnvironment(fleet, cluster, environment, at, then.desired === 'awake')
    if (then.desired !== 'as-it-is' && then.desired !== decision.desired) return { decision, next: { at, becomes: then.desired } }
  }
  return { decision }
}

/** How long somebody who says no more than "sleep" means, where no hours will open. */
const NO_HOURS_SECONDS = 12 * 3600

/**
 * Until when an environment that is sent to sleep without more words is held: so that it is ready when its hours open
 * next, or for 12 h where they never do.
 */
export const sleepsUntil = ({ terms, wakeSeconds }: Environment, holidays: readonly string[], now: Instant): Instant => {
  const hours = parseHours(terms.hours, terms.timezone)
  let { next } = hoursAt(hours, now, holidays)
  while (next !== null) {
    const begin = later(next.at, -wakeLeadSeconds(wakeSeconds))
    if (next.awake && begin > now) return begin
    next = hoursAt(hours, next.at, holidays).next
  }
  return later(now, NO_HOURS_SECONDS)
}
