import type { ClusterRight, Verb } from './cluster-right.ts'
import type { Grant } from './grant.ts'
import { CATNAP_GROUP, type Manifest, OWN_LABELS } from './manifest.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'

/** What holds in the whole cluster. */
const CLUSTER_ROLE = 'catnap'

/** What holds in the namespaces of environments. */
export const ENVIRONMENT_ROLE = 'catnap-environment'

/** What holds in the namespaces of the cluster's own workloads. */
const SYSTEM_ROLE = 'catnap-system'

/** One rule of a role. */
interface RoleRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly Verb[]
  readonly resourceNames?: readonly string[]
}

/** The one role for all, bound in the whole cluster. */
export const clusterWideRoles = ({ rights }: Grant): readonly Manifest[] => [role(CLUSTER_ROLE, rights), clusterBinding(CLUSTER_ROLE)]

/**
 * Two roles: one bound in the whole cluster, and one for the namespaces of environments, bound in each of them. No binding
 * can select namespaces by their labels, so where an environment does, the second is bound in the whole cluster as well,
 * and it is the admission policy that holds what is written to the namespaces with those labels. A third is for the
 * cluster's own workloads, where it may sleep as a whole.
 */
export const namespacedRoles = ({ rights, reach: { namespaces, labels, system = [] } = { namespaces: [], labels: [] } }: Grant): readonly Manifest[] => [
  role(CLUSTER_ROLE, rights.filter(({ scope }) => scope === 'cluster')),
  clusterBinding(CLUSTER_ROLE),
  role(ENVIRONMENT_ROLE, rights.filter(({ scope }) => scope === 'environments')),
  ...(labels.length > 0 ? [clusterBinding(ENVIRONMENT_ROLE)] : bindingsIn(ENVIRONMENT_ROLE, namespaces)),
  ...(system.length === 0 ? [] : [role(SYSTEM_ROLE, rights.filter(({ scope }) => scope === 'system')), ...bindingsIn(SYSTEM_ROLE, system)]),
]

const bindingsIn = (name: string, namespaces: readonly string[]): readonly Manifest[] =>
  namespaces.map((namespace) => ({ ...binding('RoleBinding', name), metadata: { name, namespace, labels: OWN_LABELS } }))

/** Rights as rules of a role, each once, and what it is for. */
export const rulesOf = (rights: readonly ClusterRight[]): readonly { readonly rule: RoleRule; readonly why: string }[] => {
  const rules = rights.flatMap((right) => rulesOfOne(right).map((rule) => ({ rule, why: right.why })))
  return [...Map.groupBy(rules, ({ rule }) => JSON.stringify(rule)).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ rule }) => ({ rule, why: [...new Set(alike.map(({ why }) => why))].join('; ') })))
}

/** What is made has no name yet when roles are asked, so that `create` is a rule of its own. */
const rulesOfOne = ({ apiGroup, resource, verbs, writes }: ClusterRight): readonly RoleRule[] => {
  const of = { apiGroups: [apiGroup], resources: [resource] }
  const resourceNames = writes?.names
  if (resourceNames === undefined) return [{ ...of, verbs }]
  const named = verbs.filter((verb) => verb !== 'create')
  return [...(verbs.includes('create') ? [{ ...of, verbs: ['create'] as const }] : []), ...(named.length > 0 ? [{ ...of, verbs: named, resourceNames }] : [])]
}

const role = (name: string, rights: readonly ClusterRight[]): Manifest => ({
  apiVersion: RBAC, kind: 'ClusterRole', metadata: { name, labels: OWN_LABELS }, rules: rulesOf(rights).map(({ rule }) => rule),
})

const clusterBinding = (name: string): Manifest => binding('ClusterRoleBinding', name)

const binding = (kind: string, name: string): Manifest => ({
  apiVersion: RBAC, kind, metadata: { name, labels: OWN_LABELS },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: CATNAP_GROUP }],
})
