import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addRequests, fits, largerRequests, NO_REQUESTS, quantity, requestsOf, subtractRequests } from '../../lib/domain/requests.ts'

describe('a Kubernetes quantity', () => {
  it.each([
    ['0', 0], ['2', 2], ['250m', 0.25], ['1.5', 1.5], ['.5', 0.5], ['5.', 5], ['100u', 0.0001], ['100n', 1e-7], ['-1', -1], ['+1', 1],
    ['1k', 1000], ['2M', 2e6], ['3G', 3e9], ['1T', 1e12], ['1P', 1e15], ['1E', 1e18],
    ['1Ki', 1024], ['1.5Gi', 1.5 * 2 ** 30], ['1Ti', 2 ** 40], ['1Ei', 2 ** 60],
    ['1e3', 1000], ['1E3', 1000], ['12e-1', 1.2], ['1e+2', 100],
  ])('%s is %d', (text, value) => {
    expect(quantity(text)).toBeCloseTo(value, 12)
  })

  it.each(['', 'm', '1x', '1 Gi', '1mi', '1Gi2', '0x10', '1e', 'NaN', '1_000', 'Infinity'])('"%s" is none', (text) => {
    expect(() => quantity(text)).toThrow(`found "${text}", expected one like 250m, 2 or 1.5Gi`)
  })
})

describe('requests', () => {
  it('are in thousandths of a core, rounded up, and MiB', () => {
    expect(requestsOf({ cpu: '250m', memory: '1Gi' })).toEqual({ cpuMilli: 250, memoryMiB: 1024 })
    expect(requestsOf({ cpu: '0.1', memory: '100M' })).toEqual({ cpuMilli: 100, memoryMiB: 100e6 / 2 ** 20 })
    expect(requestsOf({ cpu: '1u' })).toEqual({ cpuMilli: 1, memoryMiB: 0 })
  })

  it('are nothing where nothing is asked for', () => {
    expect(requestsOf(undefined)).toEqual(NO_REQUESTS)
    expect(requestsOf({})).toEqual(NO_REQUESTS)
  })

  it('give every whole number of thousandths back exactly', () => {
    fc.assert(fc.property(fc.nat(1_000_000), (milli) => {
      expect(requestsOf({ cpu: `${milli}m` }).cpuMilli).toBe(milli)
      expect(requestsOf({ cpu: `${milli / 1000}` }).cpuMilli).toBe(milli)
    }))
  })

  it('fit where neither CPU nor memory is more than the room', () => {
    const asked = { cpuMilli: 500, memoryMiB: 256 }
    expect(fits(asked, asked)).toBe(true)
    expect(fits(asked, { cpuMilli: 499, memoryMiB: 999 })).toBe(false)
    expect(fits(asked, { cpuMilli: 999, memoryMiB: 255 })).toBe(false)
  })

  it('are added, taken off and compared part by part', () => {
    const [a, b] = [{ cpuMilli: 500, memoryMiB: 100 }, { cpuMilli: 200, memoryMiB: 300 }]
    expect(subtractRequests(addRequests(a, b), b)).toEqual(a)
    expect(largerRequests(a, b)).toEqual({ cpuMilli: 500, memoryMiB: 300 })
  })
})
