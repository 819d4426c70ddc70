import { type Instant, iso, secondsBetween } from '../time.ts'
import { CPU_BUCKETS } from './buckets.ts'
import {
  awakeDay,
  type ContainerUsage,
  memoryPeak,
  type MemoryPeak,
  type OutOfMemory,
  recentOutOfMemory,
  WINDOW_DAYS,
} from './container-usage.ts'
import { addSamples, EMPTY } from './histogram.ts'
import type { BadReading } from './read-usage.ts'

/** What one pod's container used when it was measured. */
export interface UsageSample {
  readonly pod: string
  readonly measuredAt: Instant
  /** When the container started. */
  readonly startedAt: Instant
  readonly cpuMilli: number
  readonly memoryMiB: number
}

/** A container of a pod was killed for want of memory. */
interface OutOfMemoryKill {
  readonly pod: string
  readonly at: Instant
  /** Its memory limit then; undefined: it had none. */
  readonly limitMiB?: number
}

/** One look at all pods of a workload, of one of their containers. */
export interface UsageInterval {
  readonly at: Instant
  /** Since when its environment is awake; undefined: it is not, and nothing is taken. */
  readonly environmentAwakeSince: Instant | undefined
  readonly samples: readonly UsageSample[]
  /** What `readUsage` could not read, so that it is counted with the rest. */
  readonly unreadable?: readonly RefusedSample[]
  readonly kills?: readonly OutOfMemoryKill[]
}

/** Why a sample was not taken. */
type Refusal = BadReading['reason'] | 'asleep' | 'negative' | 'no-memory' | 'impossible' | 'future' | 'old'

/** A sample that was not taken: of which pod, why, and the same in words. */
interface RefusedSample {
  readonly pod: string
  readonly reason: Refusal
  readonly text: string
}

/** What a look came to. */
export interface Taken {
  /** Undefined while there was never a sample to take. */
  readonly usage: ContainerUsage | undefined
  readonly refused: readonly RefusedSample[]
  /** Samples whose CPU was left out because their container had just started; their memory counts. */
  readonly warmingUp: number
}

/**
 * For so long after its start, or after its environment woke, a container's CPU is left out: class loading, JIT and
 * cold caches would be taken for its work, and a sleeper starts once a day. Source: the HPA's CPU initialization
 * period, 5 min.
 */
export const WARM_UP_SECONDS = 5 * 60

/** A gap between two looks counts as awake time up to here; what is longer was not watched and is no experience. */
export const LONGEST_GAP_SECONDS = 30 * 60

/** How far a cluster's clock may be ahead of ours. */
const CLOCK_SKEW_SECONDS = 60

/** The last instant a Date can name, in the year 275760. */
const LAST_INSTANT = 8.64e15

/** More than the largest EC2 instance has (u7inh-32tb: 1,920 vCPU, 32 TiB): a wrong unit, not a use. */
const MOST_CPU_MILLI = 1_920_000
const MOST_MEMORY_MIB = 32 * 2 ** 20

/**
 * Takes what one look showed into what is known of a container. The order of the samples does not matter; a look taken
 * before, or out of turn, changes nothing. Bad samples are refused with the reason and counted, never thrown.
 */
export const takeSamples = (before: ContainerUsage | undefined, given: UsageInterval): Taken => {
  const interval = inWholeMilliseconds(given)
  const { at, environmentAwakeSince: awakeSince } = interval
  const judged = interval.samples.map((sample) => ({ sample, refused: refusal(sample, interval, before?.lastAt) }))
  const refused = [...(interval.unreadable ?? []), ...judged.flatMap((one) => one.refused ?? [])]
  const good = judged.flatMap(({ sample, refused: bad }) => (bad === undefined ? [sample] : []))
  const kills = (interval.kills ?? []).filter((kill) => isNewKill(kill, interval, before?.outOfMemory))
  if (awakeSince === undefined || awakeSince > at || (before !== undefined && at <= before.lastAt)) {
    return { usage: before, refused, warmingUp: 0 }
  }
  if (good.length + kills.length === 0) {
    return { usage: before && { ...before, refused: before.refused + refused.length }, refused, warmingUp: 0 }
  }
  const clock = advance(before ?? fresh(at), awakeSince, at)
  const warm = good.filter(
    ({ measuredAt, startedAt }) =>
      secondsBetween(startedAt > awakeSince ? startedAt : awakeSince, measuredAt) >= WARM_UP_SECONDS,
  )
  const memoryPeaks = addPeak(clock.memoryPeaks, awakeDay(clock.awakeSeconds), good)
  const outOfMemory = addKills({ ...clock, memoryPeaks }, kills)
  return {
    usage: {
      ...clock,
      cpu: addSamples(
        clock.cpu,
        CPU_BUCKETS,
        warm.map(({ cpuMilli }) => cpuMilli),
        clock.awakeSeconds,
      ),
      cpuSamples: clock.cpuSamples + warm.length,
      memoryPeaks,
      ...(outOfMemory === undefined ? {} : { outOfMemory }),
      taken: clock.taken + good.length,
      refused: clock.refused + refused.length,
    },
    refused,
    warmingUp: good.length - warm.length,
  }
}

const fresh = (at: Instant): ContainerUsage => ({
  firstAt: at,
  lastAt: at,
  awakeSeconds: 0,
  unseenSeconds: 0,
  cpu: EMPTY,
  cpuSamples: 0,
  memoryPeaks: [],
  taken: 0,
  refused: 0,
})

/** The record holds whole milliseconds, so what is compared with it has to. */
const inWholeMilliseconds = (interval: UsageInterval): UsageInterval => ({
  ...interval,
  at: whole(interval.at),
  samples: interval.samples.map((sample) => ({ ...sample, measuredAt: whole(sample.measuredAt) })),
  kills: (interval.kills ?? []).map((kill) => ({ ...kill, at: whole(kill.at) })),
})

const whole = (at: Instant): Instant => Math.floor(at) as Instant

const refusal = (
  sample: UsageSample,
  { at, environmentAwakeSince }: UsageInterval,
  lastAt: Instant | undefined,
): RefusedSample | undefined => {
  const { pod, measuredAt, startedAt, cpuMilli, memoryMiB } = sample
  const refuse = (reason: Refusal, text: string): RefusedSample => ({ pod, reason, text: `${pod}: ${text}` })
  if (!isInstant(measuredAt) || !isInstant(startedAt) || !Number.isFinite(cpuMilli) || !Number.isFinite(memoryMiB)) {
    return refuse(
      'not-a-number',
      `found ${cpuMilli} milli-cores and ${memoryMiB} MiB, expected numbers and the instants they belong to`,
    )
  }
  if (secondsBetween(at, measuredAt) > CLOCK_SKEW_SECONDS) {
    return refuse('future', `measured at ${iso(measuredAt)}, which is after ${iso(at)}`)
  }
  if (environmentAwakeSince === undefined || measuredAt < environmentAwakeSince) {
    return refuse('asleep', `measured at ${iso(measuredAt)}, while its environment was not awake`)
  }
  if (lastAt !== undefined && measuredAt <= lastAt) {
    return refuse('old', `measured at ${iso(measuredAt)}, not after the last look at ${iso(lastAt)}`)
  }
  if (cpuMilli < 0 || memoryMiB < 0) {
    return refuse('negative', `found ${cpuMilli} milli-cores and ${memoryMiB} MiB, expected no less than 0`)
  }
  if (memoryMiB === 0) return refuse('no-memory', 'found 0 MiB, which no running container uses: it was not measured')
  if (cpuMilli > MOST_CPU_MILLI || memoryMiB > MOST_MEMORY_MIB) {
    return refuse('impossible', `found ${cpuMilli} milli-cores and ${memoryMiB} MiB, more than any node has`)
  }
  return undefined
}

const isInstant = (at: Instant): boolean => at >= 0 && at <= LAST_INSTANT

/** The awake clock goes on by the time since the last look, or since the wake where that is later. */
const advance = (before: ContainerUsage, awakeSince: Instant, at: Instant): ContainerUsage => {
  const elapsedSeconds = Math.max(
    0,
    Math.round(secondsBetween(awakeSince > before.lastAt ? awakeSince : before.lastAt, at)),
  )
  const seenSeconds = Math.min(elapsedSeconds, LONGEST_GAP_SECONDS)
  return {
    ...before,
    lastAt: at,
    awakeSeconds: before.awakeSeconds + seenSeconds,
    unseenSeconds: before.unseenSeconds + elapsedSeconds - seenSeconds,
  }
}

const addPeak = (
  before: readonly MemoryPeak[],
  day: number,
  samples: readonly UsageSample[],
): readonly MemoryPeak[] => {
  const kept = before.filter((peak) => peak.day > day - WINDOW_DAYS && peak.day < day)
  const today = before.find((peak) => peak.day === day)
  const memoryMiB = samples.reduce((most, sample) => Math.max(most, Math.ceil(sample.memoryMiB)), today?.memoryMiB ?? 0)
  return memoryMiB === 0 ? kept : [...kept, { day, memoryMiB }]
}

const isNewKill = ({ at }: OutOfMemoryKill, interval: UsageInterval, last: OutOfMemory | undefined): boolean =>
  isInstant(at) && secondsBetween(interval.at, at) <= CLOCK_SKEW_SECONDS && (last === undefined || at > last.at)

const addKills = (usage: ContainerUsage, kills: readonly OutOfMemoryKill[]): OutOfMemory | undefined => {
  const known = recentOutOfMemory(usage)
  if (kills.length === 0) return known
  const had = kills.map(({ limitMiB }) =>
    limitMiB !== undefined && Number.isFinite(limitMiB) && limitMiB > 0
      ? Math.ceil(limitMiB)
      : (memoryPeak(usage) ?? 0),
  )
  const at = kills.reduce(
    (latest, kill) => (kill.at > latest ? kill.at : latest),
    known?.at ?? kills[0]?.at ?? usage.lastAt,
  )
  return { at, awakeSeconds: usage.awakeSeconds, memoryMiB: Math.max(known?.memoryMiB ?? 0, ...had) }
}
