import { HoursError } from '../../domain/hours/hours-error.ts'
import { type Zone, zoneNamed } from '../../domain/hours/zone.ts'
import type { Instant } from '../../domain/time.ts'

/** When a CronJob is due. */
export interface CronSchedule {
  /** The first due instant after `after`; undefined when there is none within five years. */
  next(after: Instant): Instant | undefined
}

/** Why a schedule cannot be read, and which of the CronJob's fields is to blame. */
export interface CronMistake {
  readonly field: 'schedule' | 'timeZone'
  readonly error: string
}

const msPerMinute = 60_000
const msPerDay = 86_400_000
// Five years hold every date but 29 February around 2100.
const horizonDays = 5 * 366

interface Field {
  readonly low: number
  readonly high: number
  readonly names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const minuteField: Field = { low: 0, high: 59 }
const hourField: Field = { low: 0, high: 23 }
const dayField: Field = { low: 1, high: 31 }
const monthField: Field = { low: 1, high: 12, names: ['', ...months] }
const weekdayField: Field = { low: 0, high: 6, names: days }

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const parseNumber = (text: string, { names = [] }: Field): number => {
  const named = names.indexOf(text.toLowerCase())
  if (text !== '' && named >= 0) return named
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}

const parseField = (text: string, field: Field): ReadonlySet<number> | undefined => {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const [range = '', stepText] = part.split('/')
    const [from = '', to] = range === '*' || range === '?' ? [String(field.low), String(field.high)] : range.split('-')
    const step = stepText === undefined ? 1 : parseNumber(stepText, { low: 1, high: field.high })
    const first = parseNumber(from, field)
    // `5/15` runs from 5 to the end of the field, as in the library Kubernetes uses.
    const last = to === undefined ? (stepText === undefined ? first : field.high) : parseNumber(to, field)
    if (!(first >= field.low && first <= last && last <= field.high && step >= 1)) return undefined
    for (let value = first; value <= last; value += step) values.add(value)
  }
  return values
}

const zoneOf = (name: string): Zone | undefined => {
  try {
    return zoneNamed(name)
  } catch (error) {
    if (error instanceof HoursError) return undefined
    throw error
  }
}

/**
 * Reads a five-field cron expression (or a macro) in a time zone. Where both day fields are restricted either may
 * match. A wall-clock time that a daylight-saving change skips does not happen.
 */
export const parseCron = (text: string, timeZone: string): CronSchedule | CronMistake => {
  const zone = zoneOf(timeZone)
  if (zone === undefined) return { field: 'timeZone', error: `unknown time zone ${timeZone}` }
  const parts = (macros[text.trim()] ?? text).trim().split(/\s+/)
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts
  const error = `expected exactly 5 fields, found ${parts.length}: [${text}]`
  if (parts.length !== 5) return { field: 'schedule', error }
  const fields = {
    minutes: parseField(minute, minuteField),
    hours: parseField(hour, hourField),
    days: parseField(day, dayField),
    months: parseField(month, monthField),
    weekdays: parseField(weekday, weekdayField),
  }
  const { minutes, hours, days: monthDays, months: inMonths, weekdays } = fields
  const unread: CronMistake = { field: 'schedule', error: `failed to parse: [${text}]` }
  if (minutes === undefined || hours === undefined) return unread
  if (monthDays === undefined || inMonths === undefined || weekdays === undefined) return unread
  const anyDay = /^[*?]/.test(day)
  const anyWeekday = /^[*?]/.test(weekday)
  const dayMatches = (date: Date): boolean => {
    if (!inMonths.has(date.getUTCMonth() + 1)) return false
    const byDay = monthDays.has(date.getUTCDate())
    const byWeekday = weekdays.has(date.getUTCDay())
    return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday
  }
  const times = [...hours].flatMap((h) => [...minutes].map((m) => (h * 60 + m) * msPerMinute)).sort((a, b) => a - b)
  return remembering((after) => nextDue(after, zone, dayMatches, times))
}

// A controller asks many times between two due times: the answer is the same for all of them.
const remembering = (next: CronSchedule['next']): CronSchedule => {
  let known: { readonly from: Instant; readonly due: Instant | undefined } | undefined
  return {
    next: (after) => {
      const holds = known !== undefined && after >= known.from && (known.due === undefined || after < known.due)
      if (!holds) known = { from: after, due: next(after) }
      return known?.due
    },
  }
}

/** Walks the wall clock, written as if it were UTC, from day to day. `timesMs` are times of day. */
const nextDue = (
  after: Instant,
  zone: Zone,
  dayMatches: (date: Date) => boolean,
  timesMs: readonly number[],
): Instant | undefined => {
  const wallNow = after + zone.seasonAt(after).offsetMs
  const firstDay = Math.floor(wallNow / msPerDay)
  for (let day = firstDay; day < firstDay + horizonDays; day += 1) {
    if (!dayMatches(new Date(day * msPerDay))) continue
    for (const time of timesMs) {
      const wall = day * msPerDay + time
      // No change moves the clocks by more than a day: what is further back is over.
      const due = wall < wallNow - msPerDay ? undefined : firstInstant(wall, zone, after)
      if (due !== undefined) return due
    }
  }
  return undefined
}

/** The first instant after `after` at which clocks show `wall`; none where a change skips it. */
const firstInstant = (wall: number, zone: Zone, after: Instant): Instant | undefined => {
  for (const probe of [wall - msPerDay, wall + msPerDay]) {
    const { offsetMs } = zone.seasonAt(probe)
    const at = wall - offsetMs
    if (at > after && zone.seasonAt(at).offsetMs === offsetMs) return at as Instant
  }
  return undefined
}
