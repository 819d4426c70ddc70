import { calendarDate } from './calendar-date.ts'
import { type Parsed, readHours } from './hours/grammar.ts'
import { type Holidays, holidaysOf } from './hours/holidays.ts'
import type { HoursError } from './hours/hours-error.ts'
import { type Stretch, stretchAt } from './hours/stretch.ts'
import { type Timetable, timetablesOf } from './hours/timetable.ts'
import { startDayAt, type Window } from './hours/window.ts'
import { zoneNamed } from './hours/zone.ts'
import type { Instant } from './time.ts'

/** The wall-clock windows in which an environment is meant to be ready. Read them with `parseHours`. */
export interface Hours {
  /** As it was written. */
  readonly text: string
  readonly kind: Parsed['kind']
  readonly windows: readonly Window[]
  readonly timetables: readonly Timetable[]
}

/** What hours say at an instant. */
export interface HoursState {
  readonly awake: boolean
  /** In words, naming the window. */
  readonly reason: string
  /** The window that is open, stays shut for a holiday, or opens next. */
  readonly window?: string
  /** When this state began; null when it always was so. */
  readonly since: Instant | null
  /** The next change; null when there is none. */
  readonly next: { readonly at: Instant; readonly awake: boolean } | null
}

/**
 * Reads hours such as `Mon-Thu 08:00-19:00, Fri 08:00-16:00 Europe/Paris`; windows without a zone are in `timezone`.
 * Throws an HoursError for the first mistake.
 */
export const parseHours = (text: string, timezone: string): Hours => {
  const parsed = readHours(text, zoneNamed(timezone), (error) => {
    throw error
  })
  const windows = parsed.kind === 'windows' ? parsed.windows : []
  return { text, kind: parsed.kind, windows, timetables: timetablesOf(windows) }
}

/** Every mistake in a text of hours, at most one per window. */
export const mistakesInHours = (text: string): readonly HoursError[] => {
  const mistakes: HoursError[] = []
  readHours(text, zoneNamed('UTC'), (error) => mistakes.push(error))
  return mistakes
}

/**
 * Whether the hours are open. A window is open exactly while the wall clock of its zone reads within it, on both days
 * of a daylight-saving change; windows that started or would start on a holiday, by their zone's date, are shut.
 */
export const isOpen = (hours: Hours, at: Instant, holidays: readonly string[]): boolean => {
  if (hours.kind !== 'windows') return hours.kind === 'always'
  const shutDays = holidaysOf(holidays)
  return openWindow(hours, at, shutDays) !== undefined
}

/** What hours say at an instant, why, since when and until when. Throws an HoursError for a holiday that is no date. */
export const hoursAt = (hours: Hours, at: Instant, holidays: readonly string[]): HoursState => {
  if (hours.kind !== 'windows') {
    return { awake: hours.kind === 'always', reason: `hours: ${hours.kind}`, since: null, next: null }
  }
  const { open, since, until } = rememberedStretch(hours, at, holidays)
  return {
    awake: open,
    ...explain(hours, at, holidaysOf(holidays), until),
    since: since as Instant | null,
    next: until === null ? null : { at: until as Instant, awake: !open },
  }
}

/** The last stretch found for each hours: the tick asks again and again within one, and some take long to find. */
const remembered = new WeakMap<Hours, { readonly holidays: readonly string[]; readonly stretch: Stretch }>()

const rememberedStretch = (hours: Hours, at: Instant, holidays: readonly string[]): Stretch => {
  const last = remembered.get(hours)
  if (last !== undefined && last.holidays === holidays && covers(last.stretch, at)) return last.stretch
  const stretch = stretchAt(hours.timetables, at, holidaysOf(holidays))
  remembered.set(hours, { holidays, stretch })
  return stretch
}

const covers = ({ since, until }: Stretch, at: Instant): boolean =>
  (since === null || at >= since) && (until === null || at < until)

const openWindow = (hours: Hours, at: number, holidays: Holidays): Window | undefined =>
  hours.windows.find((window) => {
    const startDay = startDayAt(window, at)
    return startDay !== undefined && !holidays.has(startDay)
  })

type Explanation = Pick<HoursState, 'reason' | 'window'>

const explain = (hours: Hours, at: Instant, holidays: Holidays, until: number | null): Explanation => {
  const open = openWindow(hours, at, holidays)
  if (open !== undefined) return { reason: `within ${open.text}`, window: open.text }
  for (const window of hours.windows) {
    const startDay = startDayAt(window, at)
    if (startDay === undefined) continue
    return { reason: `holiday ${calendarDate(startDay)}: ${window.text} stays shut`, window: window.text }
  }
  const next = until === null ? undefined : openWindow(hours, until, holidays)
  if (next === undefined) return { reason: `outside ${hours.text}` }
  return { reason: `outside hours; next is ${next.text}`, window: next.text }
}
