import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketEnd, bucketOf, CPU_BUCKETS, MEMORY_BUCKETS } from '../../lib/domain/usage/buckets.ts'
import { addSamples, EMPTY, type Histogram, percentile } from '../../lib/domain/usage/histogram.ts'
import { cpuPercentile, memoryPercentile } from '../../lib/domain/usage/container-usage.ts'
import { looks, TWELVE_BY_FIVE, usageOver } from './build-usage.ts'

const DAY_SECONDS = 86_400

/** start(n) = first · (1.05ⁿ − 1) / 0.05 (FIELD §4). */
const start = (first: number, bucket: number): number => (first * (1.05 ** bucket - 1)) / 0.05

/** By nearest rank, on the samples themselves. */
const exact = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN

/** A workload that uses 0.1 to 0.5 cores evenly, in an order that has every part of the day alike. */
const cpuCores = (index: number): number => 0.1 + 0.4 * ((((index * 271) % 720) + 0.5) / 720)

describe('the buckets (VPA, FIELD §4)', () => {
  it('start at first · (1.05ⁿ − 1) / 0.05, the first 10m or 10 MB wide, 176 of them', () => {
    for (const [buckets, first] of [
      [CPU_BUCKETS, 10],
      [MEMORY_BUCKETS, 1e7 / 2 ** 20],
    ] as const) {
      expect(buckets).toHaveLength(176)
      buckets.forEach((found, bucket) =>
        expect(found / Math.max(1, start(first, bucket))).toBeCloseTo(bucket === 0 ? 0 : 1, 9),
      )
    }
    expect(bucketEnd(CPU_BUCKETS, 0)).toBeCloseTo(10, 9)
    expect(bucketEnd(MEMORY_BUCKETS, 0) * 2 ** 20).toBeCloseTo(10_000_000, 3)
  })

  it('hold every value between their start and their end, and what is beyond the last in the last', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 990_000, noNaN: true }), (value) => {
        const bucket = bucketOf(CPU_BUCKETS, value)
        expect(CPU_BUCKETS[bucket]).toBeLessThanOrEqual(value)
        expect(bucketEnd(CPU_BUCKETS, bucket)).toBeGreaterThan(value)
      }),
    )
    expect(bucketOf(CPU_BUCKETS, 1e12)).toBe(175)
    expect(bucketEnd(CPU_BUCKETS, 175)).toBe(CPU_BUCKETS[175])
  })
})

describe('a percentile', () => {
  it('is the end of the first bucket at which the weights reach the share', () => {
    // 0m–10m, 10m–20.5m, 20.5m–31.525m: three buckets with one sample each
    const histogram = addSamples(EMPTY, CPU_BUCKETS, [5, 15, 25], 0)

    expect([0, 0.33, 0.34, 0.66, 0.67, 1].map((share) => percentile(histogram, CPU_BUCKETS, share))).toEqual(
      [10, 10, 20.5, 20.5, 31.525, 31.525].map((end) => expect.closeTo(end, 9)),
    )
  })

  it('of nothing is nothing, not 0', () => {
    expect(percentile(EMPTY, CPU_BUCKETS, 0.9)).toBeUndefined()
  })

  it('of samples of one instant is at most one bucket above the exact one, never below', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1 }),
        fc.constantFrom(0.5, 0.9, 0.95, 1),
        (values, share) => {
          const found = percentile(addSamples(EMPTY, CPU_BUCKETS, values, 0), CPU_BUCKETS, share) ?? Number.NaN
          const rank = exact(values, share)
          expect(found).toBeGreaterThan(rank)
          expect(found).toBeLessThanOrEqual(rank * 1.05 + 10 + 1e-6)
        },
      ),
    )
  })

  it('never falls as the share grows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50_000), fc.nat(20 * DAY_SECONDS)), { minLength: 1 }), (samples) => {
        const histogram = samples
          .toSorted(([, a], [, b]) => a - b)
          .reduce<Histogram>((before, [value, seconds]) => addSamples(before, CPU_BUCKETS, [value], seconds), EMPTY)
        const ends = [0, 0.1, 0.5, 0.9, 0.95, 1].map((share) => percentile(histogram, CPU_BUCKETS, share) ?? Number.NaN)
        expect(ends).toEqual(ends.toSorted((a, b) => a - b))
      }),
    )
  })
})

describe('weights', () => {
  it('halve each 24 hours of the awake clock (VPA half-life)', () => {
    // one sample of 25m at 0, one of 5m a day later: weights 1 to 2, so a third of the weight lies above 10m
    const histogram = addSamples(addSamples(EMPTY, CPU_BUCKETS, [25], 0), CPU_BUCKETS, [5], DAY_SECONDS)

    expect(percentile(histogram, CPU_BUCKETS, 0.66)).toBeCloseTo(10, 9)
    expect(percentile(histogram, CPU_BUCKETS, 0.67)).toBeCloseTo(31.525, 9)
  })

  it('grow by the square root of two in half of that', () => {
    const [early, late] = [0, DAY_SECONDS / 2].map(
      (seconds) => addSamples(EMPTY, CPU_BUCKETS, [5], seconds).weights[0] ?? 0,
    )
    expect((late ?? 0) / (early ?? 1)).toBeCloseTo(Math.SQRT2, 3)
  })

  it('are gone after eleven half-lives, so that an old peak does not stay for ever', () => {
    const peak = addSamples(EMPTY, CPU_BUCKETS, [4000], 0)
    const after = (days: number): Histogram => addSamples(peak, CPU_BUCKETS, [5], days * DAY_SECONDS)

    expect(percentile(after(10), CPU_BUCKETS, 1)).toBeGreaterThan(4000)
    expect(percentile(after(11), CPU_BUCKETS, 1)).toBeCloseTo(10, 9)
    expect(after(11).weights).toHaveLength(1)
  })

  it('stay whole and small over a year of a sample each five minutes', () => {
    const year = Array.from({ length: 365 }, (_, day) => day).reduce<Histogram>(
      (before, day) =>
        addSamples(
          before,
          CPU_BUCKETS,
          Array.from({ length: 288 }, () => 5),
          day * DAY_SECONDS,
        ),
      EMPTY,
    )

    expect(year.weights.every((weight) => Number.isSafeInteger(weight) && weight < 600_000)).toBe(true)
  })
})

describe('sleep (FIELD §4: with 12×5 hours, zeros move P95 0.48 → 0.444, P90 0.46 → 0.388, P50 → 0)', () => {
  const awake = looks(TWELVE_BY_FIVE, 1).map((_, index) => cpuCores(index))
  const withZeros = [...awake, ...Array.from({ length: 2016 - awake.length }, () => 0)]
  const usage = usageOver(TWELVE_BY_FIVE, 4, (index) => ({ cpuMilli: cpuCores(index) * 1000, memoryMiB: 300 }))

  it('as zeros gives 0.444, 0.388 and 0 on the samples themselves', () => {
    expect(awake).toHaveLength(720)
    expect([0.95, 0.9, 0.5].map((share) => exact(awake, share))).toEqual(
      [0.48, 0.46, 0.3].map((cores) => expect.closeTo(cores, 2)),
    )
    expect([0.95, 0.9, 0.5].map((share) => exact(withZeros, share))).toEqual(
      [0.444, 0.388, 0].map((cores) => expect.closeTo(cores, 3)),
    )
  })

  it('as zeros gives the ends of the buckets of 0.444, 0.388 and 0 in a histogram', () => {
    const histogram = addSamples(
      EMPTY,
      CPU_BUCKETS,
      withZeros.map((cores) => cores * 1000),
      0,
    )

    expect([0.95, 0.9, 0.5].map((share) => percentile(histogram, CPU_BUCKETS, share))).toEqual(
      [start(10, 24), start(10, 23), 10].map((end) => expect.closeTo(end, 6)),
    )
  })

  it('left out keeps 0.48 and 0.46: the ends of their buckets, 0.511 and 0.477', () => {
    expect([0.95, 0.9].map((share) => cpuPercentile(usage, share))).toEqual(
      [start(10, 26), start(10, 25)].map((end) => expect.closeTo(end, 6)),
    )
    expect(bucketOf(CPU_BUCKETS, 480)).toBe(25)
    expect(bucketOf(CPU_BUCKETS, 460)).toBe(24)
  })

  it('gives the same as an environment that never sleeps', () => {
    const always = usageOver({ days: [0, 1, 2, 3, 4, 5, 6], hours: 24 }, 2, (index) => ({
      cpuMilli: cpuCores(index) * 1000,
      memoryMiB: 300,
    }))

    for (const share of [0.5, 0.9, 0.95]) {
      expect(cpuPercentile(usage, share)).toBe(cpuPercentile(always, share))
      expect(memoryPercentile(usage, share)).toBe(memoryPercentile(always, share))
    }
  })
})
