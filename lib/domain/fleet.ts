import { matchesGlob } from './glob.ts'
import type { ReportTerms } from './report/sending.ts'
import type { VersionEnds } from './ledger/extended-support.ts'
import type { Instant } from './time.ts'

/** `observe`: decide, project, report, touch nothing. `act`: do it. */
export type Mode = 'observe' | 'act'

/** The kill switch: while it is set nothing is changed, in the fleet or in one cluster. */
export interface Pause {
  readonly by: string
  readonly at: Instant
  readonly why?: string
}

/** What the intent says once for all clusters. */
export interface Fleet {
  readonly mode: Mode
  readonly timezone: string
  /** ISO dates; windows that would start on these days stay shut. */
  readonly holidays: readonly string[]
  /** Namespace globs that are never part of an environment. `kube-*` always is. */
  readonly protect: readonly string[]
  readonly clusters: readonly string[]
  /** Over how many partitions the due index is spread. */
  readonly dueShards: number
  /** Who is told by mail, of what and when; by name. */
  readonly reports: readonly ReportTerms[]
  readonly pause?: Pause
}

/** One EKS cluster of the fleet. */
export interface Cluster {
  readonly name: string
  readonly arn: string
  /** Its own mode, where the intent names one; else the fleet's. */
  readonly mode?: Mode
  /** The cluster may sleep to no node at all. */
  readonly whole: boolean
  /** How many environments the intent has in it: their planned wakes are spread. */
  readonly environments?: number
  readonly pause?: Pause
  /** Why its nodes could not be looked after, since when, and how often it was tried. */
  readonly problem?: Problem
  /** What of it could not be looked at: usage, requests, nodes or support. */
  readonly unseen?: Problem
  /** Its Kubernetes version, and when EKS stops supporting that; none where EKS does not say. */
  readonly support?: { readonly version: string; readonly ends: readonly VersionEnds[] }
  readonly dueAt?: Instant
}

/** What is in the way, in words, since when, and how often it was tried. */
export interface Problem {
  readonly text: string
  readonly since: Instant
  readonly times: number
}

/** What an EKS cluster ARN tells. */
export interface ClusterAddress {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly eksName: string
}

/** Reads `arn:aws:eks:us-east-1:111122223333:cluster/us-dev`. Throws a RangeError when it is not such an ARN. */
export const clusterAddress = (arn: string): ClusterAddress => {
  const [, partition, region, account, eksName] = /^arn:([^:]+):eks:([^:]+):(\d{12}):cluster\/(.+)$/.exec(arn) ?? []
  if (partition === undefined || region === undefined || account === undefined || eksName === undefined) {
    throw new RangeError(`not an EKS cluster ARN: found "${arn}", expected arn:aws:eks:<region>:<account>:cluster/<name>`)
  }
  return { partition, region, account, eksName }
}

/** The mode that counts for a cluster: its own, else the fleet's. */
export const modeOf = (fleet: Fleet, cluster: Cluster): Mode => cluster.mode ?? fleet.mode

/** Namespaces that are protected whatever an intent says. */
export const ALWAYS_PROTECTED = ['kube-*']

/** Whether a namespace may never belong to an environment, and by which entry. */
export const protectedBy = (namespace: string, protect: readonly string[]): string | undefined =>
  [...ALWAYS_PROTECTED, ...protect].find((glob) => matchesGlob(glob, namespace))
