import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Instant, later } from '../../lib/domain/time.ts'
import {
  type ContainerUsage,
  cpuPercentile,
  memoryPeak,
  memoryPercentile,
  recentOutOfMemory,
} from '../../lib/domain/usage/container-usage.ts'
import {
  LONGEST_GAP_SECONDS,
  takeSamples,
  type UsageInterval,
  type UsageSample,
  WARM_UP_SECONDS,
} from '../../lib/domain/usage/take-samples.ts'
import { lookAfter, looks, monday, sampleAt, TWELVE_BY_FIVE, usageAfter, usageOver } from './build-usage.ts'

const known = usageAfter(lookAfter(10))

/** What a look ten minutes after the known one says of one sample. */
const refusalOf = (changes: Partial<UsageSample>, look: Partial<UsageInterval> = {}): string | undefined => {
  const interval = lookAfter(20)
  return takeSamples(known, { ...interval, samples: [sampleAt(interval.at, changes)], ...look }).refused[0]?.reason
}

/** The same look, later by so much: as if its environment had slept in between. */
const moved = (interval: UsageInterval, seconds: number, since: Instant): UsageInterval => ({
  at: later(interval.at, seconds),
  environmentAwakeSince: since,
  samples: interval.samples.map((sample) => ({
    ...sample,
    measuredAt: later(sample.measuredAt, seconds),
    startedAt: since,
  })),
})

/** A killed container of web-1, so many minutes after Monday 08:00. */
const kill = (minutes: number, limitMiB?: number) => ({
  pod: 'web-1',
  at: lookAfter(minutes).at,
  ...(limitMiB === undefined ? {} : { limitMiB }),
})

/** Weeks of 12×5 hours at 300 MiB, after 2,000 in the very first look. */
const peakFirst = (weeks: number): ContainerUsage =>
  usageOver(TWELVE_BY_FIVE, weeks, (index) => ({ cpuMilli: 100, memoryMiB: index === 0 ? 2000 : 300 }))

describe('a look at a container', () => {
  it('adds one sample of CPU for each pod and the highest memory of them', () => {
    const { at } = lookAfter(10)
    const usage = usageAfter(
      lookAfter(10, { samples: [sampleAt(at), sampleAt(at, { pod: 'web-2', cpuMilli: 900, memoryMiB: 411.2 })] }),
    )

    expect(usage).toMatchObject({
      firstAt: at,
      lastAt: at,
      awakeSeconds: 0,
      cpuSamples: 2,
      taken: 2,
      refused: 0,
      memoryPeaks: [{ day: 0, memoryMiB: 412 }],
    })
    expect(cpuPercentile(usage, 1)).toBeGreaterThan(900)
    expect(cpuPercentile(usage, 0.5)).toBeLessThan(270)
  })

  it('taken twice, late or out of turn changes nothing and says so', () => {
    const usage = usageAfter(lookAfter(10), lookAfter(20))
    for (const minutes of [20, 15, 10]) {
      const again = takeSamples(usage, lookAfter(minutes))
      expect(again.usage).toBe(usage)
      expect(again.refused.map(({ reason }) => reason)).toEqual(['old'])
    }
  })

  it('at a fraction of a millisecond is still the same look the second time', () => {
    const at = (monday + 600_000.7) as Instant
    const look: UsageInterval = { at, environmentAwakeSince: monday, samples: [sampleAt(at)] }
    const usage = usageAfter(look)
    expect(takeSamples(usage, look).usage).toBe(usage)
    expect(Number.isInteger(usage.lastAt)).toBe(true)
  })

  it('gives the same whatever the order of its samples', () => {
    const sample = fc.record({
      cpuMilli: fc.integer({ min: -5, max: 8000 }),
      memoryMiB: fc.double({ min: 0, max: 4000, noNaN: true }),
      seconds: fc.integer({ min: -60, max: 0 }),
      startedMinutes: fc.nat(30),
    })
    const shuffled = fc
      .array(sample, { minLength: 1, maxLength: 12 })
      .chain((samples) => fc.tuple(fc.constant(samples), fc.shuffledSubarray(samples, { minLength: samples.length })))
    fc.assert(
      fc.property(shuffled, (orders) => {
        const [first, second] = orders.map((samples) => {
          const { at } = lookAfter(30)
          const look = {
            samples: samples.map(({ seconds, startedMinutes, ...rest }, index) =>
              sampleAt(later(at, seconds), {
                pod: `web-${index}`,
                startedAt: later(monday, startedMinutes * 60),
                ...rest,
              }),
            ),
          }
          return takeSamples(known, lookAfter(30, look)).usage
        })
        expect(second).toEqual(first)
      }),
    )
  })

  it('with no sample to take leaves what is known, and nothing where nothing is known', () => {
    expect(takeSamples(undefined, lookAfter(10, { samples: [] }))).toEqual({
      usage: undefined,
      refused: [],
      warmingUp: 0,
    })
    expect(takeSamples(known, lookAfter(20, { samples: [] })).usage).toEqual(known)
  })
})

describe('the first minutes', () => {
  it.each([
    [
      'of a container',
      lookAfter(100, {
        samples: [sampleAt(lookAfter(100).at, { startedAt: lookAfter(96).at, cpuMilli: 4000, memoryMiB: 900 })],
      }),
    ],
    [
      'after a wake',
      {
        ...lookAfter(4),
        samples: [sampleAt(lookAfter(4).at, { startedAt: later(monday, -3600), cpuMilli: 4000, memoryMiB: 900 })],
      },
    ],
  ])('%s give memory and no CPU', (_, look) => {
    const { usage, warmingUp, refused } = takeSamples(undefined, look)
    expect({ warmingUp, refused, cpuSamples: usage?.cpuSamples, weights: usage?.cpu.weights }).toEqual({
      warmingUp: 1,
      refused: [],
      cpuSamples: 0,
      weights: [],
    })
    expect(usage && memoryPeak(usage)).toBe(900)
  })

  it('end five minutes after the start, as the HPA has it', () => {
    const startedAt = later(monday, 3600)
    const cpuSamples = [-1, 0].map((seconds) => {
      const at = later(startedAt, WARM_UP_SECONDS + seconds)
      return usageAfter({ at, environmentAwakeSince: monday, samples: [sampleAt(at, { startedAt })] }).cpuSamples
    })
    expect(cpuSamples).toEqual([0, 1])
  })
})

describe('the awake clock', () => {
  it('counts the time between looks, from the wake where that is later', () => {
    const tuesday = later(monday, 86_400)
    const at = later(tuesday, 600)
    const usage = usageAfter(lookAfter(10), lookAfter(25), {
      at,
      environmentAwakeSince: tuesday,
      samples: [sampleAt(at, { startedAt: tuesday })],
    })
    expect(usage).toMatchObject({ awakeSeconds: 15 * 60 + 600, unseenSeconds: 0 })
  })

  it('counts a gap up to half an hour; the rest was not watched', () => {
    expect(usageAfter(lookAfter(10), lookAfter(10 + 180))).toMatchObject({
      awakeSeconds: LONGEST_GAP_SECONDS,
      unseenSeconds: 180 * 60 - LONGEST_GAP_SECONDS,
    })
  })

  it('stands still however long an environment sleeps: nothing decays, nothing expires', () => {
    const look = fc.record({ cpuMilli: fc.nat(4000), memoryMiB: fc.integer({ min: 1, max: 4000 }) })
    fc.assert(
      fc.property(
        fc.array(look, { minLength: 2, maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 400 * 86_400 }),
        (values, cut, sleepSeconds) => {
          const all = values.map((value, index) =>
            lookAfter((index + 1) * 10, { samples: [sampleAt(lookAfter((index + 1) * 10).at, value)] }),
          )
          const split = 1 + (cut % (all.length - 1))
          const wake = later(all[split - 1]?.at ?? monday, sleepSeconds)
          const awake = usageAfter(...all)
          const slept = usageAfter(...all.map((one, index) => (index < split ? one : moved(one, sleepSeconds, wake))))
          expect({ ...slept, lastAt: awake.lastAt }).toEqual(awake)
        },
      ),
    )
  })

  it('keeps a memory peak for eight days awake: more than three weeks of 12×5 hours', () => {
    expect(memoryPeak(peakFirst(3))).toBe(2000)
    expect(memoryPeak(peakFirst(4))).toBe(300)
    expect(peakFirst(4).memoryPeaks).toHaveLength(8)
    expect(peakFirst(4).awakeSeconds).toBe(4 * 60 * 3600 - 300)
  })

  it('has one memory peak for each 24 hours, the newer the heavier', () => {
    // peaks of 1000 on the first day and 300 on the second: weights 1 and 2
    const usage = usageOver({ days: [0, 1], hours: 24 }, 1, (index) => ({
      cpuMilli: 100,
      memoryMiB: index === 5 ? 1000 : 300,
    }))
    expect(usage.memoryPeaks).toEqual([
      { day: 0, memoryMiB: 1000 },
      { day: 1, memoryMiB: 300 },
    ])
    expect(memoryPercentile(usage, 0.66)).toBeLessThan(320)
    expect(memoryPercentile(usage, 0.67)).toBeGreaterThan(1000)
  })

  it('with 24 hours a day is the clock on the wall', () => {
    const days = looks({ days: [0, 1, 2, 3, 4, 5, 6], hours: 24 }, 1)
    expect(
      usageOver({ days: [0, 1, 2, 3, 4, 5, 6], hours: 24 }, 1, () => ({ cpuMilli: 1, memoryMiB: 1 })).awakeSeconds,
    ).toBe((days.length - 1) * 300)
  })
})

describe('a bad sample', () => {
  it.each([
    ['NaN', { cpuMilli: Number.NaN }, 'not-a-number'],
    ['infinite', { memoryMiB: Infinity }, 'not-a-number'],
    ['without an instant', { measuredAt: Number.NaN as Instant }, 'not-a-number'],
    ['without a start', { startedAt: Number.NaN as Instant }, 'not-a-number'],
    ['negative', { cpuMilli: -1 }, 'negative'],
    ['of negative memory', { memoryMiB: -1 }, 'negative'],
    ['without memory', { memoryMiB: 0 }, 'no-memory'],
    ['of 250 cores read as 250,000', { cpuMilli: 250_000_000 }, 'impossible'],
    ['of bytes taken for MiB', { memoryMiB: 2 ** 28 }, 'impossible'],
    ['from the future', { measuredAt: later(lookAfter(20).at, 61) }, 'future'],
    ['from before the last look', { measuredAt: lookAfter(10).at }, 'old'],
    ['from before the wake', { measuredAt: later(monday, -1) }, 'asleep'],
  ] as const)('%s is refused with the reason and counted', (_, changes, reason) => {
    const { at } = lookAfter(20)
    const taken = takeSamples(
      known,
      lookAfter(20, { samples: [sampleAt(at), sampleAt(at, { pod: 'bad', ...changes })] }),
    )

    expect(taken.refused).toEqual([{ pod: 'bad', reason, text: expect.stringMatching(/^bad: \w/) }])
    expect(taken.usage).toEqual({ ...usageAfter(lookAfter(10), lookAfter(20)), refused: 1 })
  })

  it('alone adds nothing but its count', () => {
    expect(
      takeSamples(known, lookAfter(20, { samples: [sampleAt(lookAfter(20).at, { cpuMilli: Number.NaN })] })).usage,
    ).toEqual({ ...known, refused: 1 })
  })

  it('that could not even be read is counted with them', () => {
    const unreadable = [{ pod: 'web-9', reason: 'no-unit', text: 'web-9: cpu usage without a unit' }] as const
    const taken = takeSamples(known, lookAfter(20, { unreadable }))
    expect(taken.refused).toEqual(unreadable)
    expect(taken.usage?.refused).toBe(1)
  })

  it('a little ahead of our clock is taken', () => {
    expect(refusalOf({ measuredAt: later(lookAfter(20).at, 60) })).toBeUndefined()
  })

  it('is every sample of an environment that is not awake', () => {
    const { at } = lookAfter(20)
    expect(refusalOf({}, { environmentAwakeSince: undefined })).toBe('asleep')
    expect(refusalOf({}, { environmentAwakeSince: later(at, 1) })).toBe('asleep')
    expect(takeSamples(known, lookAfter(20, { environmentAwakeSince: undefined })).usage).toBe(known)
  })

  it('never throws, and never leaves a number that is none', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 1e300))
    const sample = fc.record({ pod: fc.string(), measuredAt: any, startedAt: any, cpuMilli: any, memoryMiB: any })
    fc.assert(
      fc.property(
        fc.array(sample),
        fc.array(fc.record({ pod: fc.string(), at: any, limitMiB: any })),
        (samples, kills) => {
          const { usage } = takeSamples(
            known,
            lookAfter(20, { samples: samples as unknown as UsageSample[], kills: kills as never }),
          )
          expect(JSON.stringify(usage)).not.toContain('null')
        },
      ),
    )
  })
})

describe('a kill for want of memory', () => {
  it('is remembered with the limit it met, even where no sample could be had', () => {
    const { usage } = takeSamples(undefined, lookAfter(10, { samples: [], kills: [kill(9, 512)] }))
    expect(usage?.outOfMemory).toEqual({ at: kill(9).at, awakeSeconds: 0, memoryMiB: 512 })
  })

  it('without a limit is remembered with the most that was seen', () => {
    expect(usageAfter(lookAfter(10), lookAfter(20, { kills: [kill(19)] })).outOfMemory?.memoryMiB).toBe(300)
    expect(usageAfter(lookAfter(10, { samples: [], kills: [kill(9)] })).outOfMemory?.memoryMiB).toBe(0)
  })

  it('is one kill however often the pod still shows it, and two keep the larger', () => {
    const once = usageAfter(lookAfter(10, { kills: [kill(9, 512)] }), lookAfter(20, { kills: [kill(9, 512)] }))
    expect(once.outOfMemory).toEqual({ at: kill(9).at, awakeSeconds: 0, memoryMiB: 512 })
    expect(
      usageAfter(lookAfter(10, { kills: [kill(9, 512)] }), lookAfter(20, { kills: [kill(19, 256)] })).outOfMemory,
    ).toEqual({ at: kill(19).at, awakeSeconds: 600, memoryMiB: 512 })
  })

  it('is forgotten after eight days awake and not taken for a new one then', () => {
    const first = lookAfter(5, { kills: [kill(4, 512)] })
    const later8 = Array.from({ length: 8 * 48 }, (_, index) =>
      lookAfter(5 + (index + 1) * 30, { kills: [kill(4, 512)] }),
    )
    expect(recentOutOfMemory(usageAfter(first, ...later8.slice(0, -1)))).toBeDefined()
    expect(recentOutOfMemory(usageAfter(first, ...later8))).toBeUndefined()
  })
})
