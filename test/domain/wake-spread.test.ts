import { describe, expect, it } from 'vitest'
import { wakeSpreadSeconds } from '../../lib/domain/wake-spread.ts'

const ids = Array.from({ length: 100 }, (_, index) => `us-dev/team-${index}`)

describe('the spread of planned wakes', () => {
  it('is none for an environment that is alone in its cluster', () => {
    expect(wakeSpreadSeconds('us-dev/checkout', 1)).toBe(0)
  })

  it('is even over the environments of a cluster: no ten seconds have more than ten of a hundred', () => {
    const begins = ids.map((id) => wakeSpreadSeconds(id, ids.length))
    expect(Math.max(...begins)).toBeLessThan(297)
    const inSlot = Map.groupBy(begins, (seconds) => Math.floor(seconds / 10))
    expect(Math.max(...[...inSlot.values()].map(({ length }) => length))).toBeLessThanOrEqual(10)
  })

  it('never begins a wake more than ten minutes earlier', () => {
    expect(Math.max(...ids.map((id) => wakeSpreadSeconds(id, 10_000)))).toBeLessThan(600)
  })

  it('is the same every day', () => {
    expect(ids.map((id) => wakeSpreadSeconds(id, 100))).toEqual(ids.map((id) => wakeSpreadSeconds(id, 100)))
  })
})
