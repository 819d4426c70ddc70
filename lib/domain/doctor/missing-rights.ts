import { type ClusterRight, sayResource, type Verb } from '../rights/cluster-right.ts'
import { CATNAP_GROUP } from '../rights/manifest.ts'
import type { MissingRight } from './checkup.ts'
import type { Rule } from './rule.ts'

/** Without these a sleep and a wake go on, and less is known: kinds a cluster need not serve, and why a pod is not ready. */
const isDispensable = ({ verbs, resource }: ClusterRight): boolean => resource === 'events' || (verbs.length === 1 && verbs[0] === 'list' && resource === 'verticalpodautoscalers')

/** Rights that are missing, each by its verb and resource. */
export const missingRights: Rule = ({ asker, looks: { rights } }) => {
  if (!('seen' in rights)) return []
  const { of, missing } = rights.seen
  const who = of === 'catnap' ? `group ${CATNAP_GROUP}` : asker.user
  // What is asked in environments for one reason and in the cluster for another is told once, with the wider of the two.
  const byName = new Map(missing.toSorted((a, b) => Number(a.namespaces === undefined) - Number(b.namespaces === undefined)).map((one) => [`${one.verb} ${sayResource(one.right)}`, one]))
  return [...byName.values()].map(({ right, verb, namespaces }) => ({
    severity: isDispensable(right) ? 'weakens' : 'hinders',
    subject: `${verb} ${sayResource(right)}`,
    found: `${who} may not ${verb} ${sayResource(right)}${namespaces === undefined ? '' : ` in ${namespaces.join(', ')}`}`,
    means: `Catnap needs it to know or do this: ${right.why}`,
    advice: 'apply what catnap rbac prints; this is the rule of it that is missing',
    remedy: ruleOf({ right, verb }),
  }))
}

const ruleOf = ({ right: { apiGroup, resource }, verb }: { readonly right: MissingRight['right']; readonly verb: Verb }): string =>
  `catnap rbac | kubectl apply -f -
- apiGroups: ["${apiGroup}"]
  resources: [${resource}]
  verbs: [${verb}]`
