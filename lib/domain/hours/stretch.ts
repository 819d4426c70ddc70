import type { Holidays } from './holidays.ts'
import { type Piece, pieceAt, type Timetable } from './timetable.ts'

const MS_PER_DAY = 86_400_000
const WEEK_MS = 7 * MS_PER_DAY

/**
 * How far ahead a change is looked for. Only windows of several zones that together leave no gap get that far, and
 * whatever daylight saving opens between them comes back within 40 years: the calendar repeats itself after 28, unless
 * a century without a leap day lies between.
 */
const HORIZON_MS = 100 * 365.25 * MS_PER_DAY

/** A whole stretch of the same state; null: without a beginning, without an end. Instants in ms since the epoch. */
export interface Stretch {
  readonly open: boolean
  readonly since: number | null
  readonly until: number | null
}

/** The stretch around an instant, with windows that touch or overlap taken as one, in whatever zones they are. */
export const stretchAt = (timetables: readonly Timetable[], atMs: number, holidays: Holidays): Stretch => {
  const { open } = unionAt(timetables, atMs, holidays)
  return {
    open,
    since: changeBefore(timetables, atMs, open, holidays),
    until: changeAfter(timetables, atMs, open, holidays),
  }
}

/** The piece around an instant of all timetables together: open where one is. */
const unionAt = (timetables: readonly Timetable[], atMs: number, holidays: Holidays): Piece => {
  let open: Piece | undefined
  let shut: Piece | undefined
  for (const timetable of timetables) {
    const piece = pieceAt(timetable, atMs, holidays)
    if (piece.open) {
      const { from, to } = open ?? piece
      open = { open: true, from: Math.min(piece.from, from), to: Math.max(piece.to, to) }
    } else {
      const { from, to } = shut ?? piece
      shut = { open: false, from: Math.max(piece.from, from), to: Math.min(piece.to, to) }
    }
  }
  return open ?? shut ?? { open: false, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
}

type Search = (timetables: readonly Timetable[], atMs: number, open: boolean, holidays: Holidays) => number | null

const changeAfter: Search = (timetables, atMs, open, holidays) => {
  if (timetables.some(({ allWeek }) => allWeek) && firstHolidayAfter(holidays, atMs) === undefined && open) return null
  let cursor = atMs
  while (cursor < atMs + HORIZON_MS) {
    const piece = unionAt(timetables, cursor, holidays)
    if (piece.open !== open) return cursor
    cursor = piece.to
    if (cursor - WEEK_MS >= atMs) {
      cursor = Math.max(cursor, alikeAround(timetables, cursor - WEEK_MS, holidays)?.to ?? cursor)
    }
  }
  return null
}

const changeBefore: Search = (timetables, atMs, open, holidays) => {
  if (timetables.some(({ allWeek }) => allWeek) && lastHolidayBefore(holidays, atMs) === undefined && open) return null
  let cursor = atMs + 1
  while (cursor > Number.NEGATIVE_INFINITY) {
    const piece = unionAt(timetables, cursor - 1, holidays)
    if (piece.open !== open) return cursor
    cursor = piece.from
    if (cursor + WEEK_MS <= atMs) {
      cursor = Math.min(cursor, alikeAround(timetables, cursor, holidays)?.from ?? cursor)
    }
  }
  return null
}

/** Milliseconds since the epoch, `from` inclusive, `to` exclusive. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * The time around a week in which all weeks are alike: no zone changes its clocks and no holiday is near. What was
 * constant for the week is constant there. Undefined when the week itself is not so.
 */
const alikeAround = (timetables: readonly Timetable[], fromMs: number, holidays: Holidays): Range | undefined => {
  const afterHoliday = lastHolidayBefore(holidays, fromMs)
  const beforeHoliday = firstHolidayAfter(holidays, fromMs)
  let from = afterHoliday === undefined ? Number.NEGATIVE_INFINITY : holidayReach(afterHoliday).to
  let to = beforeHoliday === undefined ? Number.POSITIVE_INFINITY : holidayReach(beforeHoliday).from
  for (const { zone } of timetables) {
    const season = zone.seasonAt(fromMs)
    from = Math.max(from, season.from)
    to = Math.min(to, season.to)
  }
  return from <= fromMs && fromMs + WEEK_MS <= to ? { from, to } : undefined
}

/** The UTC time a holiday can touch in any zone: its local day and the night after it, a day to either side. */
const holidayReach = (day: number): Range => ({ from: (day - 1) * MS_PER_DAY, to: (day + 3) * MS_PER_DAY })

const firstHolidayAfter = (holidays: Holidays, atMs: number): number | undefined =>
  holidays.ascending.find((day) => holidayReach(day).to > atMs)

const lastHolidayBefore = (holidays: Holidays, atMs: number): number | undefined =>
  holidays.ascending.findLast((day) => holidayReach(day).from <= atMs)
