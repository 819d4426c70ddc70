import { expect, it } from 'vitest'
import { crashTest } from './crash-test.ts'

it('loses nothing and comes to the same end when its worker is killed at any call, before it is handled or after it took effect', { timeout: 1_200_000 }, async () => {
  expect(await crashTest('every call')).toEqual([])
})
