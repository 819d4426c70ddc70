import { describe, expect, it } from 'vitest'
import { brief } from '../../../lib/sandbox/console/brief.ts'

describe('an answer kept for a moment', () => {
  it('serves all who ask within it, and is asked for again after it', async () => {
    const [clock, asked] = [{ ms: 0 }, { times: 0 }]
    const { ask } = brief(async () => (asked.times += 1), 900, () => clock.ms)
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
    clock.ms = 899
    expect(await ask()).toBe(1)
    clock.ms = 900
    expect(await ask()).toBe(2)
  })

  it('is not kept when it is out of date', async () => {
    const asked = { times: 0 }
    const { ask, forget } = brief(async () => (asked.times += 1), 900, () => 0)
    await ask()
    forget()
    expect(await ask()).toBe(2)
  })

  it('is not kept when it failed', async () => {
    const asked = { times: 0 }
    const { ask } = brief(async () => {
      asked.times += 1
      if (asked.times === 1) throw new Error('the table is throttled')
      return asked.times
    }, 900, () => 0)
    await expect(ask()).rejects.toThrow('throttled')
    expect(await ask()).toBe(2)
  })
})
