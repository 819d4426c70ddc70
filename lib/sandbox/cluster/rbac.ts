import type { Identity } from './identity.ts'
import type { ObjectStore } from './object-store.ts'
import type { PolicyRule, RoleBinding } from './resources.ts'

/** What somebody wants to do, in RBAC's terms; `resource` carries a subresource as `pods/eviction`. */
export interface Access {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly name?: string
  readonly namespace?: string
}

const allows = (patterns: readonly string[] | undefined, value: string): boolean =>
  patterns?.some((pattern) => pattern === '*' || pattern === value) === true

const ruleAllows = (rule: PolicyRule, { verb, group, resource, name }: Access): boolean => {
  const slash = resource.indexOf('/')
  // `*/scale` names one subresource of everything.
  const anyParent = slash >= 0 && rule.resources?.includes(`*${resource.slice(slash)}`) === true
  return (
    allows(rule.verbs, verb) &&
    allows(rule.apiGroups, group) &&
    (anyParent || allows(rule.resources, resource)) &&
    (rule.resourceNames === undefined ||
      rule.resourceNames.length === 0 ||
      (name !== undefined && rule.resourceNames.includes(name)))
  )
}

const boundSubject = ({ subjects = [] }: RoleBinding, { user, groups }: Identity) =>
  subjects.find(({ kind, name, namespace }) => {
    if (kind === 'Group') return groups.includes(name) || name === 'system:authenticated'
    if (kind === 'ServiceAccount') return user === `system:serviceaccount:${namespace}:${name}`
    return kind === 'User' && name === user
  })

const rulesOf = (store: ObjectStore, { roleRef, metadata }: RoleBinding): readonly PolicyRule[] =>
  (roleRef.kind === 'ClusterRole'
    ? store.get('ClusterRole', roleRef.name)
    : store.get('Role', roleRef.name, metadata.namespace)
  )?.rules ?? []

/** Why an access is allowed, in the API server's words, which may be none; undefined where nothing allows it. */
export const authorize = (store: ObjectStore, identity: Identity, access: Access): string | undefined => {
  // The API server lets this group in before it asks RBAC, and gives no reason.
  if (identity.groups.includes('system:masters')) return ''
  const bindings: RoleBinding[] = store.list('ClusterRoleBinding')
  if (access.namespace !== undefined) bindings.push(...store.list('RoleBinding', access.namespace))
  for (const binding of bindings) {
    const subject = boundSubject(binding, identity)
    if (subject === undefined || !rulesOf(store, binding).some((rule) => ruleAllows(rule, access))) continue
    const { kind, metadata, roleRef } = binding
    const said = metadata.namespace === undefined ? metadata.name : `${metadata.name}/${metadata.namespace}`
    const whom = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? metadata.namespace}` : subject.name
    return `RBAC: allowed by ${kind} "${said}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`
  }
  return undefined
}
