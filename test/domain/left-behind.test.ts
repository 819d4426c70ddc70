import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leftBehind, strandedPools } from '../../lib/domain/left-behind.ts'
import { strandedOf } from '../../lib/domain/stranded.ts'
import { poolWith } from './build-cluster.ts'

const asleep = (...ids: readonly string[]) => ids.map((id) => ({ id, phase: 'asleep' as const }))
const node = (name: string, microUsdPerHour?: number) => ({ node: name, why: 'not Ready', ...(microUsdPerHour === undefined ? {} : { microUsdPerHour }) })
const strandedFor = (ids: readonly string[], ...nodes: ReturnType<typeof node>[]) => strandedOf(nodes, ids.map((id) => ({ id, asked: undefined })))

const poolOf = (name: string, ids: readonly string[], ...nodes: ReturnType<typeof node>[]) => {
  const stranded = strandedFor(ids, ...nodes)
  return poolWith({ name, ...(stranded === undefined ? {} : { stranded }) })
}

describe('what an environment left on the bill', () => {
  it('is told node by node, with its pool, why it stays, and its part of the price where others sleep there too', () => {
    const pools = [poolOf('memory', ['us-dev/shop'], node('m-1', 504_000)), poolOf('workers', ['us-dev/shop', 'us-dev/blog'], node('w-1', 192_000), node('w-2'))]
    expect(leftBehind(asleep('us-dev/shop', 'us-dev/blog'), pools)).toEqual([
      {
        environment: 'us-dev/blog', nodes: 2, unpriced: 1, microUsdPerHour: 96_000,
        dearest: [
          { node: 'w-1', why: 'not Ready', microUsdPerHour: 192_000, pool: 'us-dev/workers', sharedWith: ['us-dev/shop'], partMicroUsdPerHour: 96_000 },
          { node: 'w-2', why: 'not Ready', pool: 'us-dev/workers', sharedWith: ['us-dev/shop'] },
        ],
      },
      expect.objectContaining({ environment: 'us-dev/shop', nodes: 3, unpriced: 1, microUsdPerHour: 600_000 }),
    ])
  })

  it('is nothing once somebody who sleeps on the pool is on the way up, or is gone', () => {
    const pools = [poolOf('workers', ['us-dev/shop', 'us-dev/blog'], node('w-1', 192_000))]
    expect(leftBehind([...asleep('us-dev/shop'), { id: 'us-dev/blog', phase: 'waking' }], pools)).toEqual([])
    expect(leftBehind(asleep('us-dev/shop'), pools)).toEqual([])
    expect(leftBehind(asleep('us-dev/shop'), [poolWith()])).toEqual([])
    expect(strandedPools([...asleep('us-dev/shop'), { id: 'us-dev/blog', phase: 'waking' }], pools)).toEqual([])
    expect(strandedPools(asleep('us-dev/shop', 'us-dev/blog'), [...pools, poolWith()])).toEqual(pools)
  })

  it('adds up over all environments to what the nodes cost', () => {
    const asked = fc.option(fc.record({ cpuMilli: fc.nat(64_000), memoryMiB: fc.nat(256_000) }), { nil: undefined })
    fc.assert(fc.property(fc.array(asked, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(5_000_000), { minLength: 1, maxLength: 30 }), (all, prices) => {
      const ids = all.map((_, index) => `us-dev/e${index}`)
      const stranded = strandedOf(prices.map((price, index) => node(`n-${index}`, price)), ids.map((id, index) => ({ id, asked: all[index] })))
      const left = leftBehind(asleep(...ids), [poolWith(stranded === undefined ? {} : { stranded })])
      expect(left.reduce((sum, { microUsdPerHour }) => sum + microUsdPerHour, 0)).toBe(prices.reduce((sum, price) => sum + price, 0))
    }))
  })
})
