import { expect, it } from 'vitest'
import { crashTest } from './crash-test.ts'

it('breaks off no drain and loses no node when its worker is killed at any call of it, before it is handled or after it took effect', { timeout: 1_200_000 }, async () => {
  expect(await crashTest('every call', 'drain')).toEqual([])
})
