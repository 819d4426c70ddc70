import type { Terms } from './environment.ts'
import { homeZone } from './home-zone.ts'
import { wallClock } from './hours/window.ts'
import { zoneNamed } from './hours/zone.ts'
import { localInstant } from './report/local-instant.ts'
import { type Instant, later, secondsBetween } from './time.ts'

/** Offers of the page, as its buttons say them. */
type StayButton = '2h' | 'evening'

/** A stay-awake the page offers, and until when it would last. */
export interface StayOffer {
  readonly button: StayButton
  readonly until: Instant
}

const TWO_HOURS_SECONDS = 2 * 3600

/** What people call the end of a long day, in minutes of the local day. */
const EVENING_MINUTE = 22 * 60

/** Nobody asks for less. */
const LEAST_SECONDS = 30 * 60

/** What anybody who may wake an environment may ask for: two hours, and until 22:00 in its own zone while that is ahead today. */
export const stayOffers = (terms: Terms, now: Instant): readonly StayOffer[] => {
  const zone = zoneNamed(homeZone(terms))
  const evening = localInstant(zone, wallClock(now, zone.seasonAt(now).offsetMs).day, EVENING_MINUTE)
  return [
    { button: '2h', until: later(now, TWO_HOURS_SECONDS) },
    ...(secondsBetween(now, evening) < LEAST_SECONDS ? [] : [{ button: 'evening', until: evening } as const]),
  ]
}
