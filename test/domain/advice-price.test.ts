import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AWS_SPLIT, awakeHoursPerMonth, unitPrice } from '../../lib/domain/advice/unit-price.ts'
import { m5xlarge } from './build-container.ts'

describe('the price of a core and of a GiB (FIELD §5)', () => {
  it('of m5.xlarge at $0.192 is $0.033231 and $0.003692 an hour by AWS split cost allocation, and says so', () => {
    expect(unitPrice(m5xlarge)).toEqual({
      instanceType: 'm5.xlarge',
      microUsdPerCoreHour: 33_231,
      microUsdPerGiBHour: 3692,
      split: 'AWS split cost allocation, 9:1',
    })
  })

  it('is $0.031247 and $0.004188 by the ratio of OpenCost', () => {
    expect(unitPrice(m5xlarge, { name: 'OpenCost', coreInGiB: 7.4607 })).toMatchObject({
      microUsdPerCoreHour: 31_247,
      microUsdPerGiBHour: 4188,
      split: 'OpenCost',
    })
  })

  it('adds up to the price of the node, but for rounding each to a micro-dollar', () => {
    const node = fc.record({
      vcpu: fc.integer({ min: 1, max: 448 }),
      gib: fc.integer({ min: 1, max: 4096 }),
      microUsdPerHour: fc.integer({ min: 1000, max: 100_000_000 }),
    })
    fc.assert(
      fc.property(node, ({ vcpu, gib, microUsdPerHour }) => {
        const price = unitPrice({ instanceType: 'any', vcpu, memoryMiB: gib * 1024, microUsdPerHour }, AWS_SPLIT)
        expect(
          Math.abs(vcpu * price.microUsdPerCoreHour + gib * price.microUsdPerGiBHour - microUsdPerHour),
        ).toBeLessThanOrEqual((vcpu + gib) / 2)
      }),
    )
  })
})

describe('a month of 730 hours', () => {
  it.each([
    ['12×5', 60, 260.7],
    ['10×5', 50, 217.3],
    ['always', 168, 730],
    ['never', 0, 0],
  ])('has, at %s, %d awake hours a week: %d', (_, hours, perMonth) => {
    expect(awakeHoursPerMonth(hours, 168)).toBeCloseTo(perMonth, 1)
  })
})
