import { type Instant, instant, iso, secondsBetween } from '../domain/time.ts'

/** A weekday alone names a day without a doubt for so long. */
const WEEKDAY_SECONDS = 6 * 86_400

const formats = new Map<string, Intl.DateTimeFormat>()

/** An instant by the wall clock of a zone: `Tue 08:00`, or `Tue 24 Mar 08:00` when it is not within six days of `now`. */
export const sayTime = (at: Instant, zone: string, now: Instant): string => {
  const { weekday, day, month, time } = partsOf(at, zone)
  return Math.abs(secondsBetween(now, at)) < WEEKDAY_SECONDS ? `${weekday} ${time}` : `${weekday} ${day} ${month} ${time}`
}

/** The same to the second: `Tue 08:00:05`. */
export const sayMoment = (at: Instant, zone: string, now: Instant): string => `${sayTime(at, zone, now)}:${iso(at).slice(17, 19)}`

/** The day of an instant by the calendar of a zone: `Tue 24 Mar`. */
export const sayDay = (at: Instant, zone: string): string => {
  const { weekday, day, month } = partsOf(at, zone)
  return `${weekday} ${day} ${month}`
}

/** The time of the day by the wall clock of a zone: `08:00`. */
export const sayClock = (at: Instant, zone: string): string => partsOf(at, zone).time

/** A text with the instants in it, ISO 8601 in UTC, by the wall clock of a zone. */
export const inZone = (text: string, zone: string, now: Instant): string =>
  text.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (found) => sayTime(instant(found), zone, now))

const partsOf = (at: Instant, zone: string) => {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  formats.set(zone, format)
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
  return { weekday: part('weekday'), day: part('day'), month: part('month').slice(0, 3), time: `${part('hour')}:${part('minute')}` }
}
