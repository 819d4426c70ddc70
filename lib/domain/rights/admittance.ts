import type { Intent } from '../intent/schema.ts'
import { type AccessEntry, accessEntries } from './access-entries.ts'
import { admissionPolicy } from './admission-policy.ts'
import { clusterWideRoles, namespacedRoles } from './cluster-roles.ts'
import { ANY_GRANT, type Grant, grantOf } from './grant.ts'
import type { Manifest } from './manifest.ts'

/** Everything that lets Catnap into one cluster. */
export interface Admittance {
  readonly grant: Grant
  /** Roles, bindings and the admission policy, in the order in which they are applied. */
  readonly manifests: readonly Manifest[]
  /** None where it is not said which cluster it is. */
  readonly entries: readonly AccessEntry[]
}

/** One cluster of an intent. */
export interface IntendedCluster {
  readonly intent: Intent
  readonly cluster: string
  /** Whether roles are bound in the namespaces of the environments, as far as that can be. */
  readonly namespaced: boolean
  /** Where custom kinds keep their replicas, by CRD. */
  readonly replicaPaths: Readonly<Record<string, readonly string[]>>
}

/** What lets Catnap into any cluster, for any intent, or, where one is named, into a cluster for what its intent needs. */
export const admittance = (intended?: IntendedCluster): Admittance => {
  if (intended === undefined) return { grant: ANY_GRANT, manifests: [...clusterWideRoles(ANY_GRANT), ...admissionPolicy(ANY_GRANT)], entries: [] }
  const { intent, cluster, namespaced, replicaPaths } = intended
  const grant = grantOf(intent, cluster, replicaPaths)
  const roles = namespaced ? namespacedRoles(grant) : clusterWideRoles(grant)
  const arn = intent.clusters[cluster]?.arn
  return { grant, manifests: [...roles, ...admissionPolicy(grant)], entries: arn === undefined ? [] : accessEntries(arn) }
}
