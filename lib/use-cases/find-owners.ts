import { deploysTo, isNamed, type Owner, type OwnerKind, type OwnerRef } from '../domain/gitops/owner.ts'
import { trackedBy } from '../domain/gitops/tracked-by.ts'
import { objectKey, type Workload } from '../domain/workload.ts'
import type { ClusterAccess, Workloads } from '../ports.ts'
import type { Slice } from './world.ts'

/** An owner with the cluster it lives in. */
interface FoundOwner {
  readonly owner: Owner
  readonly workloads: Workloads
}

/** The GitOps owners of an environment, and those its objects name that are nowhere to be found. */
export interface FoundOwners {
  readonly found: readonly FoundOwner[]
  readonly missing: readonly OwnerRef[]
}

/**
 * Finds who owns an environment's objects: by their tracking labels and annotations in the cluster itself, by the intent's
 * `managedBy` also in another one. `kept`: keys of originals in the table, so that an owner is found whose objects are gone.
 */
export const findOwners = async ({ world: { clusters, memory }, environment: { terms } }: Slice, access: ClusterAccess, namespaces: readonly string[], workloads: readonly Workload[], kept: Iterable<string>): Promise<FoundOwners> => {
  const tracked = [...trackedBy(workloads), ...[...kept].flatMap(refOfKey)]
  const named = terms.managedBy ?? []
  const here = named.filter(({ cluster }) => cluster === undefined)
  const kinds = kindsOf([...tracked, ...here])
  const local = kinds.length === 0 ? [] : await access.workloads.owners(kinds)
  const own = local.filter((owner) => here.some((ref) => isNamed(owner, ref)) || (deploysTo(owner, namespaces) && tracked.some((ref) => isNamed(owner, ref))))
  const found: FoundOwner[] = own.map((owner) => ({ owner, workloads: access.workloads }))
  for (const [name, refs] of Map.groupBy(named.filter(({ cluster }) => cluster !== undefined), ({ cluster }) => cluster ?? '')) {
    const cluster = await memory.cluster(name)
    if (cluster === undefined) throw new Error(`managedBy names the cluster ${name}, which is not in the fleet: add it to the intent`)
    const remote = (await clusters.open(cluster)).workloads
    const owners = (await remote.owners(kindsOf(refs))).filter((owner) => refs.some((ref) => isNamed(owner, ref)))
    found.push(...owners.map((owner) => ({ owner, workloads: remote })))
  }
  const missing = [...named.map((ref) => ({ ...ref, isSure: true })), ...(terms.managedBy === undefined ? trackedBy(workloads) : [])]
    .filter((ref) => ref.isSure && !found.some(({ owner }) => isNamed(owner, ref)) && !local.some((owner) => isNamed(owner, ref)))
  return { found: uniqueOwners(found), missing }
}

const kindsOf = (refs: readonly Pick<OwnerRef, 'kind'>[]): readonly OwnerKind[] => [...new Set(refs.map(({ kind }) => kind))]

const refOfKey = (key: string): readonly OwnerRef[] => {
  const [kind, namespace, name] = key.split('/')
  const isOwner = kind === 'Application' || kind === 'Kustomization' || kind === 'HelmRelease'
  return isOwner && namespace !== undefined && name !== undefined ? [{ kind, namespace, name, isSure: false }] : []
}

const uniqueOwners = (found: readonly FoundOwner[]): readonly FoundOwner[] => [...new Map(found.map((each) => [objectKey(each.owner.workload), each])).values()]
