import type { Intent } from '../intent/schema.ts'

/** Where the cluster's own workloads are. */
export const SYSTEM_NAMESPACE = 'kube-system'

/** What the intent says of a cluster that may sleep as a whole. */
export interface WholeCluster {
  readonly name: string
  readonly arn: string
  /** Whose Deployments and StatefulSets go to zero with it: `kube-system` first. */
  readonly namespaces: readonly string[]
  readonly timezone: string
}

/**
 * A cluster of the intent that may sleep as a whole; undefined: it may not. One that keeps a node anywhere does not: its own
 * workloads have a place there.
 */
export const wholeIn = ({ clusters, timezone }: Pick<Intent, 'clusters' | 'timezone'>, name: string): WholeCluster | undefined => {
  const cluster = clusters[name]
  if (cluster?.whole !== true) return undefined
  const kept = Object.values(cluster.pools).map(({ keep }) => keep)
  if (kept.length === 0 || kept.some((keep) => keep > 0)) return undefined
  return { name, arn: cluster.arn, namespaces: [SYSTEM_NAMESPACE, ...cluster.system.filter((namespace) => namespace !== SYSTEM_NAMESPACE)], timezone }
}
