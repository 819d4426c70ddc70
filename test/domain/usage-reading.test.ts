import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUsage } from '../../lib/domain/usage/read-usage.ts'

describe('usage as metrics.k8s.io writes it', () => {
  it('is read into milli-cores and MiB', () => {
    expect(readUsage({ cpu: '12345678n', memory: '65536Ki' })).toEqual({
      cpuMilli: expect.closeTo(12.345678, 9),
      memoryMiB: 64,
    })
    expect(readUsage({ cpu: '250m', memory: '1Gi' })).toEqual({ cpuMilli: 250, memoryMiB: 1024 })
    expect(readUsage({ cpu: '-5m', memory: '1Mi' })).toEqual({ cpuMilli: expect.closeTo(-5, 9), memoryMiB: 1 })
  })

  it('of nothing is 0 without a unit', () => {
    expect(readUsage({ cpu: '0', memory: '4Ki' })).toEqual({ cpuMilli: 0, memoryMiB: 4 / 1024 })
  })

  it.each([
    [{ cpu: '250', memory: '1Mi' }, 'no-unit', 'cpu usage without a unit: found "250"'],
    [{ cpu: '250m', memory: '314572800' }, 'no-unit', 'memory usage without a unit: found "314572800"'],
    [{ cpu: 250, memory: '1Mi' }, 'no-unit', 'found "250"'],
    [{ cpu: '1e3', memory: '1Mi' }, 'no-unit', 'found "1e3"'],
    [{ cpu: 'NaN', memory: '1Mi' }, 'not-a-number', 'not a cpu usage: found "NaN"'],
    [{ cpu: '5x', memory: '1Mi' }, 'not-a-number', 'found "5x"'],
    [{ cpu: { value: 5 }, memory: '1Mi' }, 'not-a-number', 'found "of type object"'],
    [{ cpu: '5m' }, 'missing', 'no memory usage: found nothing'],
    [{ cpu: '', memory: '1Mi' }, 'missing', 'no cpu usage'],
    [{ cpu: null, memory: '1Mi' }, 'missing', 'no cpu usage'],
    [undefined, 'missing', 'no cpu usage'],
  ])('%j is refused: %s', (usage, reason, text) => {
    expect(readUsage(usage)).toEqual({ reason, text: expect.stringContaining(text) })
  })

  it('never throws and never gives a number that is none', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), fc.anything(), (cpu, memory) => {
        const read = readUsage({ cpu, memory })
        expect('reason' in read || (Number.isFinite(read.cpuMilli) && Number.isFinite(read.memoryMiB))).toBe(true)
      }),
    )
  })
})
