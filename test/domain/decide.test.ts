import { describe, expect, it } from 'vitest'
import { decide, reviewAt, type Situation } from '../../lib/domain/decide.ts'
import { parseHours } from '../../lib/domain/hours.ts'
import { instant, iso, later } from '../../lib/domain/time.ts'

const MONDAY_NOON = instant('2026-11-23T12:00:00Z')
const MONDAY_NIGHT = instant('2026-11-23T22:00:00Z')
const TUESDAY_8 = instant('2026-11-24T08:00:00Z')

const situation = (changes: Partial<Situation> = {}): Situation => ({
  now: MONDAY_NOON,
  hours: parseHours('Mon-Fri 08:00-19:00', 'UTC'),
  holidays: [],
  leadSeconds: 180,
  activity: { seen: 'not-asked' },
  ...changes,
})

const everything = {
  fleetPause: { by: 'ann', at: MONDAY_NOON, why: 'an audit' },
  protectedBy: '*-prod',
  removed: true,
  hold: { as: 'asleep', until: later(MONDAY_NOON, 60), by: 'bob' },
  lease: { until: later(MONDAY_NOON, 120), by: 'a visitor' },
  activity: { seen: 'idle', why: 'no request for 45m' },
} as const

describe('the precedence', () => {
  it('freezes everything as it is while the fleet is paused, whatever else is said', () => {
    expect(decide(situation(everything))).toEqual({
      desired: 'as-it-is', rule: 'paused', reason: 'the fleet is paused by ann since 2026-11-23T12:00:00Z: an audit',
    })
  })

  it('freezes a cluster that is paused, and says that it is the cluster', () => {
    const { fleetPause: clusterPause, ...rest } = everything
    expect(decide(situation({ ...rest, clusterPause: { by: clusterPause.by, at: clusterPause.at } })).reason)
      .toBe('its cluster is paused by ann since 2026-11-23T12:00:00Z')
  })

  it.each([
    ['protected goes before removed', {}, 'as-it-is', 'protected'],
    ['removed goes before a hold', { protectedBy: undefined }, 'awake', 'removed'],
    ['a hold goes before a lease', { protectedBy: undefined, removed: undefined }, 'asleep', 'hold'],
    ['a lease goes before idleness', { protectedBy: undefined, removed: undefined, hold: undefined }, 'awake', 'lease'],
    ['idleness goes before open hours', { protectedBy: undefined, removed: undefined, hold: undefined, lease: undefined }, 'asleep', 'idle'],
  ] as const)('%s', (_, without, desired, rule) => {
    expect(decide(situation({ ...everything, fleetPause: undefined, ...without }))).toMatchObject({ desired, rule })
  })

  it('is awake while the hours are open and says when they close', () => {
    expect(decide(situation())).toEqual({
      desired: 'awake', rule: 'hours', reason: 'within Mon-Fri 08:00-19:00 UTC', reviewAt: instant('2026-11-23T19:00:00Z'),
    })
  })

  it('is asleep while they are shut, and is looked at again when the wake has to begin', () => {
    expect(decide(situation({ now: MONDAY_NIGHT }))).toMatchObject({ desired: 'asleep', rule: 'hours', reviewAt: later(TUESDAY_8, -180) })
  })

  it('has nothing to wait for where the hours never change', () => {
    expect(decide(situation({ hours: parseHours('never', 'UTC') }))).toEqual({ desired: 'asleep', rule: 'hours', reason: 'hours: never' })
    expect(decide(situation({ hours: parseHours('always', 'UTC') }))).toEqual({ desired: 'awake', rule: 'hours', reason: 'hours: always' })
  })

  it('sleeps on a holiday and says which', () => {
    expect(decide(situation({ holidays: ['2026-11-23'] }))).toMatchObject({ desired: 'asleep', reason: expect.stringContaining('holiday 2026-11-23') })
  })
})

const at = (secondsBefore: number, changes: Partial<Situation> = {}) => decide(situation({ now: later(TUESDAY_8, -secondsBefore), ...changes }))

describe('ready by the time the hours open', () => {
  it('begins the wake earlier by what wakes take, to the second', () => {
    expect(at(181).desired).toBe('asleep')
    expect(at(180)).toEqual({
      desired: 'awake', rule: 'hours', reason: 'to be ready at 2026-11-24T08:00:00Z; wakes take about 180 s', reviewAt: instant('2026-11-24T19:00:00Z'),
    })
  })

  it('keeps up what is up when a wake was quicker than expected and so the next lead is shorter', () => {
    expect(at(120, { leadSeconds: 60, up: true })).toMatchObject({ desired: 'awake', reason: 'to be ready at 2026-11-24T08:00:00Z; it is up already' })
    expect(at(120, { leadSeconds: 60, up: false }).desired).toBe('asleep')
  })

  it('lets what is up sleep until a quarter of an hour before', () => {
    expect(at(901, { up: true }).desired).toBe('asleep')
    expect(at(900, { up: true }).desired).toBe('awake')
  })

  it('does not wake ahead of a window that stays shut for a holiday', () => {
    expect(at(60, { holidays: ['2026-11-24'] }).desired).toBe('asleep')
  })
})

describe('a lease', () => {
  it('keeps awake after the hours, until it ends', () => {
    const lease = { until: later(MONDAY_NIGHT, 3600), by: 'ann' }
    expect(decide(situation({ now: MONDAY_NIGHT, lease }))).toEqual({
      desired: 'awake', rule: 'lease', reason: 'kept awake by ann until 2026-11-23T23:00:00Z', reviewAt: lease.until,
    })
    expect(decide(situation({ now: lease.until, lease })).desired).toBe('asleep')
  })

  it('says the hours where they keep it awake anyway', () => {
    expect(decide(situation({ lease: { until: later(MONDAY_NOON, 3600), by: 'ann' } })).rule).toBe('hours')
  })

  it('holds against a hold that is over', () => {
    const hold = { as: 'asleep', until: MONDAY_NIGHT, by: 'bob' } as const
    expect(decide(situation({ now: MONDAY_NIGHT, hold, lease: { until: later(MONDAY_NIGHT, 60), by: 'ann' } })).rule).toBe('lease')
  })
})

describe('a hold', () => {
  it.each(['awake', 'asleep'] as const)('keeps it %s whatever the hours say, and is looked at again when it ends', (as) => {
    const hold = { as, until: later(MONDAY_NOON, 600), by: 'bob' }
    for (const now of [MONDAY_NOON, later(MONDAY_NOON, 599)]) {
      expect(decide(situation({ now, hold }))).toEqual({ desired: as, rule: 'hold', reason: `held ${as} by bob until 2026-11-23T12:10:00Z`, reviewAt: hold.until })
    }
  })
})

describe('missing data', () => {
  it('is not idleness: it stays awake and says what is missing', () => {
    expect(decide(situation({ activity: { seen: 'unknown', why: 'the balancer did not answer' } }))).toMatchObject({
      desired: 'awake', reason: 'within Mon-Fri 08:00-19:00 UTC; not idle for want of data: the balancer did not answer',
    })
  })

  it('wakes nothing that the hours let sleep', () => {
    expect(decide(situation({ now: MONDAY_NIGHT, activity: { seen: 'unknown', why: 'no answer' } })).desired).toBe('asleep')
    expect(decide(situation({ now: MONDAY_NIGHT, activity: { seen: 'active', why: '12/min' } })).desired).toBe('asleep')
  })
})

describe('the next look', () => {
  it('is when time may change the decision, and at the latest after the recheck', () => {
    const decision = decide(situation({ now: later(TUESDAY_8, -600) }))
    expect(iso(reviewAt(decision, later(TUESDAY_8, -600), 3600))).toBe('2026-11-24T07:57:00Z')
    expect(iso(reviewAt(decide(situation()), MONDAY_NOON, 3600))).toBe('2026-11-23T13:00:00Z')
    expect(iso(reviewAt({ desired: 'asleep', rule: 'hours', reason: 'hours: never' }, MONDAY_NOON, 60))).toBe('2026-11-23T12:01:00Z')
  })
})
