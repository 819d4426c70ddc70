import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeRequests, type RequestPeriod, type TargetGroupTraffic } from '../../../lib/domain/idleness/judge-requests.ts'
import { PERIOD_SECONDS, periodOf, periodsBetween, watchBegins } from '../../../lib/domain/idleness/period.ts'
import { type Instant, instant, later } from '../../../lib/domain/time.ts'

const WEB = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/k8s-shop-web-0a1b2c3d4e/73e2d6bc24d8a067'
const API = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/k8s-shop-api-0a1b2c3d4e/f0e1d2c3b4a59687'
const WEB_NAME = 'targetgroup/k8s-shop-web-0a1b2c3d4e/73e2d6bc24d8a067'
const IDLE = { afterSeconds: 45 * 60, belowPerMinute: 1 }
const NOW = instant('2026-11-23T11:04:00Z')
const MORNING = instant('2026-11-23T07:00:00Z')

/** A group that is healthy and has no request in every period of the morning, save what is said of single ones. */
const quiet = (changes: Readonly<Record<string, Partial<RequestPeriod> | 'missing'>> = {}, until = NOW): TargetGroupTraffic => {
  const known = new Map(Object.entries(changes).map(([at, change]) => [instant(`2026-11-23T${at}:00Z`), change]))
  return {
    periods: periodsBetween(MORNING, periodOf(until)).flatMap((from) => {
      const change = known.get(from)
      return change === 'missing' ? [] : [{ from, healthyHosts: 2, ...change }]
    }),
  }
}

const activity = (groups: Readonly<Record<string, TargetGroupTraffic>>, { now = NOW, awakeSince = MORNING, idle = IDLE } = {}) =>
  judgeRequests({ idle, awakeSince, groups: new Map(Object.entries(groups)) }, now)

describe('an environment with an idle rule', () => {
  it('is idle when no request came in the whole time it takes, and each period of it is complete', () => {
    expect(activity({ [WEB]: quiet() })).toEqual({ seen: 'idle', why: 'idle since 2026-11-23T10:15:00Z: at most 0 requests a minute, below 1' })
  })

  it('is idle with fewer requests than the rate in each period, all target groups together', () => {
    const some = { '10:30': { requests: 2 } }
    expect(activity({ [WEB]: quiet(some), [API]: quiet(some) })).toEqual({ seen: 'idle', why: 'idle since 2026-11-23T10:15:00Z: at most 0.8 requests a minute, below 1' })
  })

  it('is active with as many requests as the rate in one period, all target groups together', () => {
    expect(activity({ [WEB]: quiet({ '10:30': { requests: 2 } }), [API]: quiet({ '10:30': { requests: 3 } }) }))
      .toEqual({ seen: 'active', why: '1 request a minute from 2026-11-23T10:30:00Z' })
  })

  it('is not kept up by what was before the time it takes', () => {
    expect(activity({ [WEB]: quiet({ '10:10': { requests: 900 } }) })).toMatchObject({ seen: 'idle' })
    expect(activity({ [WEB]: quiet({ '10:15': { requests: 900 } }) })).toMatchObject({ seen: 'active' })
  })

  it('takes the newest period for activity before it is settled, but not its absence for idleness', () => {
    const now = instant('2026-11-23T11:06:00Z')
    const newest = { '11:00': { requests: 60 } }
    expect(activity({ [WEB]: quiet(newest, now) }, { now })).toEqual({ seen: 'active', why: '12 requests a minute from 2026-11-23T11:00:00Z' })
    expect(activity({ [WEB]: quiet({ '11:00': 'missing' }, now) }, { now })).toMatchObject({ seen: 'idle', why: expect.stringContaining('idle since 2026-11-23T10:15:00Z') })
    expect(activity({ [WEB]: quiet({ '11:00': 'missing' }, now) }, { now: instant('2026-11-23T11:08:00Z') })).toMatchObject({ seen: 'unknown' })
  })

  it.each([
    [quiet({ '10:40': 'missing' }), 'no HealthyHostCount from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [{ periods: [] }, 'no HealthyHostCount from 2026-11-23T10:15:00Z to 2026-11-23T10:20:00Z'],
    [quiet({ '10:40': { healthyHosts: 0 } }), 'no healthy target, so that requests were refused without being counted from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [quiet({ '10:40': { healthyHosts: Number.NaN } }), 'found a HealthyHostCount of NaN, expected a count from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [quiet({ '10:40': { requests: -3 } }), 'found a RequestCount of -3, expected a count from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [{ problem: 'Rate exceeded' }, 'Rate exceeded'],
  ])('is unknown with a gap, which is said: %#', (group, why) => {
    expect(activity({ [API]: quiet(), [WEB]: group })).toEqual({ seen: 'unknown', why: `${WEB_NAME}: ${why}` })
  })

  it('does not take a number of requests without healthy hosts for all there were', () => {
    const { periods } = quiet() as { periods: readonly RequestPeriod[] }
    const counts = periods.map(({ from }) => ({ from, requests: 1 }))
    expect(activity({ [WEB]: { periods: counts } })).toMatchObject({ seen: 'unknown' })
  })

  it('is active whatever else is missing', () => {
    expect(activity({ [WEB]: { problem: 'Rate exceeded' }, [API]: quiet({ '10:20': 'missing', '10:50': { requests: 40 } }) })).toMatchObject({ seen: 'active' })
  })

  it('needs the time it takes in whole periods since it woke', () => {
    const groups = { [WEB]: quiet() }
    expect(activity(groups, { awakeSince: instant('2026-11-23T10:15:00Z') })).toMatchObject({ seen: 'idle' })
    expect(activity(groups, { awakeSince: instant('2026-11-23T10:15:01Z') }))
      .toEqual({ seen: 'unknown', why: 'awake since 2026-11-23T10:15:01Z, not yet for 45m of whole periods' })
  })

  it('is unknown when nothing counts its requests', () => {
    expect(activity({})).toEqual({ seen: 'unknown', why: 'no target group leads into it, so nothing counts its requests' })
    expect(activity({ '': { problem: 'not the ARN of a target group' } })).toMatchObject({ seen: 'unknown', why: expect.stringContaining('a target group without a name: not the ARN') })
  })

  it('rounds the time it takes up to whole periods', () => {
    expect(watchBegins({ afterSeconds: 60, belowPerMinute: 1 }, NOW)).toBe(instant('2026-11-23T10:55:00Z'))
    expect(watchBegins({ afterSeconds: 301, belowPerMinute: 1 }, NOW)).toBe(instant('2026-11-23T10:50:00Z'))
  })

  it('is judged alike on the night the clocks change: instants have no wall clock', () => {
    const now = instant('2026-10-25T01:04:00Z')
    const periods = periodsBetween(later(now, -8 * 3600 - 240), periodOf(now)).map((from) => ({ from: periodOf(from), healthyHosts: 1 }))
    expect(activity({ [WEB]: { periods } }, { now, awakeSince: later(now, -8 * 3600) })).toMatchObject({ seen: 'idle' })
  })
})

/** Below 2 requests a minute are fewer than 10 in a period, over at most three groups. */
const completePeriod = (from: Instant) =>
  fc.record({ from: fc.constant(from), requests: fc.integer({ min: 0, max: 3 }), healthyHosts: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: ['from', 'healthyHosts'] })

/** Complete traffic of one to three groups over the time it takes and a little more, below the rate all together. */
const situation = fc
  .record({ afterMinutes: fc.integer({ min: 1, max: 300 }), minute: fc.integer({ min: 0, max: 40_000 }), groups: fc.integer({ min: 1, max: 3 }), extra: fc.nat({ max: 5 }) })
  .chain(({ afterMinutes, minute, groups, extra }) => {
    const now = later(MORNING, minute * 60)
    const idle = { afterSeconds: afterMinutes * 60, belowPerMinute: 2 }
    const begin = watchBegins(idle, now)
    const starts = periodsBetween(later(begin, -extra * PERIOD_SECONDS), periodOf(now))
    return fc.record({
      idle: fc.constant(idle), now: fc.constant(now), begin: fc.constant(begin),
      periods: fc.array(fc.tuple(...starts.map(completePeriod)), { minLength: groups, maxLength: groups }),
    })
  })

type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never

const judge = ({ idle, now }: Situation, periods: readonly (readonly RequestPeriod[])[]) =>
  judgeRequests({ idle, awakeSince: instant('2026-11-01T00:00:00Z'), groups: new Map(periods.map((of, index) => [`targetgroup/${index}/0`, { periods: of }])) }, now)

/** The periods that count, by group and place, of which one is picked. */
const picked = (given: Situation, seed: number) => {
  const counted = given.periods.flatMap((of, group) => of.flatMap(({ from }, place) => (from >= given.begin && later(from, PERIOD_SECONDS + 180) <= given.now ? [{ group, place }] : [])))
  return counted[seed % counted.length] ?? expect.fail('no period counts')
}

const changed = (given: Situation, { group, place }: { group: number; place: number }, change: (period: RequestPeriod) => readonly RequestPeriod[]) =>
  given.periods.map((of, index) => (index === group ? [...of.slice(0, place), ...of.slice(place, place + 1).flatMap(change), ...of.slice(place + 1)] : of))

describe('whatever the traffic', () => {
  it('complete and below the rate is idle, in whatever order the periods come', () => {
    fc.assert(fc.property(situation, (given) => {
      expect(judge(given, given.periods).seen).toBe('idle')
      expect(judge(given, given.periods.map((of) => of.toReversed()))).toEqual(judge(given, given.periods))
    }))
  })

  it('no missing period ever gives idle, nor one without healthy hosts', () => {
    fc.assert(fc.property(situation, fc.nat(), fc.constantFrom<(period: RequestPeriod) => readonly RequestPeriod[]>(
      () => [],
      ({ from }) => [{ from }],
      ({ from, requests = 0 }) => [{ from, requests }],
      (period) => [{ ...period, healthyHosts: 0 }],
      (period) => [{ ...period, from: later(period.from, 60) }],
    ), (given, seed, change) => {
      expect(judge(given, changed(given, picked(given, seed), change)).seen).toBe('unknown')
    }))
  })

  it('one busy period gives active, however much is missing beside it', () => {
    fc.assert(fc.property(situation, fc.nat(), fc.boolean(), (given, seed, alone) => {
      const busy = picked(given, seed)
      const one = changed(given, busy, (period) => [{ ...period, requests: 10 }])
      const kept = alone ? one.map((of, group) => of.filter((_, place) => group === busy.group && place === busy.place)) : one
      expect(judge(given, kept).seen).toBe('active')
    }))
  })

  it('a group with a problem never gives idle', () => {
    fc.assert(fc.property(situation, (given) => {
      const groups = new Map<string, TargetGroupTraffic>([...given.periods.map((of, index) => [`targetgroup/${index}/0`, { periods: of }] as const), [WEB, { problem: 'throttled' }]])
      expect(judgeRequests({ idle: given.idle, awakeSince: instant('2026-11-01T00:00:00Z'), groups }, given.now).seen).toBe('unknown')
    }))
  })
})
