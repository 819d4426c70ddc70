import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heading, rememberWake, wakeLeadSeconds, wakePercentile } from '../../lib/domain/environment.ts'
import { instant, later } from '../../lib/domain/time.ts'

describe('how long wakes take', () => {
  it('takes three minutes to be what a wake needs before any was seen', () => {
    expect(wakeLeadSeconds([])).toBe(180)
  })

  it('leads by what nine of ten wakes needed, whatever order they came in', () => {
    expect(wakeLeadSeconds([200, 60, 70, 80, 90, 100, 110, 120, 130, 140])).toBe(140)
    expect(wakeLeadSeconds([100])).toBe(100)
  })

  it('never leads by more than a quarter of an hour', () => {
    expect(wakeLeadSeconds([5000])).toBe(900)
  })

  it('remembers the last twenty, rounded to the second', () => {
    const from = instant('2026-11-23T08:00:00Z')
    const twenty = Array.from({ length: 20 }, (_, index) => index)
    expect(rememberWake(twenty, from, later(from, 95.4))).toEqual([...twenty.slice(1), 95])
  })

  it('answers a wake that was seen, and one that the share of wakes stayed within', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (seconds, share) => {
      const found = wakePercentile(seconds, share)
      expect(seconds).toContain(found)
      expect(seconds.filter((second) => second <= (found ?? 0)).length).toBeGreaterThanOrEqual(seconds.length * share)
    }))
    expect(wakePercentile([], 0.9)).toBeUndefined()
  })
})

it('knows where each phase is going', () => {
  expect((['awake', 'waking', 'falling-asleep', 'asleep'] as const).map(heading)).toEqual(['awake', 'awake', 'asleep', 'asleep'])
})
