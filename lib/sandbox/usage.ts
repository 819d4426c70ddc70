import { type Instant, secondsBetween } from '../domain/time.ts'
import type { Dice } from './dice.ts'

/** How a workload uses what it asks for. */
export const USAGE_HABITS = ['over-requested', 'fitting', 'under-requested', 'growing', 'out-of-memory'] as const
export type UsageHabit = (typeof USAGE_HABITS)[number]

/** A container that runs, and what it may have. What its manifest leaves open is undefined. */
export interface RunningContainer {
  readonly cluster: string
  readonly namespace: string
  /** Name of the Deployment, StatefulSet, … at the top of its owners. */
  readonly workload: string
  readonly pod: string
  readonly container: string
  readonly startedAt: Instant
  readonly cpuRequestMilli: number | undefined
  readonly cpuLimitMilli: number | undefined
  readonly memoryRequestBytes: number | undefined
  readonly memoryLimitBytes: number | undefined
}

/** What a container uses at an instant. */
interface ContainerUsage {
  readonly cpuNanocores: number
  readonly memoryBytes: number
}

/** What the containers of a cluster use: the same for the same seed, container and instant. */
export interface UsageModel {
  usage(container: RunningContainer, at: Instant): ContainerUsage
  /** Seconds from its start until the kernel ends it for its memory; undefined: never. */
  outOfMemoryAfterSeconds(container: RunningContainer): number | undefined
}

/** The fixed traits of one container of a workload. Shares are of the request. */
interface Traits {
  readonly habit: UsageHabit
  readonly cpuShare: number
  readonly memoryShare: number
  readonly peakHour: number
  /** CPU on top while it starts, as a share of the request. */
  readonly startShare: number
}

/** From a share of the request to another. */
type Shares = readonly [low: number, high: number]

/** CPU at the busiest time of day and memory, by habit. 1/5 to 1/3: asks for 3 to 5 times too much. */
const SHARES: Readonly<Record<UsageHabit, { readonly cpu: Shares; readonly memory: Shares }>> = {
  'over-requested': { cpu: [1 / 5, 1 / 3], memory: [1 / 5, 1 / 3] },
  fitting: { cpu: [0.55, 0.8], memory: [0.6, 0.8] },
  'under-requested': { cpu: [1.2, 1.6], memory: [1.05, 1.3] },
  growing: { cpu: [0.4, 0.7], memory: [0.35, 0.45] },
  'out-of-memory': { cpu: [0.4, 0.7], memory: [0.5, 0.6] },
}

/** Of what asks for nothing: a small agent's needs. */
const UNASKED = { cpuMilli: 20, memoryBytes: 40 * 2 ** 20 }

const START_SECONDS = 180
const GROWTH_PER_HOUR = 0.01
const GROWTH_ENDS_AT_SHARE = 2
/** What the kernel leaves a container that is not to be ended, as a share of its limit. */
const BELOW_LIMIT = 0.97
const NIGHT_SHARE = 0.3
const WEEKEND_SHARE = 0.5
const OUT_OF_MEMORY_SECONDS = [4 * 3600, 9 * 3600] as const
const PAGE_BYTES = 4096

/**
 * How the containers of a simulated cluster use CPU and memory. `habits` names workloads as `namespace/name`; of the
 * others most ask for three to five times too much, some for what they need, a few for too little. Only a workload
 * named so runs out of memory, and only where it has a memory limit.
 */
export const usageModel = (roll: Dice, habits: Readonly<Record<string, UsageHabit>> = {}): UsageModel => {
  const known = new Map<string, Traits>()
  const traitsOf = ({ cluster, namespace, workload, container }: RunningContainer): Traits => {
    const key = [cluster, namespace, workload, container] as const
    const found = known.get(key.join('/'))
    if (found !== undefined) return found
    const habit = habits[`${namespace}/${workload}`] ?? habitByChance(roll(0, 100, 'habit', cluster, namespace, workload))
    const { cpu, memory } = SHARES[habit]
    const traits = {
      habit,
      cpuShare: roll(...cpu, 'cpu', ...key),
      memoryShare: roll(...memory, 'memory', ...key),
      peakHour: roll(9, 16, 'peak hour', ...key),
      startShare: roll(1, 2, 'start', ...key),
    }
    known.set(key.join('/'), traits)
    return traits
  }
  const outOfMemoryAfterSeconds = (container: RunningContainer): number | undefined => {
    if (container.memoryLimitBytes === undefined || traitsOf(container).habit !== 'out-of-memory') return undefined
    const { cluster, namespace, pod, container: name, startedAt } = container
    return Math.round(roll(...OUT_OF_MEMORY_SECONDS, 'out of memory', cluster, namespace, pod, name, startedAt))
  }
  return {
    outOfMemoryAfterSeconds,
    usage: (container, at) => {
      const traits = traitsOf(container)
      const { cluster, namespace, pod, container: name } = container
      const noise = roll(-1, 1, 'noise', cluster, namespace, pod, name, at)
      const endsAfterSeconds = outOfMemoryAfterSeconds(container)
      return {
        cpuNanocores: cpuNanocores(container, traits, at, noise),
        memoryBytes: memoryBytes(container, traits, at, noise, endsAfterSeconds),
      }
    },
  }
}

const habitByChance = (percent: number): UsageHabit =>
  percent < 55 ? 'over-requested' : percent < 90 ? 'fitting' : 'under-requested'

const cpuNanocores = (container: RunningContainer, traits: Traits, at: Instant, noise: number): number => {
  const request = container.cpuRequestMilli ?? container.cpuLimitMilli ?? UNASKED.cpuMilli
  const ageSeconds = Math.max(0, secondsBetween(container.startedAt, at))
  const starting = traits.startShare * Math.max(0, 1 - ageSeconds / START_SECONDS)
  const milli = request * (traits.cpuShare * busy(traits.peakHour, at) * (1 + 0.15 * noise) + starting)
  return Math.round(Math.min(milli, container.cpuLimitMilli ?? milli) * 1_000_000)
}

const memoryBytes = (
  container: RunningContainer, traits: Traits, at: Instant, noise: number, endsAfterSeconds: number | undefined,
): number => {
  const limit = container.memoryLimitBytes
  const request = container.memoryRequestBytes ?? limit ?? UNASKED.memoryBytes
  const ageSeconds = Math.max(0, secondsBetween(container.startedAt, at))
  if (limit !== undefined && endsAfterSeconds !== undefined) {
    return paged(limit * (traits.memoryShare + (1 - traits.memoryShare) * Math.min(1, ageSeconds / endsAfterSeconds)))
  }
  const grown = traits.habit === 'growing' ? (GROWTH_PER_HOUR * ageSeconds) / 3600 : 0
  const share = Math.min(traits.memoryShare + grown, GROWTH_ENDS_AT_SHARE) * (1 + 0.03 * noise)
  return paged(Math.min(request * share, (limit ?? Infinity) * BELOW_LIMIT))
}

const paged = (bytes: number): number => Math.max(1, Math.floor(bytes / PAGE_BYTES)) * PAGE_BYTES

/** 1 at the peak hour (UTC) of a working day; less at night, half on Saturday and Sunday. */
const busy = (peakHour: number, at: Instant): number => {
  const hour = (at / 3_600_000) % 24
  const wave = (1 + Math.cos(((hour - peakHour) / 12) * Math.PI)) / 2
  const isWeekend = [0, 6].includes(new Date(at).getUTCDay())
  return (NIGHT_SHARE + (1 - NIGHT_SHARE) * wave) * (isWeekend ? WEEKEND_SHARE : 1)
}
