import type { Decision } from './decide.ts'
import type { Problem } from './fleet.ts'
import type { OwnerKind } from './gitops/owner.ts'
import type { IdleTerms } from './idleness/idle-terms.ts'
import type { Traces } from './idleness/judge-idleness.ts'
import type { FrontKind } from './front/front.ts'
import type { NodesLate } from './missing-nodes.ts'
import type { Remain } from './remains.ts'
import type { Requests } from './requests.ts'
import type { SeenActivity } from './seen-activity.ts'
import { type Instant, secondsBetween } from './time.ts'
import type { Warned, WarnTerms } from './warning.ts'
import type { AlsoSleeps } from './workload.ts'

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
  /** How the hosts get to it and to the wake address; undefined: it was delivered before there were fronts. */
  readonly front?: FrontKind
  /** With `alb`: the name of its target group. */
  readonly targetGroup?: string
  /** With `lbc`: the wake function as a target group, by ARN. */
  readonly wakeTargetGroup?: string
  /** With `lbc` and `ingress`: the Ingress whose rules need not name the hosts. */
  readonly ingress?: string
}

/** What sleeps, in which order, and what is waited for. */
export interface SleepTerms extends AlsoSleeps {
  /** How long running Jobs are waited for. */
  readonly jobsSeconds: number
  /** Globs of `name` or `Kind/name`, in the order of the wake. */
  readonly waves: readonly (readonly string[])[]
  /** How long a wave may take before the next begins all the same. */
  readonly waveSeconds: number
}

/** What counts where the intent says nothing. */
export const USUAL_SLEEP: SleepTerms = { daemonSets: false, kinds: [], jobsSeconds: 1800, waves: [], waveSeconds: 300 }

/** A GitOps owner that the intent names. */
export interface ManagedBy {
  readonly cluster?: string
  readonly kind: OwnerKind
  readonly namespace?: string
  readonly name: string
}

/** What the intent says of one environment, defaults filled in. */
export interface Terms {
  readonly namespaces: readonly string[]
  /** Labels that select further namespaces. */
  readonly namespaceLabels?: Readonly<Record<string, string>>
  readonly hours: string
  readonly timezone: string
  readonly idle?: IdleTerms
  /** Whom it tells before it sleeps, and how long before. */
  readonly warn?: WarnTerms
  readonly wake: WakeTerms
  /** GitOps owners by name; a `cluster` of the fleet where they live in another one. Absent: found by what their objects carry. */
  readonly managedBy?: readonly ManagedBy[]
  /** Without it `USUAL_SLEEP`. */
  readonly sleep?: SleepTerms
  /** Whom people are told to turn to. */
  readonly contact?: string
  /** It is the cluster itself: its own workloads, `kube-system` among its namespaces. */
  readonly system?: true
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
export interface Progress {
  readonly workloads: { readonly done: number; readonly total: number }
  /** Nodes that were asked for and those that came. */
  readonly nodes: { readonly done: number; readonly total: number }
  /** What is in the way, in words. */
  readonly waitingFor?: string
  /** When a node last came, or one more was asked for; absent: when the phase began. */
  readonly nodesSince?: Instant
  /** What was said of nodes that do not come. */
  readonly nodesLate?: NodesLate
}

/** Namespaces of one cluster that sleep and wake as one. */
export interface Environment {
  /** `cluster/name`; of a cluster as a whole its name alone. */
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
  /** When a wave of workloads was last put to sleep or woken: from then on they have time to be so. */
  readonly steppedAt?: Instant
  /** How long the last wakes took, in seconds, newest last. */
  readonly wakeSeconds: readonly number[]
  /** The pools its pods ran on when last seen awake; undefined: not known yet, so any of the cluster's. */
  readonly pools?: readonly string[]
  /** What its pods asked for on each pool when last seen awake, by the pool's name. */
  readonly uses?: Readonly<Record<string, Requests>>
  /** What the last look for signs of use came to, where its terms speak of idleness. */
  readonly activity?: SeenActivity
  /** What looks left behind for the next one. */
  readonly traces?: Traces
  /** The last warning that it would sleep. */
  readonly warned?: Warned
  /** How often its people were warned: of two workers that would, one does. */
  readonly warnings?: number
  readonly problem?: Problem
  /** What of it runs although it sleeps, and why. */
  readonly remains?: readonly Remain[]
  /** How often each object was put to sleep after it appeared, or came back, while the environment slept. */
  readonly late?: Readonly<Record<string, number>>
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

/** When the phase it is in last began to change workloads; what an earlier one noted is older than the phase. */
export const lastStep = ({ since, steppedAt = since }: Pick<Environment, 'since' | 'steppedAt'>): Instant => (steppedAt > since ? steppedAt : since)
