import { expect, it } from 'vitest'
import { chaosTest } from './chaos-test.ts'

it('keeps the laws while workers die and hang, calls fail, messages come twice and late, and people act against it', { timeout: 300_000 }, async () => {
  expect(await chaosTest(3)).toEqual([])
})
