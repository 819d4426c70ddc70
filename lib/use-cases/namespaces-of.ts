import type { Environment } from '../domain/environment.ts'
import { type Fleet, protectedBy } from '../domain/fleet.ts'
import { matchesGlob } from '../domain/glob.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { Workloads } from '../ports.ts'

/**
 * The namespaces of an environment as they are now: those it names and those its labels select, never a protected one. The
 * cluster itself has `kube-system`, unless the intent protects it by name.
 */
export const namespacesOf = async (fleet: Pick<Fleet, 'protect'>, { terms }: Pick<Environment, 'terms'>, workloads: Pick<Workloads, 'namespaces'>): Promise<readonly string[]> => {
  const selected = terms.namespaceLabels === undefined ? [] : await workloads.namespaces(terms.namespaceLabels)
  const all = new Set([...terms.namespaces, ...selected])
  const isProtected = (namespace: string): boolean =>
    (isWhole({ terms }) ? fleet.protect.some((glob) => matchesGlob(glob, namespace)) : protectedBy(namespace, fleet.protect) !== undefined)
  return [...all].filter((namespace) => !isProtected(namespace)).toSorted()
}
