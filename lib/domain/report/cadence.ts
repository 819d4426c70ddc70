import { weekday } from '../calendar-date.ts'
import { DAYS, wallClock } from '../hours/window.ts'
import type { Zone } from '../hours/zone.ts'
import { type Instant, iso } from '../time.ts'
import { localInstant } from './local-instant.ts'

/** When a report is sent, by the wall clock: each day, on one day of the week, or on the first of the month. */
export type Cadence =
  | { readonly kind: 'daily' | 'monthly'; readonly minute: number }
  | { readonly kind: 'weekly'; readonly minute: number; readonly weekday: number }

/** `Mon 08:00`, `daily 08:00`, `monthly 08:00`; case does not matter. */
const CADENCE_PATTERN = /^(mon|tue|wed|thu|fri|sat|sun|daily|monthly) +([01]\d|2[0-3]):([0-5]\d)$/i

/** A month and the day after: among so many local days one is the day of every cadence. */
const DAYS_SEARCHED = 33

/** Reads when a report is sent. Throws a RangeError when the text does not say. */
export const parseCadence = (text: string): Cadence => {
  const [, word, hours, minutes] = CADENCE_PATTERN.exec(text.trim()) ?? []
  if (word === undefined) {
    throw new RangeError(
      `not a time to send a report: found "${text}", expected one such as Mon 08:00, daily 08:00 or monthly 08:00`,
    )
  }
  const minute = Number(hours) * 60 + Number(minutes)
  const kind = word.toLowerCase()
  if (kind === 'daily' || kind === 'monthly') return { kind, minute }
  return { kind: 'weekly', minute, weekday: DAYS.findIndex((day) => day.toLowerCase() === kind) }
}

/** A sending: the local day it belongs to, however late it is done, and its instant. */
export interface Sending {
  /** Days since 1970-01-01. */
  readonly day: number
  readonly at: Instant
}

/** The latest sending that is due at `now`. One missed before it is not made up for: old news is no news. */
export const latestSending = (cadence: Cadence, zone: Zone, now: Instant): Sending => {
  const found = sendingsAround(cadence, zone, now, -1).find(({ at }) => at <= now)
  if (found === undefined) throw new RangeError(`no sending in the ${DAYS_SEARCHED} days before ${iso(now)}`)
  return found
}

/** The next sending after `now`. */
export const nextSending = (cadence: Cadence, zone: Zone, now: Instant): Sending => {
  const found = sendingsAround(cadence, zone, now, 1).find(({ at }) => at > now)
  if (found === undefined) throw new RangeError(`no sending in the ${DAYS_SEARCHED} days after ${iso(now)}`)
  return found
}

const sendingsAround = (cadence: Cadence, zone: Zone, now: Instant, step: 1 | -1): readonly Sending[] => {
  const { day: today } = wallClock(now, zone.seasonAt(now).offsetMs)
  return Array.from({ length: DAYS_SEARCHED }, (_, index) => today + step * (index - 1))
    .filter((day) => isDay(cadence, day))
    .map((day) => ({ day, at: localInstant(zone, day, cadence.minute) }))
}

const isDay = (cadence: Cadence, day: number): boolean => {
  switch (cadence.kind) {
    case 'daily':
      return true
    case 'weekly':
      return weekday(day) === cadence.weekday
    case 'monthly':
      return new Date(day * 86_400_000).getUTCDate() === 1
    default:
      return cadence satisfies never
  }
}
