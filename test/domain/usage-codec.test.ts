import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { type ContainerUsage, cpuPercentile, memoryPercentile } from '../../lib/domain/usage/container-usage.ts'
import { takeSamples } from '../../lib/domain/usage/take-samples.ts'
import { decodeUsage, encodeUsage } from '../../lib/domain/usage/usage-codec.ts'
import { lookAfter, monday, sampleAt, TWELVE_BY_FIVE, usageAfter, usageOver } from './build-usage.ts'

const anyUsage: fc.Arbitrary<ContainerUsage> = fc
  .array(
    fc.record({
      gapMinutes: fc.integer({ min: 1, max: 600 }),
      cpuMilli: fc.oneof(fc.nat(400), fc.nat(1_900_000)),
      memoryMiB: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
      killed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((steps) => {
    let minutes = 0
    return usageAfter(
      ...steps.map(({ gapMinutes, cpuMilli, memoryMiB, killed }) => {
        const look = lookAfter((minutes += gapMinutes))
        return {
          ...look,
          samples: [sampleAt(look.at, { cpuMilli, memoryMiB })],
          ...(killed ? { kills: [{ pod: 'web-1', at: later(look.at, -1), limitMiB: memoryMiB }] } : {}),
        }
      }),
    )
  })

describe('a record of usage', () => {
  it('reads back exactly as it was written, and so has the same percentiles', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const read = decodeUsage(encodeUsage(usage))
        expect(read).toEqual(usage)
        for (const share of [0.5, 0.9, 0.95, 1]) {
          expect(cpuPercentile(read, share)).toBe(cpuPercentile(usage, share))
          expect(memoryPercentile(read, share)).toBe(memoryPercentile(usage, share))
        }
      }),
    )
  })

  it('goes on from what was read as from what was kept in mind', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const at = later(usage.lastAt, 300)
        const look = { at, environmentAwakeSince: monday, samples: [sampleAt(at)] }
        expect(takeSamples(decodeUsage(encodeUsage(usage)), look)).toEqual(takeSamples(usage, look))
      }),
    )
  })

  it('takes under 400 bytes for a month of a busy container, and under 1.5 kB where CPU is all over the place', () => {
    const busy = usageOver(TWELVE_BY_FIVE, 4, (index) => ({
      cpuMilli: 100 + 400 * ((index * 0.618) % 1),
      memoryMiB: 300 + (index % 50),
    }))
    const wild = usageOver(TWELVE_BY_FIVE, 4, (index) => ({
      cpuMilli: 1.0002 ** ((index * 271) % 57_600),
      memoryMiB: 300 + (index % 50),
    }))

    expect(encodeUsage(busy).length).toBeLessThan(400)
    expect(wild.cpu.weights.length).toBeGreaterThan(120)
    expect(encodeUsage(wild).length).toBeLessThan(1500)
  })

  it('names its version, and one of another is not read as if it were known', () => {
    const text = encodeUsage(usageAfter(lookAfter(10)))
    expect(text).toMatch(/^1;/)
    for (const bad of [
      text.replace(/^1/, '2'),
      '',
      '1',
      `${text};`,
      text.replaceAll(',', '.'),
      text.slice(0, 5),
      '{}',
    ]) {
      expect(() => decodeUsage(bad)).toThrow(/^not a usage record: found ".*", expected version 1/)
    }
  })
})
