import type { Workload } from '../workload.ts'
import { ignoreDifferences } from './ignore-differences.ts'
import { type Owner, sayOwner } from './owner.ts'

/**
 * What is to be done about an owner when an environment falls asleep. `hold`: stopped while it sleeps. `leave`: it does not
 * put replicas back. `refuse`: it cannot be held for this environment alone; `why` says what to add instead.
 */
export type OwnerVerdict = { readonly do: 'hold' } | { readonly do: 'leave' } | { readonly do: 'refuse'; readonly why: string }

/** Judges one owner of objects in the namespaces of an environment. */
export const judgeOwner = (owner: Owner, namespaces: readonly string[], workloads: readonly Workload[]): OwnerVerdict => {
  if (owner.ignoresReplicas) return { do: 'leave' }
  const outside = [...new Set([...owner.namespaces, ...owner.owned.map(({ namespace }) => namespace)])].filter((namespace) => namespace !== '' && !namespaces.includes(namespace)).toSorted()
  if (outside.length > 0) return refuse(owner, `it also owns what is in ${outside.slice(0, 3).join(', ')}${outside.length > 3 ? ` and ${outside.length - 3} more namespaces` : ''}`, workloads)
  if (owner.maker !== undefined) return refuse(owner, `${owner.maker} makes it and would undo a change of it`, workloads)
  return { do: 'hold' }
}

const refuse = (owner: Owner, because: string, workloads: readonly Workload[]): OwnerVerdict => ({
  do: 'refuse',
  why: `${sayOwner(owner)} would put back what sleeps, and cannot be held: ${because}. ${remedyOf(owner, workloads)}`,
})

const remedyOf = (owner: Owner, workloads: readonly Workload[]): string => {
  if (owner.kind === 'Application') return `Add to the spec of that Application, or to the template of its ApplicationSet:\n${ignoreDifferences(workloads)}`
  return owner.kind === 'Kustomization'
    ? 'Leave spec.replicas and spec.suspend out of the manifests in Git: Flux then leaves them alone. Or give the environment a Kustomization of its own'
    : 'Give the environment a HelmRelease of its own, or set driftDetection.ignore for /spec/replicas and /spec/suspend'
}
