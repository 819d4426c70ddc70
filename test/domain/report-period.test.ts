import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zoneNamed } from '../../lib/domain/hours/zone.ts'
import { EVERY_PATTERN } from '../../lib/domain/intent/patterns.ts'
import { latestSending, nextSending, parseCadence } from '../../lib/domain/report/cadence.ts'
import { localInstant } from '../../lib/domain/report/local-instant.ts'
import { duePeriod, periodBefore, reportKey } from '../../lib/domain/report/period.ts'
import { instant, iso, secondsBetween } from '../../lib/domain/time.ts'

const ZONES = ['UTC', 'Europe/Paris', 'America/New_York', 'America/Santiago', 'Africa/Cairo', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Beirut']

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS

const clocks = new Map(ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })]))

/** What the clock and calendar of a zone show, as if they were of UTC. */
const shownAt = (zone: string, atMs: number): number => Date.parse(`${clocks.get(zone)?.format(atMs).replace(' ', 'T')}Z`)

const due = (every: string, zone: string, now: string) => {
  const { from, to, ...period } = duePeriod(parseCadence(every), zone, instant(now))
  return { ...period, from: iso(from), to: iso(to) }
}

const isCadence = (text: string): boolean => {
  try {
    return parseCadence(text) !== undefined
  } catch {
    return false
  }
}

describe('when a report is sent', () => {
  it.each([
    ['Mon 08:00', { kind: 'weekly', minute: 480, weekday: 0 }],
    ['sun  23:59', { kind: 'weekly', minute: 1439, weekday: 6 }],
    ['daily 00:00', { kind: 'daily', minute: 0 }],
    ['Monthly 09:30', { kind: 'monthly', minute: 570 }],
  ])('reads "%s"', (text, cadence) => expect(parseCadence(text)).toEqual(cadence))

  it.each(['', 'Mon', '08:00', 'Mon 24:00', 'Mon 8:00', 'weekly 08:00', 'Mon-Fri 08:00'])('refuses "%s" and says what it expects', (text) => {
    expect(() => parseCadence(text)).toThrow(/expected one such as Mon 08:00, daily 08:00 or monthly 08:00/)
  })

  it('is read wherever the intent takes it, and nowhere else but for spaces around it', () => {
    fc.assert(fc.property(fc.oneof(fc.stringMatching(EVERY_PATTERN), fc.string(), fc.constantFrom('mon 8:00', 'Mon  08:00', 'DAILY 23:59', 'monthly 24:00')), (text) => {
      expect(isCadence(text.trim())).toBe(EVERY_PATTERN.test(text.trim()))
    }))
  })

  it('is 08:00 by the wall clock before and after the clocks change', () => {
    const cadence = parseCadence('Mon 08:00')
    const paris = zoneNamed('Europe/Paris')
    expect(iso(latestSending(cadence, paris, instant('2026-10-24T00:00:00Z')).at)).toBe('2026-10-19T06:00:00Z')
    expect(iso(nextSending(cadence, paris, instant('2026-10-24T00:00:00Z')).at)).toBe('2026-10-26T07:00:00Z')
  })

  it('is due at the very instant, not a second before', () => {
    const cadence = parseCadence('daily 08:00')
    const at = instant('2026-11-23T07:00:00Z')
    expect(iso(latestSending(cadence, zoneNamed('Europe/Paris'), at).at)).toBe('2026-11-23T07:00:00Z')
    expect(iso(latestSending(cadence, zoneNamed('Europe/Paris'), instant('2026-11-23T06:59:59Z')).at)).toBe('2026-11-22T07:00:00Z')
    expect(iso(nextSending(cadence, zoneNamed('Europe/Paris'), at).at)).toBe('2026-11-24T07:00:00Z')
  })

  it('never has one between the latest and the next, whatever the cadence, zone and time', () => {
    fc.assert(fc.property(
      fc.constantFrom('daily 02:30', 'Sun 02:30', 'Fri 00:00', 'monthly 23:45'), fc.constantFrom(...ZONES),
      fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) }),
      (every, zone, ms) => {
        const now = instant(new Date(ms).toISOString())
        const cadence = parseCadence(every)
        const latest = latestSending(cadence, zoneNamed(zone), now)
        const next = nextSending(cadence, zoneNamed(zone), now)
        expect(latest.at).toBeLessThanOrEqual(now)
        expect(next.at).toBeGreaterThan(now)
        expect(latestSending(cadence, zoneNamed(zone), next.at)).toEqual(next)
        expect(nextSending(cadence, zoneNamed(zone), latest.at)).toEqual(next)
      },
    ), { numRuns: 200 })
  })
})

describe('a local time as an instant', () => {
  it('is when Intl shows it first, in every zone; what it never shows counts on from before the jump', () => {
    fc.assert(fc.property(
      fc.constantFrom(...ZONES), fc.integer({ min: 14_000, max: 22_000 }), fc.integer({ min: 0, max: 1439 }),
      (zone, day, minute) => {
        const wanted = (day * 1440 + minute) * MINUTE_MS
        const at = localInstant(zoneNamed(zone), day, minute)
        const offsetBefore = shownAt(zone, at - DAY_MS) - (at - DAY_MS)
        expect(shownAt(zone, at) === wanted || at + offsetBefore === wanted).toBe(true)
        for (const earlier of [30, 60, 120]) expect(shownAt(zone, at - earlier * MINUTE_MS)).not.toBe(wanted)
      },
    ), { numRuns: 400, examples: [['Europe/Paris', 20_541, 150], ['Europe/Paris', 20_751, 150], ['Australia/Lord_Howe', 20_731, 135], ['Pacific/Apia', 15_338, 600], ['Africa/Cairo', 20_567, 0]] })
  })

  it.each([
    ['a time shown twice is the first of them', 'Europe/Paris', '2026-10-25', 150, '2026-10-25T00:30:00Z'],
    ['a time never shown is as far behind the jump', 'Europe/Paris', '2026-03-29', 150, '2026-03-29T01:30:00Z'],
    ['a day without a midnight begins at its 01:00', 'America/Santiago', '2026-09-06', 0, '2026-09-06T04:00:00Z'],
  ])('%s', (_, zone, date, minute, expected) => {
    expect(iso(localInstant(zoneNamed(zone), Date.parse(date) / 86_400_000, minute))).toBe(expected)
  })
})

describe('the period of a report', () => {
  it('is the week from Monday to Sunday when it is sent on a Monday, by the midnights of the zone', () => {
    expect(due('Mon 08:00', 'Europe/Paris', '2026-11-23T07:00:00Z')).toEqual({
      kind: 'weekly', zone: 'Europe/Paris', firstDay: '2026-11-16', lastDay: '2026-11-22', days: 7, from: '2026-11-15T23:00:00Z', to: '2026-11-22T23:00:00Z',
    })
  })

  it('is the same however late the report is made, until the next is due', () => {
    const onTime = due('Mon 08:00', 'Europe/Paris', '2026-11-23T07:00:00Z')
    expect(due('Mon 08:00', 'Europe/Paris', '2026-11-30T06:59:59Z')).toEqual(onTime)
    expect(due('Mon 08:00', 'Europe/Paris', '2026-11-30T07:00:00Z').firstDay).toBe('2026-11-23')
  })

  it('is the seven days before the day of sending on other days', () => {
    expect(due('Wed 08:00', 'UTC', '2026-11-25T09:00:00Z')).toMatchObject({ firstDay: '2026-11-18', lastDay: '2026-11-24' })
  })

  it('is yesterday, with 25 hours when the clocks went back', () => {
    const period = duePeriod(parseCadence('daily 08:00'), 'Europe/Paris', instant('2026-10-26T08:00:00+01:00'))
    expect(period).toMatchObject({ firstDay: '2026-10-25', lastDay: '2026-10-25', days: 1 })
    expect(secondsBetween(period.from, period.to) / 3600).toBe(25)
  })

  it('is the last calendar month, and before it the one before, with its own length', () => {
    const february = duePeriod(parseCadence('monthly 08:00'), 'America/New_York', instant('2028-03-01T08:00:00-05:00'))
    expect(february).toMatchObject({ firstDay: '2028-02-01', lastDay: '2028-02-29', days: 29 })
    expect(periodBefore(february)).toMatchObject({ kind: 'monthly', firstDay: '2028-01-01', lastDay: '2028-01-31', days: 31 })
    expect(due('monthly 08:00', 'UTC', '2027-01-14T00:00:00Z')).toMatchObject({ firstDay: '2026-12-01', lastDay: '2026-12-31' })
  })

  it('follows the day of the recipient where that is another than in UTC', () => {
    expect(due('daily 08:00', 'Asia/Tokyo', '2026-11-22T23:30:00Z')).toMatchObject({ firstDay: '2026-11-22', from: '2026-11-21T15:00:00Z', to: '2026-11-22T15:00:00Z' })
  })

  it('meets the one before without a gap, and periods in a row cover every second', () => {
    fc.assert(fc.property(
      fc.constantFrom('daily 08:00', 'Mon 08:00', 'monthly 08:00'), fc.constantFrom(...ZONES), fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) }),
      (every, zone, ms) => {
        const period = duePeriod(parseCadence(every), zone, instant(new Date(ms).toISOString()))
        const before = periodBefore(period)
        expect(before.to).toBe(period.from)
        expect(before.from).toBeLessThan(before.to)
        expect(period.to).toBeLessThanOrEqual(ms)
      },
    ), { numRuns: 200 })
  })
})

describe('the key of a mail', () => {
  const period = duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', instant('2026-11-23T07:00:00Z'))

  it('is one for one recipient and one period, whenever and in whichever zone it is made', () => {
    expect(reportKey('finops', period)).toBe('finops/weekly/2026-11-16')
    expect(reportKey('finops', duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', instant('2026-11-26T12:34:56Z')))).toBe('finops/weekly/2026-11-16')
    expect(reportKey('finops', duePeriod(parseCadence('Mon 08:00'), 'UTC', instant('2026-11-23T08:00:00Z')))).toBe('finops/weekly/2026-11-16')
  })

  it('differs by recipient, kind and days, and no name can be taken for another', () => {
    const keys = ['a', 'a/weekly', 'ops@example.com'].flatMap((name) => [reportKey(name, period), reportKey(name, periodBefore(period)), reportKey(name, { ...period, kind: 'daily' })])
    expect(new Set(keys).size).toBe(9)
    expect(keys.every((key) => key.split('/').length === 3)).toBe(true)
  })
})
