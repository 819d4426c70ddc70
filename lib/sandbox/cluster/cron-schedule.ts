import { Temporal } from 'temporal-polyfill'
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

const zoneExists = (zone: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/**
 * Reads a five-field cron expression (or a macro) in a time zone. Where both day fields are restricted either may
 * match. A wall-clock time that a daylight-saving change skips does not happen.
 */
export const parseCron = (text: string, timeZone: string): CronSchedule | CronMistake => {
  if (!zoneExists(timeZone)) return { field: 'timeZone', error: `unknown time zone ${timeZone}` }
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
  if (minutes === undefined || hours === undefined || monthDays === undefined || inMonths === undefined || weekdays === undefined) {
    return { field: 'schedule', error: `failed to parse: [${text}]` }
  }
  const anyDay = /^[*?]/.test(day)
  const anyWeekday = /^[*?]/.test(weekday)
  const dayMatches = (date: Temporal.PlainDate): boolean => {
    if (!inMonths.has(date.month)) return false
    const byDay = monthDays.has(date.day)
    const byWeekday = weekdays.has(date.dayOfWeek % 7)
    return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday
  }
  const times = [...hours].sort(ascending).flatMap((h) => [...minutes].sort(ascending).map((m) => [h, m] as const))
  return remembering((after) => nextDue(after, timeZone, dayMatches, times))
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

const ascending = (a: number, b: number): number => a - b

const nextDue = (
  after: Instant,
  timeZone: string,
  dayMatches: (date: Temporal.PlainDate) => boolean,
  times: readonly (readonly [number, number])[],
): Instant | undefined => {
  const horizonDays = 5 * 366
  let date = Temporal.Instant.fromEpochMilliseconds(Math.floor(after)).toZonedDateTimeISO(timeZone).toPlainDate()
  for (let day = 0; day < horizonDays; day += 1, date = date.add({ days: 1 })) {
    if (!dayMatches(date)) continue
    const due = firstAfter(after, date, timeZone, times)
    if (due !== undefined) return due
  }
  return undefined
}

const firstAfter = (
  after: Instant,
  date: Temporal.PlainDate,
  timeZone: string,
  times: readonly (readonly [number, number])[],
): Instant | undefined => {
  // A day of plain length is arithmetic; only the two days of a change need each of their times looked up.
  const start = date.toZonedDateTime(timeZone)
  if (start.hoursInDay === 24) {
    const midnight = start.epochMilliseconds
    const found = times.find(([hour, minute]) => midnight + (hour * 60 + minute) * 60_000 > after)
    return found === undefined ? undefined : ((midnight + (found[0] * 60 + found[1]) * 60_000) as Instant)
  }
  for (const [hour, minute] of times) {
    const at = date.toZonedDateTime({ timeZone, plainTime: { hour, minute } })
    const happens = at.hour === hour && at.minute === minute
    if (happens && at.epochMilliseconds > after) return at.epochMilliseconds as Instant
  }
  return undefined
}
