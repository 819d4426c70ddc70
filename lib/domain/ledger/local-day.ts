import { calendarDate } from '../calendar-date.ts'
import { wallClock } from '../hours/window.ts'
import { zoneNamed } from '../hours/zone.ts'
import { localInstant } from '../report/local-instant.ts'
import type { Instant } from '../time.ts'
import type { Span } from './clock-hour.ts'

/** A day of a zone: from midnight to midnight, which is mostly 24 hours later. */
export interface LocalDay extends Span {
  /** `YYYY-MM-DD` */
  readonly day: string
  /** IANA name. */
  readonly zone: string
}

/** Which day it is in a zone, as days since 1970-01-01. */
export const localDayNumber = (zoneName: string, at: Instant): number => {
  const zone = zoneNamed(zoneName)
  return wallClock(at, zone.seasonAt(at).offsetMs).day
}

/** A day of a zone by its number. */
export const localDay = (zoneName: string, day: number): LocalDay => {
  const zone = zoneNamed(zoneName)
  return { day: calendarDate(day), zone: zone.name, from: localInstant(zone, day, 0), to: localInstant(zone, day + 1, 0) }
}
