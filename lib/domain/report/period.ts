import { calendarDate, dayNumber } from '../calendar-date.ts'
import { zoneNamed } from '../hours/zone.ts'
import type { Span } from '../ledger/clock-hour.ts'
import type { Instant } from '../time.ts'
import { type Cadence, latestSending } from './cadence.ts'
import { localInstant } from './local-instant.ts'

const MS_PER_DAY = 86_400_000

/** Whole local days of the recipient's zone. */
export interface Period {
  readonly kind: Cadence['kind']
  /** IANA name. */
  readonly zone: string
  /** Midnight at which it begins, inclusive, and ends, exclusive. */
  readonly from: Instant
  readonly to: Instant
  /** Its calendar days, both inclusive, `YYYY-MM-DD`. */
  readonly firstDay: string
  readonly lastDay: string
  /** How many calendar days it has; one of them may be 23 h or 25 h long. */
  readonly days: number
}

/**
 * The period a report tells of that is due at `now`: yesterday, the seven days before the day of sending, or the last
 * calendar month. It follows from when the report was due, not from when it is made: late or twice is the same.
 */
export const duePeriod = (cadence: Cadence, zoneName: string, now: Instant): Period =>
  periodBeforeDay(cadence.kind, zoneName, latestSending(cadence, zoneNamed(zoneName), now).day)

/** The period before, equally long but for months. */
export const periodBefore = ({ kind, zone, firstDay }: Period): Period => periodBeforeDay(kind, zone, numberOf(firstDay))

const numberOf = (firstDay: string): number => {
  const day = dayNumber(firstDay)
  if (day === undefined) throw new RangeError(`not a period: its first day is "${firstDay}", expected YYYY-MM-DD`)
  return day
}

/** A calendar day of a period: from midnight to midnight in its zone. */
export interface PeriodDay extends Span {
  /** `YYYY-MM-DD` */
  readonly day: string
}

/** The days of a period, in order. */
export const periodDays = ({ zone: zoneName, firstDay, days }: Period): readonly PeriodDay[] => {
  const zone = zoneNamed(zoneName)
  const first = numberOf(firstDay)
  return Array.from({ length: days }, (_, index) => {
    const day = first + index
    return { day: calendarDate(day), from: localInstant(zone, day, 0), to: localInstant(zone, day + 1, 0) }
  })
}

/**
 * What names one mail: one recipient, one period. Keep it before the mail is sent, and send none whose key is kept.
 * Without the zone: who moves to another gets no second mail for the same days.
 */
export const reportKey = (recipient: string, { kind, firstDay }: Period): string =>
  `${encodeURIComponent(recipient)}/${kind}/${firstDay}`

const periodBeforeDay = (kind: Period['kind'], zoneName: string, day: number): Period => {
  const end = kind === 'monthly' ? monthStart(day, 0) : day
  const start = startBefore(kind, end)
  const zone = zoneNamed(zoneName)
  return {
    kind,
    zone: zone.name,
    from: localInstant(zone, start, 0),
    to: localInstant(zone, end, 0),
    firstDay: calendarDate(start),
    lastDay: calendarDate(end - 1),
    days: end - start,
  }
}

const startBefore = (kind: Period['kind'], end: number): number => {
  switch (kind) {
    case 'daily':
      return end - 1
    case 'weekly':
      return end - 7
    case 'monthly':
      return monthStart(end, -1)
    default:
      return kind satisfies never
  }
}

/** The first day of the month a day lies in, or of one `months` away. */
const monthStart = (day: number, months: number): number => {
  const date = new Date(day * MS_PER_DAY)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / MS_PER_DAY
}
