import { type Environment, USUAL_SLEEP } from '../domain/environment.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { Ingress } from '../domain/front/ingress-object.ts'
import type { OwnerKind } from '../domain/gitops/owner.ts'
import type { Workload } from '../domain/workload.ts'
import type { OpenCluster, Workloads } from '../ports.ts'
import { namespacesOf } from './namespaces-of.ts'

/** An environment, and the clusters in which something of it may carry its mark. */
export interface MarkedPlace {
  readonly environment: Pick<Environment, 'id' | 'terms'>
  readonly protect: Fleet['protect']
  readonly own: OpenCluster
  /** Where the intent says that GitOps owners of it live. */
  readonly others: readonly OpenCluster[]
}

/** What is there of an environment, marked or not. */
export interface Found {
  readonly namespaces: readonly string[]
  readonly workloads: readonly Workload[]
  /** GitOps owners it holds, each with the cluster it lives in. */
  readonly owners: readonly { readonly workload: Workload; readonly cluster: Workloads }[]
  readonly ingresses: readonly Ingress[]
}

const OWNERS: readonly OwnerKind[] = ['Application', 'Kustomization', 'HelmRelease']

/** Looks at what is there of an environment, without the table: its GitOps owners are found by its mark on them. */
export const findMarks = async ({ environment: { id, terms }, protect, own, others }: MarkedPlace): Promise<Found> => {
  const namespaces = await namespacesOf({ protect }, { terms }, own.workloads)
  const [workloads, ingresses, owners] = await Promise.all([
    own.workloads.list(namespaces, terms.sleep ?? USUAL_SLEEP),
    own.ingresses.list(namespaces),
    Promise.all([own, ...others].map(async ({ workloads: cluster }) => (await cluster.owners(OWNERS)).map(({ workload }) => ({ workload, cluster })))),
  ])
  return { namespaces, workloads, ingresses, owners: owners.flat().filter(({ workload }) => workload.mark !== undefined && workload.markedBy === id) }
}

/** How many objects carry a mark. */
export const countMarks = ({ workloads, owners, ingresses }: Found): number =>
  workloads.filter(({ mark }) => mark !== undefined).length + owners.length + ingresses.filter(({ mark }) => mark !== undefined).length
