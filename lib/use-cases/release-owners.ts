import { sayOwner } from '../domain/gitops/owner.ts'
import type { Instant } from '../domain/time.ts'
import { type Original, planWake, type Workload } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { findOwners } from './find-owners.ts'
import { takeSteps } from './take-steps.ts'
import type { Slice } from './world.ts'

/**
 * Lets the GitOps owners of an environment go, last of all, once what they own is as it was. Answers whether all are: one
 * that was changed meanwhile is looked at again.
 */
export const releaseOwners = async (slice: Slice, access: ClusterAccess, namespaces: readonly string[], workloads: readonly Workload[], remembered: ReadonlyMap<string, Original>, began: Instant): Promise<boolean> => {
  const { environment } = slice
  const { found } = await findOwners(slice, access, namespaces, workloads, remembered.keys())
  let all = true
  for (const { owner, workloads: cluster } of found) {
    const { mark, markedBy } = owner.workload
    if (mark !== undefined && markedBy !== environment.id) continue
    const steps = planWake([owner.workload], remembered, environment.decision?.reason ?? 'awake')
    const { unfinished } = await takeSteps(slice, cluster, steps, began, { sayTaken: () => `${sayOwner(owner)} let go`, sayRefused: () => `${sayOwner(owner)} could not be let go` })
    if (unfinished) all = false
  }
  return all
}
