import { weekday } from '../calendar-date.ts'
import type { Zone } from './zone.ts'

const MS_PER_DAY = 86_400_000
const MS_PER_MINUTE = 60_000

/** Days as people write them; the index is the weekday, Monday first. */
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** A time of the week by the wall clock of one zone. It ends on the next day when it ends before it starts. */
export interface Window {
  /** Weekdays on which it starts, 0 for Monday to 6 for Sunday. */
  readonly days: readonly number[]
  /** Minutes since midnight, inclusive. */
  readonly startMinute: number
  /** Minutes since midnight, exclusive; 1440 is the end of the day. */
  readonly endMinute: number
  readonly zone: Zone
  /** As it would be written: `Mon-Fri 08:00-19:00 Europe/Paris`. */
  readonly text: string
}

/** What a zone's clock and calendar show: days since 1970-01-01, and milliseconds since midnight. */
export interface WallClock {
  readonly day: number
  readonly ms: number
}

/** What the clocks show that are `offsetMs` ahead of UTC. */
export const wallClock = (atMs: number, offsetMs: number): WallClock => {
  const local = atMs + offsetMs
  const day = Math.floor(local / MS_PER_DAY)
  return { day, ms: local - day * MS_PER_DAY }
}

/**
 * The local day on which the window started that the wall clock reads within at this instant; undefined when it reads
 * outside. Holidays play no part: the caller asks whether that day was one.
 */
export const startDayAt = (window: Window, atMs: number): number | undefined => {
  const { day, ms } = wallClock(atMs, window.zone.seasonAt(atMs).offsetMs)
  const minute = ms / MS_PER_MINUTE
  const overnight = window.endMinute < window.startMinute
  const startedToday = minute >= window.startMinute && (overnight || minute < window.endMinute)
  if (startedToday && window.days.includes(weekday(day))) return day
  const startedYesterday = overnight && minute < window.endMinute
  return startedYesterday && window.days.includes(weekday(day - 1)) ? day - 1 : undefined
}
