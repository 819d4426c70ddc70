import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Container } from '../../lib/domain/advice/container.ts'
import { later } from '../../lib/domain/time.ts'
import type { ContainerUsage } from '../../lib/domain/usage/container-usage.ts'
import { adviceFor, containerWith, steady, textsOf } from './build-container.ts'
import { monday, type Awake, TWELVE_BY_FIVE, usageOver } from './build-usage.ts'

/** Steady use over a schedule. */
const over = (schedule: Awake, weeks: number): ContainerUsage =>
  usageOver(schedule, weeks, () => ({ cpuMilli: 100, memoryMiB: 300 }))

/** The same, killed with this limit when the awake clock showed so many hours. */
const killedAt = (awakeHours: number, memoryMiB: number): ContainerUsage => ({
  ...steady,
  outOfMemory: { at: monday, awakeSeconds: awakeHours * 3600, memoryMiB },
})

const lastDay = 4 * 60 - 1

const askingFor = (memoryMiB: number): Partial<Container> => ({ requestNow: { cpuMilli: 1000, memoryMiB } })

/** The CPU advised when every so many samples show two cores. */
const cpuWithPeakEach = (every: number): number | undefined =>
  adviceFor({
    usage: usageOver(TWELVE_BY_FIVE, 4, (index) => ({ cpuMilli: index % every === 0 ? 2000 : 100, memoryMiB: 300 })),
  }).advised.cpuMilli

describe('advice on CPU', () => {
  it('is the 95th percentile (KRR) and 15 % (VPA): 100m lies in the bucket that ends at 110.27m, so 127m', () => {
    // start(9) = 200 · (1.05⁹ − 1) = 110.27, start(8) = 95.49: 100m is in bucket 8, so 110.27m; × 1.15 = 126.8m
    const advice = adviceFor()
    expect(advice.advised.cpuMilli).toBe(127)
    expect(textsOf(advice, 'cpu')).toEqual([
      '95th percentile of 2880 samples is 111m, and 15 % on top',
      'the 95th and not the 90th: metrics.k8s.io shows instants, short peaks between them are missed',
    ])
  })

  it('leaves out what one sample in fifty shows, and follows what one in ten does', () => {
    expect(cpuWithPeakEach(50)).toBe(127)
    expect(cpuWithPeakEach(10)).toBeGreaterThan(2300)
  })

  it('is no less than 10m, and says so', () => {
    const advice = adviceFor({ usage: usageOver(TWELVE_BY_FIVE, 4, () => ({ cpuMilli: 0, memoryMiB: 300 })) })
    expect(advice.advised.cpuMilli).toBe(10)
    expect(advice.bounds.cpuMilli?.lower).toBe(10)
    expect(textsOf(advice, 'cpu')[0]).toBe('95th percentile of 2880 samples is 10m or less: the floor of 10m')
  })

  it('is never above a limit that stands, and never a limit', () => {
    const advice = adviceFor({ requestNow: { cpuMilli: 50, memoryMiB: 1024 }, limits: { cpuMilli: 110 } })
    expect(advice.advised).toEqual({ cpuMilli: 110, memoryMiB: 345 })
    expect(textsOf(advice, 'cpu')).toContain(
      'held at its CPU limit of 110m, which cuts its use: no request may be above it',
    )
  })

  it('is refused where a container never lives through its first minutes', () => {
    const advice = adviceFor({ usage: { ...steady, cpuSamples: 99 } })
    expect(advice.advised).toEqual({ memoryMiB: 345 })
    expect(textsOf(advice, 'cpu')).toEqual(['too little data: 99 of 100 CPU samples past its first minutes'])
  })
})

describe('advice on memory', () => {
  it('is the highest peak of eight awake days and 15 % (KRR): 300 MiB is 345', () => {
    expect(adviceFor().advised.memoryMiB).toBe(345)
    expect(textsOf(adviceFor(), 'memory')[0]).toBe('the highest of 8 daily peaks is 300Mi, and 15 % on top')
    expect(
      adviceFor({
        usage: usageOver(TWELVE_BY_FIVE, 3, (index) => ({ cpuMilli: 100, memoryMiB: index === 7 ? 800 : 300 })),
      }).advised.memoryMiB,
    ).toBe(920)
  })

  it('is no less than 32 MiB, and says so; VPA would give 250', () => {
    const advice = adviceFor({ usage: usageOver(TWELVE_BY_FIVE, 4, () => ({ cpuMilli: 1, memoryMiB: 9 })) })
    expect(advice.advised.memoryMiB).toBe(32)
    expect(textsOf(advice, 'memory')).toContain('raised to the floor of 32Mi')
  })

  it('raises a limit that stands below it, and no other', () => {
    const advice = adviceFor({ limits: { memoryMiB: 320 } })
    expect(advice.advised).toMatchObject({ memoryMiB: 345, memoryLimitMiB: 345 })
    expect(textsOf(advice, 'memory')).toContain('its memory limit is raised with it to 345Mi')
    expect(adviceFor({ limits: { memoryMiB: 512 } }).advised).not.toHaveProperty('memoryLimitMiB')
  })

  it('of a JVM is no less than its heap needs, however little it uses yet', () => {
    const advice = adviceFor({ words: ['java', '-Xmx600m', '-jar', 'app.jar'] })
    expect(advice.advised.memoryMiB).toBe(800)
    expect(textsOf(advice, 'memory')).toContain(
      'a JVM: no less than 800Mi, for its largest heap of 600 MiB and what the JVM needs beside it',
    )
    expect(textsOf(adviceFor({ env: { JAVA_OPTS: '-XX:MaxRAMPercentage=75' } }), 'memory')).toContainEqual(
      expect.stringContaining('how large its heap may grow is not known'),
    )
  })
})

describe('after a kill for want of memory', () => {
  it.each([
    [300, 400, 'the larger is 100 MiB'],
    [1000, 1200, 'the larger is a fifth'],
  ])('with %d MiB it is %d: %s (VPA)', (hadMiB, memoryMiB) => {
    expect(adviceFor({ ...askingFor(256), usage: killedAt(lastDay, hadMiB) }).advised.memoryMiB).toBe(memoryMiB)
  })

  it('raises the limit that killed it', () => {
    expect(
      adviceFor({ ...askingFor(256), limits: { memoryMiB: 320 }, usage: killedAt(lastDay, 320) }).advised,
    ).toMatchObject({ memoryMiB: 420, memoryLimitMiB: 420 })
  })

  it('is never lowered, and is lowered again when the kill is eight awake days past', () => {
    const advice = adviceFor({ ...askingFor(2048), usage: killedAt(lastDay, 320) })
    expect(advice.advised.memoryMiB).toBe(2048)
    expect(textsOf(advice, 'memory')).toContain('not lowered: it was killed for want of memory in these days')
    expect(adviceFor({ ...askingFor(2048), usage: killedAt(10, 320) }).advised.memoryMiB).toBe(345)
  })

  it('where what it had is not known goes by what it asks for', () => {
    expect(adviceFor({ ...askingFor(1000), usage: killedAt(lastDay, 0) }).advised.memoryMiB).toBe(1200)
  })
})

describe('no advice', () => {
  it.each([
    ['of a container never seen', { usage: undefined }, 'no data: it was never sampled while awake'],
    ['with 13 hours awake', { usage: { ...steady, awakeSeconds: 13 * 3600 } }, 'too little data: 13 of 24 awake hours'],
    [
      'in the first week',
      { usage: over({ days: [0, 1, 2, 3], hours: 12 }, 1) },
      'too little data: 3 of the 7 days of a week',
    ],
  ])('%s, and the reason is said once for both', (_, changes, text) => {
    const advice = adviceFor(changes)
    expect(advice).toMatchObject({ advised: {}, bounds: {}, reasons: [{ about: 'both', kind: 'refused', text }] })
    expect(advice).not.toHaveProperty('microUsdPerMonth')
  })

  it('is given from a whole week with 24 awake hours on', () => {
    expect(
      adviceFor({ usage: { ...steady, firstAt: monday, lastAt: later(monday, 7 * 86_400), awakeSeconds: 86_400 } })
        .advised,
    ).toEqual({ cpuMilli: 127, memoryMiB: 345 })
  })

  it('on a resource that is steered already, and still on the other', () => {
    const byHpa = adviceFor({ steering: [{ by: 'HorizontalPodAutoscaler web', resource: 'cpu' }] })
    expect(byHpa.advised).toEqual({ memoryMiB: 345 })
    expect(textsOf(byHpa, 'cpu')).toEqual(['HorizontalPodAutoscaler web steers its CPU'])
    const byVpa = adviceFor({ steering: [{ by: 'VerticalPodAutoscaler web', resource: 'memory' }] })
    expect(byVpa.advised).toEqual({ cpuMilli: 127 })
    expect(textsOf(byVpa, 'memory')).toEqual(['VerticalPodAutoscaler web steers its memory'])
  })
})

describe('bounds and confidence', () => {
  it('are those of VPA at half the awake days, because instants count half', () => {
    // 10 days of 12 h awake: 5 days of the awake clock, less five minutes; p50 = p95 = 110.27m, × 1.15 = 126.8m
    const days = ((10 * 12 * 3600 - 300) / 86_400) * 0.5
    const { bounds, confidence } = adviceFor({ usage: over(TWELVE_BY_FIVE, 2) })
    expect(confidence).toEqual({ level: 'medium', days: expect.closeTo(days, 9) })
    expect(bounds.cpuMilli).toEqual({
      lower: Math.ceil(126.81 * (1 + 0.001 / days) ** -2),
      upper: Math.ceil(126.81 * (1 + 1 / days)),
    })
  })

  it.each([
    [1, 24, 'low'],
    [3, 24 * 3, 'low'],
    [4, 24 * 4, 'medium'],
    [8, 24 * 8, 'high'],
    [80, 24 * 8, 'high'],
  ])('after %d awake days rest on %d hours: %s', (awakeDays, hours, level) => {
    const advice = adviceFor({ usage: { ...steady, awakeSeconds: awakeDays * 86_400 } })
    expect(advice).toMatchObject({ windowAwakeHours: hours, confidence: { level } })
  })

  it('hold what is advised, whatever was seen', () => {
    const use = fc.record({ cpuMilli: fc.nat(4000), memoryMiB: fc.integer({ min: 1, max: 8000 }) })
    const limit = fc.option(fc.integer({ min: 1, max: 9000 }), { nil: undefined })
    fc.assert(
      fc.property(
        fc.array(use, { minLength: 1, maxLength: 20 }),
        limit,
        limit,
        fc.integer({ min: 1, max: 9000 }),
        fc.boolean(),
        (uses, cpuMilli, memoryMiB, hadMiB, killed) => {
          const usage = usageOver(
            { days: [0, 1, 2, 3, 4, 5, 6], hours: 4 },
            1,
            (index) => uses[index % uses.length] ?? { cpuMilli: 1, memoryMiB: 1 },
          )
          const limits = {
            ...(cpuMilli === undefined ? {} : { cpuMilli }),
            ...(memoryMiB === undefined ? {} : { memoryMiB }),
          }
          const { advised, bounds } = adviceFor({
            limits,
            usage: {
              ...usage,
              lastAt: later(usage.firstAt, 7 * 86_400),
              ...(killed ? { outOfMemory: { at: monday, awakeSeconds: usage.awakeSeconds, memoryMiB: hadMiB } } : {}),
            },
          })
          const [cpu, memory] = [advised.cpuMilli ?? Number.NaN, advised.memoryMiB ?? Number.NaN]
          expect(Number.isInteger(cpu) && Number.isInteger(memory)).toBe(true)
          expect(cpu).toBeLessThanOrEqual(cpuMilli ?? Infinity)
          expect(memory).toBeLessThanOrEqual(advised.memoryLimitMiB ?? memoryMiB ?? Infinity)
          expect(memory).toBeGreaterThanOrEqual(Math.max(...uses.map((one) => one.memoryMiB)))
          for (const [value, bound] of [
            [cpu, bounds.cpuMilli],
            [memory, bounds.memoryMiB],
          ] as const) {
            expect(bound?.lower).toBeLessThanOrEqual(value)
            expect(bound?.upper).toBeGreaterThanOrEqual(value)
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('what it is worth', () => {
  it('is the difference in requests at the split price, for all replicas and the hours awake', () => {
    // (1 − 0.127) core · 33,231 + (1 − 345/1024) GiB · 3,692 = 31,458.8 micro-USD an hour; × 3 replicas × 260 h
    const { microUsdPerMonth, price } = adviceFor()
    expect(microUsdPerMonth).toBe(Math.round((0.873 * 33_231 + (1 - 345 / 1024) * 3692) * 780))
    expect(microUsdPerMonth).toBe(24_537_845)
    expect(price).toEqual({
      instanceType: 'm5.xlarge',
      microUsdPerCoreHour: 33_231,
      microUsdPerGiBHour: 3692,
      split: 'AWS split cost allocation, 9:1',
    })
  })

  it('is negative where it should ask for more', () => {
    expect(adviceFor({ requestNow: { cpuMilli: 10, memoryMiB: 32 } }).microUsdPerMonth).toBeLessThan(0)
  })

  it('counts only what is advised on', () => {
    const steering = [{ by: 'HorizontalPodAutoscaler web', resource: 'cpu' }] as const
    expect(adviceFor({ steering }).microUsdPerMonth).toBe(Math.round((1 - 345 / 1024) * 3692 * 780))
  })

  it('is not said without a price, which is never 0', () => {
    const advice = adviceFor({}, { price: undefined })
    expect(advice).not.toHaveProperty('microUsdPerMonth')
    expect(textsOf(advice, 'both')).toContain('no price is known for its nodes: what it is worth cannot be said')
  })
})

describe('bad and missing data', () => {
  it('are counted in the advice', () => {
    expect(textsOf(adviceFor({ usage: { ...steady, refused: 20, unseenSeconds: 7200 } }), 'both')).toEqual([
      '10.0 days awake, each counted half for confidence: metrics.k8s.io shows instants only',
      '20 of 2900 samples were refused and do not count',
      '2 awake hours went by without a sample and do not count',
    ])
  })
})

describe('advice as a record', () => {
  it('names the workload, the container and what it asks for now', () => {
    expect(adviceFor()).toMatchObject({
      workload: containerWith().workload,
      container: 'web',
      requestNow: { cpuMilli: 1000, memoryMiB: 1024 },
    })
    expect(adviceFor({ sidecar: true }).sidecar).toBe(true)
    expect(adviceFor()).not.toHaveProperty('sidecar')
  })
})
