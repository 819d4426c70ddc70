import { dayNumber } from '../calendar-date.ts'
import { HoursError } from './hours-error.ts'

/** Holidays as day numbers, for asking and, in ascending order, for looking ahead. */
export interface Holidays {
  readonly has: (day: number) => boolean
  readonly ascending: readonly number[]
}

const NONE: Holidays = { has: () => false, ascending: [] }

/** A list is read once: the tick asks about thousands of environments with the fleet's one list. */
const read = new WeakMap<readonly string[], Holidays>()

/** Reads ISO dates. Throws an HoursError for one that is not in the calendar. */
export const holidaysOf = (dates: readonly string[]): Holidays => {
  if (dates.length === 0) return NONE
  const known = read.get(dates)
  if (known !== undefined) return known
  const days = new Set(dates.map(holiday))
  const holidays = { has: (day: number) => days.has(day), ascending: [...days].sort((a, b) => a - b) }
  read.set(dates, holidays)
  return holidays
}

const holiday = (date: string): number => {
  const day = dayNumber(date)
  if (day === undefined) {
    throw new HoursError({ found: `holiday "${date}"`, expected: 'a calendar date such as 2026-12-25' })
  }
  return day
}
