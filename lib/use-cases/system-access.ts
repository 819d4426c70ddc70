import { inSystemOrder } from '../domain/whole/system-order.ts'
import type { ClusterAccess } from '../ports.ts'

/**
 * A cluster as its own workloads are seen when it sleeps, or wakes, as a whole: those that are scaled, in their order. Nothing
 * is announced in system namespaces.
 */
export const systemAccess = (access: ClusterAccess, verb: 'sleep' | 'wake'): ClusterAccess => ({
  ...access,
  workloads: {
    ...access.workloads,
    list: async (namespaces, also) => inSystemOrder(verb, await access.workloads.list(namespaces, also)),
    announce: async () => {},
  },
})
