import { instant, type Instant, later } from '../../lib/domain/time.ts'
import type { ContainerUsage } from '../../lib/domain/usage/container-usage.ts'
import { takeSamples, type UsageInterval, type UsageSample } from '../../lib/domain/usage/take-samples.ts'

/** A Monday morning, when the environment has just become awake. */
export const monday = instant('2026-11-23T08:00:00Z')

/** A sample of web-1, 250m and 300 MiB, of a container that started with the environment, unless told otherwise. */
export const sampleAt = (measuredAt: Instant, changes: Partial<UsageSample> = {}): UsageSample => ({
  pod: 'web-1',
  measuredAt,
  startedAt: monday,
  cpuMilli: 250,
  memoryMiB: 300,
  ...changes,
})

/** One look so many minutes after Monday 08:00, with one ordinary sample unless told otherwise. */
export const lookAfter = (minutes: number, changes: Partial<UsageInterval> = {}): UsageInterval => {
  const at = later(monday, minutes * 60)
  return { at, environmentAwakeSince: monday, samples: [sampleAt(at)], ...changes }
}

/** What is known after these looks. Throws when none had a sample to take. */
export const usageAfter = (...looks: readonly UsageInterval[]): ContainerUsage => {
  const usage = looks.reduce<ContainerUsage | undefined>((before, look) => takeSamples(before, look).usage, undefined)
  if (usage === undefined) throw new Error('no look had a sample to take: expected at least one')
  return usage
}

/** A schedule: on which days from Monday on (0–6), from when, for how many hours. */
export interface Awake {
  readonly days: readonly number[]
  readonly hours: number
}

/** The instants of a look each five minutes over so many weeks of a schedule, each with the wake before it. */
export const looks = (
  { days, hours }: Awake,
  weeks: number,
): readonly { readonly at: Instant; readonly since: Instant }[] =>
  Array.from({ length: weeks * 7 }, (_, day) => day)
    .filter((day) => days.includes(day % 7))
    .flatMap((day) => {
      const since = later(monday, day * 86_400)
      return Array.from({ length: hours * 12 }, (_, index) => ({ at: later(since, (index + 1) * 300), since }))
    })

export const TWELVE_BY_FIVE: Awake = { days: [0, 1, 2, 3, 4], hours: 12 }

/** What is known after weeks of a schedule in which the nth look showed this. */
export const usageOver = (
  schedule: Awake,
  weeks: number,
  nth: (index: number) => { readonly cpuMilli: number; readonly memoryMiB: number },
): ContainerUsage =>
  usageAfter(
    ...looks(schedule, weeks).map(({ at, since }, index) => ({
      at,
      environmentAwakeSince: since,
      samples: [sampleAt(at, { startedAt: since, ...nth(index) })],
    })),
  )
