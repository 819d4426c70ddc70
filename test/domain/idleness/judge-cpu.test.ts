import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CpuUse } from '../../../lib/domain/idleness/doings.ts'
import { judgeCpu, type QuietCpu } from '../../../lib/domain/idleness/judge-cpu.ts'
import { instant, type Instant, iso, later } from '../../../lib/domain/time.ts'
import { doingsOf } from './build-doings.ts'

const WOKE = instant('2026-11-23T08:00:00Z')
const after = (minutes: number): Instant => later(WOKE, minutes * 60)
const WATCHED = { afterSeconds: 45 * 60, belowMilli: 50, awakeSince: WOKE, lookSeconds: 15 * 60 }

/** One look after the other, by the minute since it woke; what the last one came to. */
const looks = (uses: readonly (readonly [minute: number, cpu: CpuUse | number])[], watched = WATCHED) => {
  let quiet: QuietCpu | undefined
  let last: ReturnType<typeof judgeCpu> | undefined
  for (const [minute, cpu] of uses) {
    const use = typeof cpu === 'number' ? { milli: cpu, measuredAt: after(minute) } : cpu
    last = judgeCpu(watched, quiet, new Map([['shop', doingsOf({ cpu: use })]]), after(minute))
    quiet = last.quiet
  }
  return last?.verdict
}

describe('the CPU of an environment', () => {
  it('is idle once looks without a gap covered the whole time, each below the threshold', () => {
    expect(looks([[5, 10], [20, 30.25], [35, 12]])).toEqual({ seen: 'unknown', why: `CPU: looked at without a gap since ${iso(after(5))}, not yet for 45m` })
    expect(looks([[5, 10], [20, 30.25], [35, 12], [50, 9]])).toEqual({ seen: 'idle', why: `at most 30.3m of CPU since ${iso(after(5))}, below 50m` })
  })

  it('is active at the threshold, and counts anew from then on', () => {
    expect(looks([[5, 10], [20, 50]])).toEqual({ seen: 'active', why: '50m of CPU in use' })
    expect(looks([[5, 10], [20, 50], [35, 1], [50, 1], [65, 1]])).toMatchObject({ seen: 'unknown' })
    expect(looks([[5, 10], [20, 50], [35, 1], [50, 1], [65, 1], [80, 1]])).toMatchObject({ seen: 'idle' })
  })

  it('adds up its namespaces', () => {
    const found = new Map([['shop', doingsOf({ cpu: { milli: 30 } })], ['jobs', doingsOf({ cpu: { milli: 20 } })]])
    expect(judgeCpu(WATCHED, undefined, found, WOKE).verdict).toEqual({ seen: 'active', why: '50m of CPU in use' })
  })

  it('takes a look that is late by a tick and a queue, and no more', () => {
    expect(looks([[0, 1], [18, 1], [36, 1], [54, 1]])).toMatchObject({ seen: 'idle' })
    expect(looks([[0, 1], [15, 1], [34, 1], [49, 1]])).toMatchObject({ seen: 'unknown', why: expect.stringContaining(iso(after(34))) })
  })

  it('does not go on from looks of another waking, or at another threshold that they did not meet', () => {
    const quiet: QuietCpu = { since: WOKE, at: after(50), mostMilli: 30 }
    const now = after(60)
    const found = new Map([['shop', doingsOf({ cpu: { milli: 1 } })]])
    expect(judgeCpu(WATCHED, quiet, found, now).verdict.seen).toBe('idle')
    expect(judgeCpu({ ...WATCHED, awakeSince: after(55) }, quiet, found, now).quiet?.since).toBe(now)
    expect(judgeCpu({ ...WATCHED, belowMilli: 30 }, quiet, found, now).quiet?.since).toBe(now)
  })

  it.each<readonly [CpuUse, string]>([
    [{ problem: 'nothing was measured of pod web-1' }, 'CPU: shop: nothing was measured of pod web-1'],
    [{ milli: Number.NaN }, 'CPU: shop: found NaN milli-cores, expected a number of 0 or more'],
    [{ milli: -1 }, 'CPU: shop: found -1 milli-cores, expected a number of 0 or more'],
    [{ milli: 1, measuredAt: after(60) }, `CPU: shop: last measured at ${iso(after(60))}, more than 3m ago`],
  ])('is unknown, and says which and why: %#', (cpu, why) => {
    expect(looks([[5, 1], [20, 1], [35, 1], [50, 1], [64, cpu]])).toEqual({ seen: 'unknown', why })
  })

  it('is unknown where nothing was looked at', () => {
    expect(judgeCpu(WATCHED, undefined, new Map(), WOKE).verdict).toEqual({ seen: 'unknown', why: 'CPU: no namespace was looked at' })
  })
})

const gap: fc.Arbitrary<CpuUse | 'missed'> = fc.constantFrom<CpuUse | 'missed'>('missed', { problem: 'away' }, { milli: Number.NaN }, { milli: 0, measuredAt: WOKE })

describe('whatever the looks', () => {
  it('no gap in the whole time ever gives idle', () => {
    fc.assert(fc.property(fc.integer({ min: 5, max: 180 }), fc.integer({ min: 5, max: 15 }), fc.nat(), gap, (minutes, each, seed, what) => {
      const watched = { ...WATCHED, afterSeconds: minutes * 60, lookSeconds: each * 60 }
      const count = Math.ceil(minutes / each) + 1
      // The first look is after the last one could be stale, so that a measurement of the wake is.
      const complete = Array.from({ length: count }, (_, index) => [10 + index * each, 1] as const)
      expect(looks(complete, watched)?.seen).toBe('idle')
      const at = seed % count
      const holed = complete.flatMap(([minute, cpu], index): readonly (readonly [number, CpuUse | number])[] =>
        (index !== at ? [[minute, cpu]] : what === 'missed' ? [] : [[minute, what]]))
      // One that was missed at either end leaves too short a time.
      expect(looks(holed, watched)?.seen ?? 'unknown').toBe('unknown')
    }))
  })
})
