import type { Decision } from './decide.ts'
import type { Problem } from './fleet.ts'
import type { Requests } from './requests.ts'
import type { SeenActivity } from './seen-activity.ts'
import { type Instant, secondsBetween } from './time.ts'

/** Where an environment is between its two ends. */
export type Phase = 'awake' | 'falling-asleep' | 'asleep' | 'waking'

/** Who may wake an environment over its address. */
export type WakeBy = 'anyone' | 'click' | 'signed' | 'off'

/** Visits that are nobody's: they never wake an environment. */
export interface IgnoredVisits {
  /** Parts of the `User-Agent`, in any case. */
  readonly agents: readonly string[]
  /** Globs of the path. */
  readonly paths: readonly string[]
  /** Names of headers, or `name: part of the value`. */
  readonly headers: readonly string[]
  /** Whether what every fleet has is ignored as well (lib/domain/passer-by.ts). */
  readonly known: boolean
}

/** What the intent says of waking an environment. */
interface WakeTerms {
  readonly hosts: readonly string[]
  readonly by: WakeBy
  readonly stayAwakeSeconds: number
  /** Without it, what every fleet has. */
  readonly ignore?: IgnoredVisits
}

/** What the intent says of one environment, defaults filled in. */
export interface Terms {
  readonly namespaces: readonly string[]
  /** Labels that select further namespaces. */
  readonly namespaceLabels?: Readonly<Record<string, string>>
  readonly hours: string
  readonly timezone: string
  readonly idle?: { readonly afterSeconds: number; readonly belowPerMinute: number }
  readonly wake: WakeTerms
  /** Whom people are told to turn to. */
  readonly contact?: string
}

/** A stay-awake until an instant, from a wake, a person or a pipeline. */
export interface Lease {
  readonly until: Instant
  readonly by: string
}

/** A person's word that an environment sleeps, or stays up, until an instant. It goes before leases and hours. */
export interface Hold {
  readonly as: 'awake' | 'asleep'
  readonly until: Instant
  readonly by: string
}

/** One worker's exclusive right to act, until its deadline. */
export interface Claim {
  readonly owner: string
  readonly epoch: number
  readonly until: Instant
}

/** How far a change has come, for the people who wait for it. */
interface Progress {
  readonly workloads: { readonly done: number; readonly total: number }
  /** Nodes that were asked for and those that came. */
  readonly nodes: { readonly done: number; readonly total: number }
  /** What is in the way, in words. */
  readonly waitingFor?: string
}

/** Namespaces of one cluster that sleep and wake as one. */
export interface Environment {
  /** `cluster/name` */
  readonly id: string
  readonly cluster: string
  readonly clusterArn: string
  readonly name: string
  readonly terms: Terms
  readonly phase: Phase
  /** When the phase began. */
  readonly since: Instant
  /** Counts the changes of mind; work begun under an older epoch stops. */
  readonly epoch: number
  readonly decision?: Decision
  readonly lease?: Lease
  readonly hold?: Hold
  readonly claim?: Claim
  /** Until when a worker of an older epoch may still write; `awake` is not declared before. */
  readonly olderWriterUntil?: Instant
  readonly progress?: Progress
  /** When a wake last began to change workloads: from then on they have time to be ready. */
  readonly steppedAt?: Instant
  /** How long the last wakes took, in seconds, newest last. */
  readonly wakeSeconds: readonly number[]
  /** The pools its pods ran on when last seen awake; undefined: not known yet, so any of the cluster's. */
  readonly pools?: readonly string[]
  /** What its pods asked for on each pool when last seen awake, by the pool's name. */
  readonly uses?: Readonly<Record<string, Requests>>
  /** What the last look at its requests came to, where its terms speak of idleness. */
  readonly activity?: SeenActivity
  readonly problem?: Problem
  /** How often its signed links were withdrawn: those of an older count are no longer good. */
  readonly links?: number
  /** Taken out of the intent: woken, then forgotten. */
  readonly removed?: boolean
  readonly dueAt?: Instant
}

/** How many past wakes are remembered. */
const WAKES_REMEMBERED = 20

/** What a wake is assumed to take before any was seen: a node in 100 s and pods after it (FIELD §3). */
const FIRST_WAKE_SECONDS = 180

/** The longest head start a wake gets, whatever past wakes took. */
const LONGEST_LEAD_SECONDS = 15 * 60

/** Seconds below which `share` (0–1) of the wakes stayed, by nearest rank; undefined when none was seen. */
export const wakePercentile = (wakeSeconds: readonly number[], share: number): number | undefined => {
  const sorted = wakeSeconds.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

/** How long before its hours an environment is woken, so that it is ready when they open. */
export const wakeLeadSeconds = (wakeSeconds: readonly number[]): number =>
  Math.min(wakePercentile(wakeSeconds, 0.9) ?? FIRST_WAKE_SECONDS, LONGEST_LEAD_SECONDS)

/** The wakes to remember once a wake that began at `from` ended at `to`. */
export const rememberWake = (wakeSeconds: readonly number[], from: Instant, to: Instant): readonly number[] =>
  [...wakeSeconds, Math.round(secondsBetween(from, to))].slice(-WAKES_REMEMBERED)

/** Where a phase is going. */
export const heading = (phase: Phase): 'awake' | 'asleep' => (phase === 'awake' || phase === 'waking' ? 'awake' : 'asleep')
