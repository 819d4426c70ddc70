import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poolTag, readPoolTag } from '../../lib/domain/pool.ts'

const originals = fc.record({ minSize: fc.nat(1000), desiredSize: fc.nat(1000), maxSize: fc.nat(1000), rebalancing: fc.boolean() })

describe('the original of a pool as a tag', () => {
  it('says what a person can put back by hand', () => {
    expect(poolTag({ minSize: 2, desiredSize: 5, maxSize: 8, rebalancing: true })).toBe('min=2 desired=5 max=8 rebalancing=on')
  })

  it('is read back as it was, and consists of what AWS allows in a tag', () => {
    fc.assert(fc.property(originals, (original) => {
      const tag = poolTag(original)
      expect(readPoolTag(tag)).toEqual(original)
      expect(tag).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u)
    }))
  })

  it.each(['', 'min=2', 'min=2 desired=5 max=8', 'min=-1 desired=5 max=8 rebalancing=on', 'min=2 desired=5 max=8 rebalancing=maybe', ' min=2 desired=5 max=8 rebalancing=on'])(
    'takes "%s" for no original',
    (tag) => expect(readPoolTag(tag)).toBeUndefined(),
  )
})
