import { expect, it } from 'vitest'
import { instant, later } from '../../lib/domain/time.ts'
import { replay, type ReplayTerms, type RequestsFrom } from './replay.ts'

const START = instant('2026-11-23T00:00:00Z')

/** Requests in each five minutes of a day, by hour. */
const day = (requestsAt: (hour: number) => number): readonly RequestsFrom[] =>
  Array.from({ length: 288 }, (_, index) => ({ at: later(START, index * 300), requests: requestsAt(Math.floor(index / 12)) }))

const terms: ReplayTerms = { hours: 'always', belowPerMinute: 1, afterSeconds: 3600, stayAwakeSeconds: 7200, wakeSeconds: 150, reclaimSeconds: 300 }

it('never sleeps where the rate is reached in each hour', () => {
  expect(replay(day(() => 5), terms)).toMatchObject({ asleepHours: 0, sleeps: 0, waited: 0 })
})

it('sleeps once an hour was quiet, until somebody comes, who waits for the wake', () => {
  const { asleepHours, offHours, sleeps, wakesOnRequest, waited, waitSeconds } = replay(day((hour) => (hour === 12 ? 50 : 0)), terms)
  // From a look after one o'clock until noon; after two hours of lease again, to the end.
  expect([sleeps, wakesOnRequest]).toEqual([2, 1])
  expect(asleepHours).toBeGreaterThan(18)
  expect(asleepHours - offHours).toBeCloseTo((2 * 300) / 3600, 5)
  expect([waited > 0, waitSeconds.most]).toEqual([true, 150])
})

it('lets those who are too few meet the page, and sleeps on', () => {
  expect(replay(day((hour) => (hour < 2 ? 0 : 1)), terms)).toMatchObject({ wakesOnRequest: 0, sleeps: 1 })
})

it('is ready when the hours open, and asleep when they are shut', () => {
  const { wakesByHours, asleepHours } = replay(day(() => 5), { ...terms, hours: 'Mon-Fri 08:00-19:00', belowPerMinute: 2 })
  expect(wakesByHours).toBe(1)
  expect(asleepHours).toBeGreaterThan(12)
})
