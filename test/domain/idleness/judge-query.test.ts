import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeQuery, type QuerySample, querySpan } from '../../../lib/domain/idleness/judge-query.ts'
import { instant, type Instant, iso, later, secondsBetween } from '../../../lib/domain/time.ts'

const IDLE = { afterSeconds: 45 * 60 }
const TERMS = { query: 'sum(rate(http_requests_total[5m]))', below: 0.5 }
const NOW = instant('2026-11-23T11:04:40Z')
const MORNING = instant('2026-11-23T07:00:00Z')
const SPAN = querySpan(IDLE, NOW)

const series = (valueAt: (at: Instant) => string | undefined = () => '0.1'): readonly QuerySample[] =>
  Array.from({ length: secondsBetween(SPAN.from, SPAN.to) / SPAN.stepSeconds + 1 }, (_, step) => later(SPAN.from, step * SPAN.stepSeconds)).flatMap((at) => {
    const value = valueAt(at)
    return value === undefined ? [] : [{ at, value }]
  })

const judge = (all: readonly (readonly QuerySample[])[], awakeSince = MORNING) => judgeQuery(IDLE, TERMS, awakeSince, { series: all }, NOW)
const at = (clock: string) => instant(`2026-11-23T${clock}:00Z`)

describe('when a query is asked', () => {
  it('is the whole time by the minute, up to the last minute that is complete', () => {
    expect({ from: iso(SPAN.from), to: iso(SPAN.to), stepSeconds: SPAN.stepSeconds }).toEqual({ from: '2026-11-23T10:19:00Z', to: '2026-11-23T11:04:00Z', stepSeconds: 60 })
    expect(iso(querySpan(IDLE, instant('2026-11-23T11:04:20Z')).to)).toBe('2026-11-23T11:03:00Z')
  })

  it('has no more than some hundred samples, however long it takes', () => {
    for (const afterSeconds of [300, 7200, 6 * 3600, 86_400 + 60, 7 * 86_400]) {
      const { from, to, stepSeconds } = querySpan({ afterSeconds }, NOW)
      expect(secondsBetween(from, to)).toBeGreaterThanOrEqual(afterSeconds)
      expect(secondsBetween(from, to) / stepSeconds).toBeLessThanOrEqual(241)
    }
  })
})

describe('what a query says', () => {
  it('is idle below the threshold at each step', () => {
    expect(judge([series()])).toEqual({ seen: 'idle', why: `the query was at most 0.1 since ${iso(SPAN.from)}, below 0.5` })
  })

  it('is active at the threshold at one step of any series, infinity included', () => {
    expect(judge([series((each) => (each === at('10:40') ? '0.5' : '0'))])).toEqual({ seen: 'active', why: 'the query was 0.5 at 2026-11-23T10:40:00Z' })
    expect(judge([[], [{ at: at('10:40'), value: '+Inf' }]])).toMatchObject({ seen: 'active' })
  })

  it('does not count what was before it woke', () => {
    const busyBefore = series((each) => (each < at('10:30') ? '9' : '0'))
    expect(judge([busyBefore], at('10:30'))).toMatchObject({ seen: 'unknown', why: 'Prometheus: awake since 2026-11-23T10:30:00Z, not yet for 45m of whole steps' })
  })

  it.each<readonly [readonly (readonly QuerySample[])[], string]>([
    [[], 'the query found no series, expected one; where that means 0 end it with: or vector(0)'],
    [[series(), series()], 'the query found 2 series, expected one; put it in sum(…) or max(…)'],
    [[series((each) => (each === at('10:40') ? undefined : '0'))], 'the query has no value at 2026-11-23T10:40:00Z'],
    [[series((each) => (each === at('10:40') ? 'NaN' : '0'))], 'the query was NaN at 2026-11-23T10:40:00Z, expected a number'],
    [[series((each) => (each === at('10:40') ? '' : '0'))], 'the query was  at 2026-11-23T10:40:00Z, expected a number'],
    [[series((each) => (each === at('10:40') ? '-Inf' : '0'))], 'the query was -Inf at 2026-11-23T10:40:00Z, expected a number'],
    [[series((each) => (each > at('10:50') ? undefined : '0'))], 'the query has no value at 2026-11-23T10:51:00Z'],
  ])('is unknown with a gap, which is said: %#', (all, why) => {
    expect(judge(all)).toEqual({ seen: 'unknown', why: `Prometheus: ${why}` })
  })

  it('is unknown with a problem', () => {
    expect(judgeQuery(IDLE, TERMS, MORNING, { problem: '503' }, NOW)).toEqual({ seen: 'unknown', why: 'Prometheus: 503' })
  })

  it('is never idle with a gap at any step', () => {
    fc.assert(fc.property(fc.nat({ max: series().length - 1 }), fc.constantFrom(undefined, 'NaN', '', 'none', '-Inf'), (place, value) => {
      const gap = series()[place]?.at
      expect(judge([series((each) => (each === gap ? value : '0'))]).seen).toBe('unknown')
    }))
  })
})
