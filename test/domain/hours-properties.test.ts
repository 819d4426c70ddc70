import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hoursAt, isOpen, parseHours } from '../../lib/domain/hours.ts'
import { type Instant, instant, iso } from '../../lib/domain/time.ts'
import { firstUnlike, SlowHours, type SlowWindow } from './slow-hours.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const SPAN_DAYS = 8
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Days on which something happens to the clocks of the zone, and a second zone whose clocks do something else. */
const SCENES: readonly (readonly [zone: string, day: string, other: string])[] = [
  ['Europe/Paris', '2026-03-29', 'America/New_York'],
  ['Europe/Paris', '2026-10-25', 'UTC'],
  ['America/New_York', '2026-11-01', 'Europe/London'],
  ['Australia/Lord_Howe', '2026-04-05', 'Australia/Sydney'],
  ['Australia/Lord_Howe', '2026-10-04', 'Asia/Kolkata'],
  ['Africa/Casablanca', '2026-02-15', 'UTC'],
  ['Africa/Casablanca', '2026-03-22', 'Europe/Paris'],
  ['Pacific/Apia', '2011-12-30', 'Pacific/Auckland'],
  ['America/Santiago', '2026-04-05', 'America/Sao_Paulo'],
  ['America/Santiago', '2026-09-06', 'Pacific/Easter'],
  ['Asia/Beirut', '2026-03-29', 'UTC'],
  ['Asia/Beirut', '2026-10-25', 'Asia/Kathmandu'],
  ['America/Havana', '2026-11-01', 'America/New_York'],
  ['Asia/Gaza', '2054-04-04', 'Asia/Jerusalem'],
  ['America/Sao_Paulo', '2018-11-04', 'UTC'],
]

const oracle = new SlowHours()

const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

const write = ({ firstDay, lastDay, start, end, zone }: SlowWindow): string =>
  `${DAYS[firstDay]}${firstDay === lastDay ? '' : `-${DAYS[lastDay]}`} ${clock(start)}-${clock(end)} ${zone}`

/** Minutes people write, and the hours of the night in which clocks change. */
const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  fc.integer({ min: 0, max: 12 }).map((quarter) => quarter * 15),
  fc.constantFrom(0, 1410, 1380, 1439, 480, 1140),
)

const windowIn = (zones: readonly string[]): fc.Arbitrary<SlowWindow> =>
  fc
    .record({
      firstDay: fc.integer({ min: 0, max: 6 }),
      lastDay: fc.integer({ min: 0, max: 6 }),
      start: minuteOfDay,
      end: fc.oneof(minuteOfDay, fc.constant(1440)),
      zone: fc.constantFrom(...zones),
    })
    .filter(({ start, end }) => start !== end)

const question = fc.constantFrom(...SCENES).chain(([zone, day, other]) => {
  const fromMs = Date.parse(`${day}T00:00:00Z`) - (SPAN_DAYS / 2) * DAY_MS
  const isoDay = (offset: number): string => new Date(fromMs + offset * DAY_MS).toISOString().slice(0, 10)
  return fc.record({
    fromMs: fc.constant(fromMs),
    windows: fc.array(windowIn([zone, zone, other]), { minLength: 1, maxLength: 4 }),
    holidays: fc.uniqueArray(fc.integer({ min: 1, max: SPAN_DAYS - 1 }).map(isoDay), { maxLength: 2 }),
    atSeconds: fc.oneof(
      fc.integer({ min: 3 * 86_400, max: 5 * 86_400 }),
      fc.integer({ min: 3 * 96, max: 5 * 96 }).map((quarter) => quarter * 900),
    ),
  })
})

describe('hours against a wall clock read minute by minute', () => {
  it('are open, and change, exactly when the wall clock says so, clock changes and holidays included', () => {
    fc.assert(
      fc.property(question, ({ fromMs, windows, holidays, atSeconds }) => {
        const at = (fromMs + atSeconds * 1000) as Instant
        const toMs = fromMs + SPAN_DAYS * DAY_MS
        const minuteMs = Math.floor(at / MINUTE_MS) * MINUTE_MS
        const judge = oracle.judge(windows, holidays)
        const awake = judge(minuteMs)
        const changed = firstUnlike(judge, minuteMs, toMs)
        const before = firstUnlike(judge, minuteMs, fromMs - MINUTE_MS)
        const hours = parseHours(windows.map(write).join(', '), 'UTC')

        const state = hoursAt(hours, at, holidays)

        const inSpan = (change: Instant | undefined): string | undefined =>
          change === undefined || change <= fromMs || change >= toMs ? undefined : iso(change)
        expect(state.awake).toBe(awake)
        expect(isOpen(hours, at, holidays)).toBe(awake)
        expect(inSpan(state.next?.at)).toBe(inSpan(changed as Instant | undefined))
        expect(inSpan(state.since ?? undefined)).toBe(before === undefined ? undefined : iso((before + MINUTE_MS) as Instant))
      }),
      { numRuns: 400 },
    )
  })

  it('say of every instant of a stretch the same since and next', () => {
    fc.assert(
      fc.property(question, fc.double({ min: 0, max: 1, noNaN: true }), ({ windows, holidays, fromMs, atSeconds }, share) => {
        const hours = windows.map(write).join(', ')
        const state = hoursAt(parseHours(hours, 'UTC'), (fromMs + atSeconds * 1000) as Instant, holidays)
        if (state.since === null || state.next === null) return
        const elsewhere = Math.floor(state.since + share * (state.next.at - 1 - state.since)) as Instant

        const other = hoursAt(parseHours(hours, 'UTC'), elsewhere, holidays)

        expect({ ...other, reason: '', window: '' }).toEqual({ ...state, reason: '', window: '' })
        expect(isOpen(parseHours(hours, 'UTC'), state.next.at, holidays)).toBe(!state.awake)
        expect(isOpen(parseHours(hours, 'UTC'), (state.since - 1) as Instant, holidays)).toBe(!state.awake)
      }),
      { numRuns: 150 },
    )
  })

  it('find a change that lies months away, where two zones leave a gap in summer only', () => {
    const hours = parseHours('Mon-Sun 00:00-12:00 Europe/London, Mon-Sun 12:00-24:00 UTC', 'UTC')

    const state = hoursAt(hours, instant('2026-12-01T00:00:00Z'), [])

    expect(state.since === null ? null : iso(state.since)).toBe('2026-10-24T12:00:00Z')
    expect(state.next).toEqual({ at: instant('2027-03-28T11:00:00Z'), awake: false })
  })
})
