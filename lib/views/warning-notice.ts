import { sayDuration } from '../domain/duration.ts'
import type { Environment } from '../domain/environment.ts'
import { homeZone } from '../domain/home-zone.ts'
import type { Notice } from '../domain/notice.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import type { ComingSleep } from '../domain/warning.ts'
import { inZone, sayTime } from './zoned-time.ts'

/** What a warning is written from. */
export interface ToldSleep {
  readonly environment: Environment
  readonly sleep: ComingSleep
  readonly now: Instant
  /** Keeps it awake for so long. */
  readonly stay?: { readonly url: string; readonly seconds: number }
}

/** The warning ahead of a sleep, by the clock of the environment's people. */
export const warningNotice = ({ environment, sleep, now, stay }: ToldSleep): Notice => {
  const zone = homeZone(environment.terms)
  const when = `${sayTime(sleep.sleepAt, zone, now)} (${zone}), in ${sayDuration(secondsBetween(now, sleep.sleepAt))}`
  return {
    subject: `${environment.id} sleeps ${sayTime(sleep.sleepAt, zone, now)}`,
    text: `${environment.id} goes to sleep ${when}: ${inZone(sleep.why, zone, now)}`,
    ...(stay === undefined ? {} : { link: { says: `Keep it awake for ${sayDuration(stay.seconds)}`, url: stay.url } }),
  }
}
