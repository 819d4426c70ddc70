import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, sayDuration } from '../../lib/domain/duration.ts'
import { parseRequestRate } from '../../lib/domain/request-rate.ts'

describe('a duration', () => {
  it.each([
    ['45m', 2700],
    ['2h', 7200],
    ['1h30m', 5400],
    ['3d', 259_200],
    ['1d2h3m', 93_780],
    ['0m', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  it.each(['', 'm', '45', '45s', '30m1h', '1.5h', '-1h', '1 h', '2h2h'])('is not written %j', (text) => {
    expect(() => parseDuration(text)).toThrow(`found "${text}"`)
  })

  it('of whole minutes reads back as it was said', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (minutes) => {
        expect(parseDuration(sayDuration(minutes * 60))).toBe(minutes * 60)
      }),
    )
  })

  it('below a minute is said in seconds, and before now with a minus', () => {
    expect(sayDuration(40)).toBe('40s')
    expect(sayDuration(-5400)).toBe('-1h30m')
  })
})

describe('a rate of requests', () => {
  it.each([
    ['1/min', 1],
    ['10/h', 1 / 6],
    ['2/s', 120],
    ['0.5/min', 0.5],
    ['1440/d', 1],
  ])('%s is %d a minute', (text, perMinute) => {
    expect(parseRequestRate(text)).toBeCloseTo(perMinute, 12)
  })

  it.each(['', '1', '1/week', '/min', '-1/min', '1 / min'])('is not written %j', (text) => {
    expect(() => parseRequestRate(text)).toThrow(`found "${text}"`)
  })
})
