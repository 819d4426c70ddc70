import { expect, it } from 'vitest'
import { crashTest } from './crash-test.ts'

it('ends the sleep and the wake of a whole cluster alike when its workers are killed at any call of it, before it is handled or after it took effect', { timeout: 3_600_000 }, async () => {
  expect(await crashTest('every call', 'whole')).toEqual([])
})
