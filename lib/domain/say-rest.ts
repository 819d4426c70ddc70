import type { Decision } from './decide.ts'
import type { Environment } from './environment.ts'
import type { Outlook } from './outlook.ts'
import type { Instant } from './time.ts'

/** That an environment sleeps or is awake, why, and what comes next: `asleep by hours Mon-Fri 08:00-19:00; ready again Tue 08:00 UTC`. */
export const sayRest = ({ phase, terms }: Environment, decision: Decision, next: Outlook['next']): string => {
  const why = decision.rule === 'hours' ? `by hours ${terms.hours}` : `because ${decision.reason}`
  const then = next === undefined ? '' : `; ${phase === 'asleep' ? 'ready again' : 'asleep again'} ${sayWhen(next.at, terms.timezone)}`
  return `${phase} ${why}${then}`
}

const sayWhen = (at: Instant, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('weekday')} ${part('hour')}:${part('minute')} ${timeZone}`
}
