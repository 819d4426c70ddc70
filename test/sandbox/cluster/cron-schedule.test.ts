import { describe, expect, it } from 'vitest'
import { instant, iso } from '../../../lib/domain/time.ts'
import { parseCron } from '../../../lib/sandbox/cluster/cron-schedule.ts'

const next = (schedule: string, after: string, zone = 'Etc/UTC'): string | undefined => {
  const parsed = parseCron(schedule, zone)
  if ('error' in parsed) throw new Error(parsed.error)
  const due = parsed.next(instant(after))
  return due === undefined ? undefined : iso(due)
}

describe('the next due time', () => {
  it.each([
    ['*/15 * * * *', '2026-11-23T08:00:00Z', '2026-11-23T08:15:00Z'],
    ['0 8 * * 1-5', '2026-11-20T08:00:00Z', '2026-11-23T08:00:00Z'],
    ['30 4 1,15 * 5', '2026-11-02T00:00:00Z', '2026-11-06T04:30:00Z'],
    ['0 0 29 feb *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['@hourly', '2026-11-23T08:00:01Z', '2026-11-23T09:00:00Z'],
    ['5/20 3 * * sun', '2026-11-23T00:00:00Z', '2026-11-29T03:05:00Z'],
  ])('of "%s" after %s is %s', (schedule, after, due) => {
    expect(next(schedule, after)).toBe(due)
  })

  it('follows the wall clock of its zone over a change of summer time', () => {
    expect(next('0 8 * * *', '2026-10-24T12:00:00Z', 'Europe/Paris')).toBe('2026-10-25T07:00:00Z')
    expect(next('0 8 * * *', '2026-03-28T12:00:00Z', 'Europe/Paris')).toBe('2026-03-29T06:00:00Z')
  })

  it('leaves out a time that does not exist on the day of the change', () => {
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Paris')).toBe('2026-03-30T00:30:00Z')
  })

  it('is none for a day that never comes', () => {
    expect(next('0 0 31 2 *', '2026-11-23T08:00:00Z')).toBeUndefined()
  })
})

it.each([
  ['* * * *', 'Etc/UTC', 'schedule'],
  ['61 * * * *', 'Etc/UTC', 'schedule'],
  ['5-1 * * * *', 'Etc/UTC', 'schedule'],
  ['*/0 * * * *', 'Etc/UTC', 'schedule'],
  ['* * * * *', 'Mars/Olympus', 'timeZone'],
])('blames the right field of "%s" in %s', (schedule, zone, field) => {
  expect(parseCron(schedule, zone)).toMatchObject({ field })
})
