import { dayNumber } from '../domain/calendar-date.ts'
import { type Hours, hoursAt, parseHours } from '../domain/hours.ts'
import { HoursError } from '../domain/hours/hours-error.ts'
import { type Instant, iso } from '../domain/time.ts'
import { instantArgument } from './instant-argument.ts'

/** What is asked of `catnap hours`. */
export interface HoursQuestion {
  readonly hours: string
  readonly at: Instant
  readonly holidays: readonly string[]
  readonly timezone: string
}

/** The answer as programs get it: instants as ISO 8601 in UTC. */
export interface HoursAnswer {
  readonly awake: boolean
  readonly reason: string
  readonly since: string | null
  readonly next: { readonly at: string; readonly awake: boolean } | null
}

/** What a line of a batch leaves out. */
export type HoursDefaults = Omit<HoursQuestion, 'hours'>

/** A question that cannot be answered; the message says what was found and expected. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError'
}

/** How many texts of hours and lists of holidays are remembered: a batch asks the same ones again and again. */
const REMEMBERED = 10_000

/** Answers questions about hours; keep one for many questions, it remembers what it has read. */
export class HoursAnswers {
  readonly #hours = new Map<string, Hours | HoursError>()
  readonly #holidays = new Map<string, readonly string[]>()

  /** Throws an HoursError for hours, a zone or holidays that cannot be read. */
  answer({ hours, at, holidays, timezone }: HoursQuestion): HoursAnswer {
    const { awake, reason, since, next } = hoursAt(this.#read(hours, timezone), at, holidays)
    return {
      awake,
      reason,
      since: since === null ? null : iso(since),
      next: next === null ? null : { at: iso(next.at), awake: next.awake },
    }
  }

  /** Answers a line `{"id", "hours", "at"?, "holidays"?, "timezone"?}` with a line `{"id", …}`, or its error. */
  answerLine(line: string, defaults: HoursDefaults): string {
    let id: unknown = null
    try {
      const asked = jsonObject(line)
      id = asked['id'] ?? null
      return JSON.stringify({ id, ...this.answer(this.#question(asked, defaults)) })
    } catch (error) {
      if (!(error instanceof HoursError || error instanceof QuestionError)) throw error
      return JSON.stringify({ id, error: error.message })
    }
  }

  #question(asked: Readonly<Record<string, unknown>>, defaults: HoursDefaults): HoursQuestion {
    const { hours, at, holidays, timezone = defaults.timezone } = asked
    if (typeof hours !== 'string') throw unlike('hours', hours, 'a text such as "Mon-Fri 08:00-19:00"')
    if (typeof timezone !== 'string') throw unlike('timezone', timezone, 'a text such as "Europe/Paris"')
    return {
      hours,
      timezone,
      at: at === undefined ? defaults.at : instantOf(at),
      holidays: holidays === undefined ? defaults.holidays : this.#sameHolidays(holidays),
    }
  }

  /** The same list for the same dates, so that they are read once. */
  #sameHolidays(holidays: unknown): readonly string[] {
    if (!Array.isArray(holidays)) throw unlike('holidays', holidays, 'a list of dates such as ["2026-12-25"]')
    const key = JSON.stringify(holidays)
    const known = this.#holidays.get(key)
    if (known !== undefined) return known
    const dates = holidays.map(holidayOf)
    remember(this.#holidays, key, dates)
    return dates
  }

  #read(text: string, timezone: string): Hours {
    const key = `${timezone}\0${text}`
    const read = this.#hours.get(key) ?? readOrError(text, timezone)
    remember(this.#hours, key, read)
    if (read instanceof HoursError) throw read
    return read
  }
}

/** One date of a list of holidays. Throws a QuestionError for anything that is not in the calendar. */
export const holidayOf = (date: unknown): string => {
  if (typeof date === 'string' && dayNumber(date) !== undefined) return date
  throw unlike('holiday', date, 'a calendar date such as 2026-12-25')
}

const unlike = (what: string, found: unknown, expected: string): QuestionError =>
  new QuestionError(`found ${what} ${JSON.stringify(found) ?? 'missing'}, expected ${expected}`)

const readOrError = (text: string, timezone: string): Hours | HoursError => {
  try {
    return parseHours(text, timezone)
  } catch (error) {
    if (error instanceof HoursError) return error
    throw error
  }
}

const remember = <Value>(memory: Map<string, Value>, key: string, value: Value): void => {
  if (memory.size >= REMEMBERED && !memory.has(key)) memory.clear()
  memory.set(key, value)
}

const jsonObject = (line: string): Readonly<Record<string, unknown>> => {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new QuestionError(`not JSON: ${why}; expected {"id", "hours", "at"}`, { cause: error })
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  throw new QuestionError(`found ${line.trim().slice(0, 40)}, expected an object {"id", "hours", "at"}`)
}

const instantOf = (at: unknown): Instant => {
  try {
    return instantArgument(typeof at === 'string' ? at : JSON.stringify(at))
  } catch (error) {
    if (error instanceof RangeError) throw new QuestionError(error.message, { cause: error })
    throw error
  }
}
