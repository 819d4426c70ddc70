import { protectedBy } from '../fleet.ts'
import type { Rule } from './rule.ts'

/** Namespaces an environment names that are not there, are on their way out, or are protected; and labels that select none. */
export const missingNamespace: Rule = ({ fleet, patients, namespaces: look }) =>
  patients.flatMap(({ environment: { id, terms }, namespaces }) => {
    const guarded = terms.namespaces.flatMap((name) => {
      const glob = protectedBy(name, fleet.protect)
      return glob === undefined ? [] : [{
        environment: id, severity: 'hinders' as const, subject: `Namespace ${name}`,
        found: `the intent protects it (${glob})`,
        means: 'it is left out: its workloads never sleep',
        advice: 'take it out of the environment, or out of protect',
      }]
    })
    if (!('seen' in look)) return guarded
    const known = new Map(look.seen.map((namespace) => [namespace.name, namespace]))
    const absent = namespaces.filter((name) => known.get(name)?.terminating !== false).map((name) => ({
      environment: id, severity: 'weakens' as const, subject: `Namespace ${name}`,
      found: known.has(name) ? 'it is being deleted' : 'the cluster has no such namespace',
      means: 'nothing of it sleeps or wakes',
      advice: 'correct its name in the intent, or take it out',
      remedy: 'kubectl get namespaces\ncatnap plan catnap.yaml',
    }))
    if (namespaces.length > 0 || guarded.length > 0) return [...guarded, ...absent]
    return [{
      environment: id, severity: 'weakens' as const, subject: `environment ${id}`,
      found: `no namespace carries ${Object.entries(terms.namespaceLabels ?? {}).map(([key, value]) => `${key}=${value}`).join(',')}`,
      means: 'it has nothing to put to sleep',
      advice: 'label the namespaces, or name them in the intent',
      remedy: `kubectl label namespace NAME ${Object.entries(terms.namespaceLabels ?? {}).map(([key, value]) => `${key}=${value}`).join(' ')}`,
    }]
  })
