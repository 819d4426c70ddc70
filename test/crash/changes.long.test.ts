import { expect, it } from 'vitest'
import { crashTest } from './crash-test.ts'

it('loses nothing and comes to the same end when its worker is killed at any change, before it is handled or after it took effect', { timeout: 600_000 }, async () => {
  expect(await crashTest('every change')).toEqual([])
})
