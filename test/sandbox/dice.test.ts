import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dice } from '../../lib/sandbox/dice.ts'

describe('the dice', () => {
  it('answer by seed and key alone, however many were rolled before', () => {
    const roll = dice(1)
    const first = roll(40, 100, 'join', 'i-1')
    roll(0, 1, 'other')
    expect(roll(40, 100, 'join', 'i-1')).toBe(first)
    expect(dice(1)(40, 100, 'join', 'i-1')).toBe(first)
    expect(dice(2)(40, 100, 'join', 'i-1')).not.toBe(first)
    expect(roll(40, 100, 'join', 'i-2')).not.toBe(first)
    expect(roll(40, 100, 'a', 'b')).not.toBe(roll(40, 100, 'ab'))
  })

  it('stay within what was asked for, and fill it evenly', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), fc.string(), (seed, low, width, key) => {
      const rolled = dice(seed)(low, low + width, key)
      expect(rolled).toBeGreaterThanOrEqual(low)
      expect(rolled).toBeLessThanOrEqual(low + width)
    }))
    const rolls = Array.from({ length: 1000 }, (_, index) => dice(1)(0, 1, index))
    expect(rolls.reduce((sum, one) => sum + one, 0) / 1000).toBeCloseTo(0.5, 1)
  })
})
