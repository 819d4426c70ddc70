import { weekday } from '../calendar-date.ts'
import type { Holidays } from './holidays.ts'
import { DAYS, type Window, wallClock } from './window.ts'
import type { Zone } from './zone.ts'

const MS_PER_DAY = 86_400_000
const MS_PER_MINUTE = 60_000
const MINUTES_PER_DAY = 1440

/** A stretch without a change, `from` inclusive, `to` exclusive, in ms since the epoch. It may go on beyond both. */
export interface Piece {
  readonly open: boolean
  readonly from: number
  readonly to: number
}

/** Open minutes of one day, in order, neither touching nor overlapping. */
type Spans = readonly { readonly start: number; readonly end: number }[]

/** The windows of one zone, laid out by the days of the week. */
export interface Timetable {
  readonly zone: Zone
  /** Open on every minute of the week when there is no holiday. */
  readonly allWeek: boolean
  /** The open minutes of a weekday: of windows `starting` on it, and of those of the day before `runningOn` into it. */
  readonly spansOn: (day: number, starting: boolean, runningOn: boolean) => Spans
}

/** One timetable per zone. Days are laid out when first asked for: most evaluations need two or three of them. */
export const timetablesOf = (windows: readonly Window[]): readonly Timetable[] => {
  const zones = [...new Set(windows.map(({ zone }) => zone))]
  return zones.map((zone) => timetableOf(zone, windows.filter((window) => window.zone === zone)))
}

const timetableOf = (zone: Zone, windows: readonly Window[]): Timetable => {
  const laidOut: Spans[] = []
  const spansOn: Timetable['spansOn'] = (day, starting, runningOn) => {
    const index = day * 4 + (starting ? 2 : 0) + (runningOn ? 1 : 0)
    return (laidOut[index] ??= layOut(windows, day, starting, runningOn))
  }
  const minutes = windows.reduce((sum, window) => sum + window.days.length * minutesOf(window), 0)
  const allWeek = minutes >= 7 * MINUTES_PER_DAY && DAYS.every((_, day) => isWholeDay(spansOn(day, true, true)))
  return { zone, allWeek, spansOn }
}

const minutesOf = ({ startMinute, endMinute }: Window): number =>
  endMinute < startMinute ? endMinute + MINUTES_PER_DAY - startMinute : endMinute - startMinute

const isWholeDay = ([first]: Spans): boolean => first?.start === 0 && first.end === MINUTES_PER_DAY

const layOut = (windows: readonly Window[], day: number, starting: boolean, runningOn: boolean): Spans => {
  const spans = windows.flatMap(({ days, startMinute, endMinute }) => {
    const overnight = endMinute < startMinute
    const startsToday = starting && days.includes(day)
    const runsOn = runningOn && overnight && endMinute > 0 && days.includes((day + 6) % 7)
    return [
      ...(startsToday ? [{ start: startMinute, end: overnight ? MINUTES_PER_DAY : endMinute }] : []),
      ...(runsOn ? [{ start: 0, end: endMinute }] : []),
    ]
  })
  const merged: { start: number; end: number }[] = []
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last === undefined || span.start > last.end) merged.push({ ...span })
    else last.end = Math.max(last.end, span.end)
  }
  return merged
}

/** The piece around an instant: at most one local day of one season, so that minutes map to instants by one offset. */
export const pieceAt = (timetable: Timetable, atMs: number, holidays: Holidays): Piece => {
  const season = timetable.zone.seasonAt(atMs)
  const { day, ms } = wallClock(atMs, season.offsetMs)
  const minute = ms / MS_PER_MINUTE
  let open = false
  let start = 0
  let end = MINUTES_PER_DAY
  for (const span of timetable.spansOn(weekday(day), !holidays.has(day), !holidays.has(day - 1))) {
    if (minute < span.start) {
      end = span.start
      break
    }
    if (minute < span.end) {
      open = true
      start = span.start
      end = span.end
      break
    }
    start = span.end
  }
  const midnight = day * MS_PER_DAY - season.offsetMs
  return {
    open,
    from: Math.max(midnight + start * MS_PER_MINUTE, season.from),
    to: Math.min(midnight + end * MS_PER_MINUTE, season.to),
  }
}
