import type { Budget } from '../drain/budget.ts'
import type { Labels } from '../drain/snapshot.ts'
import type { Environment } from '../environment.ts'
import type { Cluster, Fleet } from '../fleet.ts'
import type { FrontFacts } from '../front/can-work-asleep.ts'
import type { Owner } from '../gitops/owner.ts'
import type { Pool } from '../pool.ts'
import type { ClusterRight, Verb } from '../rights/cluster-right.ts'
import type { Symptoms } from '../symptoms.ts'
import type { Instant } from '../time.ts'
import type { Workload } from '../workload.ts'
import type { SeenWebhook } from './seen-webhook.ts'

/** What a look at something brought, or in words why it brought nothing. */
export type Look<T> = { readonly seen: T } | { readonly unseen: string }

/** Who asked, as the API server knows them. */
export interface Asker {
  readonly user: string
  readonly groups: readonly string[]
  /** The API server's time when it answered. */
  readonly at?: Instant
}

/** A right of Catnap that is not there. */
export interface MissingRight {
  readonly right: ClusterRight
  readonly verb: Verb
  /** The namespaces in which it is missing; undefined: in the cluster as a whole. */
  readonly namespaces?: readonly string[]
}

/** What was asked about rights: Catnap's own, where the asker may ask that, else those of the asker. */
export interface RightsAnswer {
  readonly of: 'catnap' | 'asker'
  readonly missing: readonly MissingRight[]
}

/** A namespace of the cluster. */
export interface SeenNamespace {
  readonly name: string
  readonly labels: Labels
  readonly terminating: boolean
}

/** What a pod template, or a pod, says of images and files. */
export interface PodFacts {
  readonly images: readonly string[]
  readonly pullSecrets: readonly string[]
  /** Names of its `emptyDir` volumes that are on disk. */
  readonly scratchVolumes: readonly string[]
}

/** An object of a kind that Catnap puts to sleep. */
export interface SeenObject {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly template: PodFacts
  /** As the engine sees it; undefined: it is not Catnap's to change. */
  readonly workload?: Workload
}

/** A pod, with what the doctor asks of it. */
export interface SeenPod extends PodFacts {
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly phase: string
  readonly mirror: boolean
  readonly terminating: boolean
  readonly owner?: Workload['owner']
}

/** A Job that has not ended. */
export interface RunningJob {
  readonly namespace: string
  readonly name: string
  readonly startedAt: Instant
  /** `activeDeadlineSeconds`. */
  readonly deadlineSeconds?: number
}

/** The Secret behind an `imagePullSecrets` entry: its metadata only, never what is in it. */
export interface SeenPullSecret {
  readonly namespace: string
  readonly name: string
  /** When it was last written; undefined: there is no such Secret. */
  readonly writtenAt?: Instant
}

/** What the doctor saw in a cluster: lists, or why there is none. */
export interface ClusterLooks {
  readonly rights: Look<RightsAnswer>
  readonly objects: Look<readonly SeenObject[]>
  readonly pods: Look<readonly SeenPod[]>
  readonly jobs: Look<readonly RunningJob[]>
  readonly symptoms: Look<Symptoms>
  readonly budgets: Look<readonly Budget[]>
  readonly webhooks: Look<readonly SeenWebhook[]>
  readonly pullSecrets: Look<readonly SeenPullSecret[]>
  readonly gitOwners: Look<readonly Owner[]>
}

/** An environment that is examined, with its namespaces as they are now and its originals in the table. */
export interface Patient {
  readonly environment: Environment
  /** Never a protected one. */
  readonly namespaces: readonly string[]
  /** The keys of the objects whose originals the table holds. */
  readonly originals: ReadonlySet<string>
}

/** One cluster as the doctor found it, beside what the table says of it. */
export interface Checkup {
  readonly now: Instant
  readonly fleet: Fleet
  readonly cluster: Cluster
  readonly pools: readonly Pool[]
  readonly patients: readonly Patient[]
  /** What the spoke has for fronts. Only its workers know; what is not known is taken to be there. */
  readonly frontParts: Omit<FrontFacts, 'whole'>
  readonly asker: Asker
  readonly namespaces: Look<readonly SeenNamespace[]>
  readonly looks: ClusterLooks
}

/** What a look saw; nothing where it saw nothing. */
export const seen = <T>(look: Look<readonly T[]>): readonly T[] => ('seen' in look ? look.seen : [])

/** The environment among the patients that a namespace belongs to. */
export const patientOf = ({ patients }: Checkup, namespace: string): Patient | undefined =>
  patients.find(({ namespaces }) => namespaces.includes(namespace))
