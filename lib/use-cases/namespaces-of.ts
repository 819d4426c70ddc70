import type { Environment } from '../domain/environment.ts'
import { type Fleet, protectedBy } from '../domain/fleet.ts'
import type { Workloads } from '../ports.ts'

/** The namespaces of an environment as they are now: those it names and those its labels select, never a protected one. */
export const namespacesOf = async (fleet: Pick<Fleet, 'protect'>, { terms }: Pick<Environment, 'terms'>, workloads: Pick<Workloads, 'namespaces'>): Promise<readonly string[]> => {
  const selected = terms.namespaceLabels === undefined ? [] : await workloads.namespaces(terms.namespaceLabels)
  const all = new Set([...terms.namespaces, ...selected])
  return [...all].filter((namespace) => protectedBy(namespace, fleet.protect) === undefined).toSorted()
}
