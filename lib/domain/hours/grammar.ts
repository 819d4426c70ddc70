import { nearest } from '../nearest.ts'
import { HoursError } from './hours-error.ts'
import { DAYS, type Window } from './window.ts'
import { type Zone, zoneNamed } from './zone.ts'

const FULL_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'always', 'never']
const EXAMPLE = 'Mon-Fri 08:00-19:00'
const A_DAY = 'a day Mon, Tue, Wed, Thu, Fri, Sat or Sun'

/** What a text of hours says: a word that stands alone, or windows. */
export type Parsed =
  | { readonly kind: 'always' | 'never' }
  | { readonly kind: 'windows'; readonly windows: readonly Window[] }

/** One comma-separated part of the text, read from left to right. */
class Part {
  readonly #text: string
  readonly #offset: number
  #at = 0

  constructor(text: string, offset: number) {
    this.#text = text
    this.#offset = offset
  }

  /** Characters of the whole text before the next word. */
  position(): number {
    this.#skipSpace()
    return this.#offset + this.#at
  }

  /** The next word; empty at the end. Dashes part words only where days and times are read. */
  word(dashes: 'part' | 'belong'): string {
    this.#skipSpace()
    const pattern = dashes === 'part' ? /[^\s-]*/y : /\S*/y
    pattern.lastIndex = this.#at
    const [word = ''] = pattern.exec(this.#text) ?? []
    this.#at += word.length
    return word
  }

  /** Takes a dash when one is next. */
  dash(): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== '-') return false
    this.#at += 1
    return true
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }
}

/**
 * Reads `day[-day] start-end [zone]`, comma-separated, or `always` or `never` alone (DESIGN §3, Hours). Every part is
 * read, and `onMistake` told of each that cannot be: throw from it to stop at the first.
 */
export const readHours = (text: string, defaultZone: Zone, onMistake: (error: HoursError) => void): Parsed => {
  const word = text.trim().toLowerCase()
  if (word === 'always' || word === 'never') return { kind: word }
  const windows: Window[] = []
  let offset = 0
  for (const part of text.split(',')) {
    try {
      windows.push(readWindow(new Part(part, offset), defaultZone))
    } catch (error) {
      if (!(error instanceof HoursError)) throw error
      onMistake(error)
    }
    offset += part.length + 1
  }
  return { kind: 'windows', windows }
}

const readWindow = (part: Part, defaultZone: Zone): Window => {
  const firstDay = readDay(part, true)
  const lastDay = part.dash() ? readDay(part, false) : firstDay
  const startPosition = part.position()
  const startMinute = readTime(part, 'start')
  const dashPosition = part.position()
  if (!part.dash()) {
    const expected = 'a "-" and the end of the window, as in 08:00-19:00'
    throw new HoursError({ found: quoted(part.word('belong')), expected, position: dashPosition })
  }
  const endMinute = readTime(part, 'end')
  if (startMinute === endMinute) {
    const found = `${clock(startMinute)}-${clock(endMinute)}`
    const hint = 'for the whole day write 00:00-24:00'
    throw new HoursError({ found, expected: 'an end that differs from the start', hint, position: startPosition })
  }
  const zonePosition = part.position()
  const zoneName = part.word('belong')
  const zone = zoneName === '' ? defaultZone : zoneNamed(zoneName, zonePosition)
  const restPosition = part.position()
  const rest = part.word('belong')
  if (rest !== '') {
    throw new HoursError({ found: `"${rest}"`, expected: 'a comma or the end after the zone', position: restPosition })
  }
  const days = Array.from({ length: ((lastDay - firstDay + 7) % 7) + 1 }, (_, index) => (firstDay + index) % 7)
  const dayText = firstDay === lastDay ? DAYS[firstDay] : `${DAYS[firstDay]}-${DAYS[lastDay]}`
  const text = `${dayText} ${clock(startMinute)}-${clock(endMinute)} ${zone.name}`
  return { days, startMinute, endMinute, zone, text }
}

const readDay = (part: Part, first: boolean): number => {
  const position = part.position()
  const word = part.word('part')
  const day = DAYS.findIndex((name) => name.toLowerCase() === word.toLowerCase())
  if (day >= 0) return day
  const expected = word === '' && first ? `a window such as ${EXAMPLE}` : A_DAY
  throw new HoursError({ found: quoted(word), expected, hint: dayHint(word), position })
}

const dayHint = (word: string): string | undefined => {
  if (/^\d/.test(word)) return `the days come first, as in ${EXAMPLE}`
  if (/^(?:always|never)$/i.test(word)) return `"${word.toLowerCase()}" stands alone: take the rest away`
  const near = DAYS.find((day) => word.toLowerCase().startsWith(day.toLowerCase())) ?? nearest(word, DAYS)
  const full = near ?? nearest(word, FULL_NAMES)
  return full === undefined ? undefined : `did you mean "${full.endsWith('day') ? full.slice(0, 3) : full}"?`
}

const readTime = (part: Part, which: 'start' | 'end'): number => {
  const position = part.position()
  const word = part.word('part')
  const [, hourText = '', minuteText = ''] = /^(\d\d):(\d\d)$/.exec(word) ?? []
  const hour = Number(hourText)
  const minute = Number(minuteText)
  const ofDay = hourText !== '' && hour <= 23 && minute <= 59
  if (ofDay || (which === 'end' && word === '24:00')) return hour * 60 + minute
  const expected = which === 'start' ? 'a start HH:MM from 00:00 to 23:59' : 'an end HH:MM from 00:00 to 24:00'
  throw new HoursError({ found: quoted(word), expected, hint: timeHint(word), position })
}

const timeHint = (word: string): string | undefined => {
  if (word === '') return `a window is written ${EXAMPLE}; a list of days needs a window for each`
  if (/^24:00$/.test(word)) return 'a day starts at 00:00'
  if (/^\d:\d\d$/.test(word)) return `write 0${word}`
  if (/[–—]/.test(word)) return 'write a plain "-" between start and end'
  return /^\d{1,2}(?::\d\d)?[ap]m$/i.test(word) ? 'write 24-hour times, as in 08:00 and 19:00' : undefined
}

const quoted = (word: string): string => (word === '' ? 'nothing' : `"${word}"`)

const clock = (minute: number): string => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`

const twoDigits = (value: number): string => String(value).padStart(2, '0')
