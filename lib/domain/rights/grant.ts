import { ALWAYS_PROTECTED } from '../fleet.ts'
import { frontWritten } from '../front/front.ts'
import type { Intent } from '../intent/schema.ts'
import type { ClusterRight } from './cluster-right.ts'
import { RIGHTS } from './rights.ts'
import { rightsFor } from './rights-for.ts'
import { wholeIn } from '../whole/whole-in.ts'

/** The namespaces environments may be in: named, or by labels of which one must match whole. */
export interface Reach {
  readonly namespaces: readonly string[]
  readonly labels: readonly Readonly<Record<string, string>>[]
  /** Those of the cluster's own workloads, where it may sleep as a whole. */
  readonly system?: readonly string[]
}

/** What a cluster is to let Catnap do. */
export interface Grant {
  readonly rights: readonly ClusterRight[]
  /** Globs of namespaces in which nothing is written. */
  readonly protect: readonly string[]
  /** Where environments may be; undefined: anywhere but there. */
  readonly reach?: Reach
}

/** All that Catnap may need for any intent, but for the custom kinds one names, and for clusters that may sleep as a whole. */
export const ANY_GRANT: Grant = { rights: RIGHTS.filter(({ needs }) => needs !== 'whole'), protect: ALWAYS_PROTECTED }

/**
 * What one cluster of an intent needs, and no more. `replicaPaths` says by CRD where custom kinds keep their replicas, other
 * than at `spec.replicas`.
 */
export const grantOf = (intent: Intent, cluster: string, replicaPaths: Readonly<Record<string, readonly string[]>> = {}): Grant => {
  const environments = Object.entries(intent.environments).flatMap(([id, written]) => (id.startsWith(`${cluster}/`) ? [written] : []))
  const labels = environments.flatMap(({ namespaceSelector }) => (namespaceSelector === undefined ? [] : [namespaceSelector.matchLabels]))
  const pools = Object.values(intent.clusters[cluster]?.pools ?? {})
  const whole = wholeIn(intent, cluster)
  return {
    rights: rightsFor(environments.map(({ namespaceSelector, idle, wake, sleep }) => ({
      bySelector: namespaceSelector !== undefined, byIdleness: idle !== undefined, front: frontWritten(wake), sleep,
    })), pools, { replicaPaths, whole: whole !== undefined }),
    protect: [...ALWAYS_PROTECTED, ...intent.protect],
    reach: { namespaces: [...new Set(environments.flatMap(({ namespaces = [] }) => namespaces))].toSorted(), labels, ...(whole === undefined ? {} : { system: whole.namespaces }) },
  }
}
