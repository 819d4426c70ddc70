import { judgeOwner } from '../domain/gitops/judge-owner.ts'
import { sayOwner } from '../domain/gitops/owner.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import { planSleep, type Workload } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { findOwners } from './find-owners.ts'
import { takeSteps } from './take-steps.ts'
import { waitFor } from './wait-for.ts'
import type { Slice, SliceEnd } from './world.ts'

/** What an owner has begun it ends: so long it is waited for. */
const BUSY_SECONDS = 300

/**
 * Holds the GitOps owners of an environment before anything it owns is put to sleep, and waits for what they have begun.
 * Undefined: all are held. Throws for one that cannot be held for this environment alone, and says what to add instead.
 */
export const holdOwners = async (slice: Slice, access: ClusterAccess, namespaces: readonly string[], workloads: readonly Workload[], began: Instant): Promise<SliceEnd | undefined> => {
  const { world: { clock }, environment } = slice
  const { found, missing } = await findOwners(slice, access, namespaces, workloads, [])
  const [lost] = missing
  if (lost !== undefined) {
    throw new Error(
      `${lost.kind} ${lost.namespace === undefined ? '' : `${lost.namespace}/`}${lost.name} owns objects of ${environment.id} and would put back what sleeps, but is not in the cluster: ` +
      'name it under managedBy with the cluster it is in, or managedBy: [] where it is no more',
    )
  }
  const judged = found.map((each) => ({ ...each, verdict: judgeOwner(each.owner, namespaces, workloads) }))
  for (const { verdict } of judged) if (verdict.do === 'refuse') throw new Error(verdict.why)
  const held = judged.filter(({ verdict }) => verdict.do === 'hold')
  for (const { owner, workloads: cluster } of held) {
    const steps = planSleep([owner.workload], environment.decision?.reason ?? 'asleep')
    const { unfinished } = await takeSteps(slice, cluster, steps, began, { sayTaken: () => `${sayOwner(owner)} held`, sayRefused: () => `${sayOwner(owner)} could not be held` })
    if (unfinished) return { rest: false, againSeconds: 0 }
  }
  const busy = held.find(({ owner }) => owner.isBusy)
  if (busy === undefined || secondsBetween(environment.since, clock.now()) > BUSY_SECONDS) return undefined
  return waitFor(slice, `${sayOwner(busy.owner)} to end what it has begun`)
}
