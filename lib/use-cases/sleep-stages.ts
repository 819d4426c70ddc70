import { lastStep, USUAL_SLEEP } from '../domain/environment.ts'
import { isFinished, workloadKeyOf } from '../domain/node.ts'
import { type NextStage, nextStage } from '../domain/stage.ts'
import { type Instant, iso, later, secondsBetween } from '../domain/time.ts'
import { isAsleep, objectKey, planSleep, type Workload } from '../domain/workload.ts'
import { LAST_ASLEEP } from '../domain/whole/system-order.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { ClusterAccess } from '../ports.ts'
import { ownNodesEnd } from './own-nodes-end.ts'
import { leadToWake } from './switch-front.ts'
import { takeSteps } from './take-steps.ts'
import { waitFor } from './wait-for.ts'
import type { Slice, SliceEnd } from './world.ts'

/**
 * Takes the stages of a sleep that may be taken now, one after the other: what would put workloads back, what starts them
 * by the clock, then, once running Jobs have ended, the workloads by wave. Undefined: nothing is left to take.
 */
export const sleepStages = async (slice: Slice, access: ClusterAccess, namespaces: readonly string[], workloads: readonly Workload[], began: Instant): Promise<SliceEnd | undefined> => {
  const { environment } = slice
  const { waves } = environment.terms.sleep ?? USUAL_SLEEP
  let left = planSleep(workloads, environment.decision?.reason ?? 'asleep')
  let steppedAt = lastStep(environment)
  for (let next = nextStage('sleep', left, workloads, waves); next !== undefined; next = nextStage('sleep', left, workloads, waves)) {
    const hurdle = await hurdleBefore(slice, access, namespaces, next, steppedAt)
    if (hurdle !== undefined) return waitFor(slice, hurdle)
    if (next.stage.role === 'workload' && !(await leadToWake(slice, access, namespaces))) return { rest: false, againSeconds: 0 }
    const { steps } = next
    const { role } = next.stage
    const { unfinished, hindered } = await takeSteps(slice, access.workloads, steps, began, {
      sayTaken: (count) => `${count} ${nounOf(role, count)} put to sleep`,
      sayRefused: (count) => `${count} of ${steps.length} workloads could not be put to sleep`,
    })
    if (hindered !== undefined) return waitFor(slice, hindered)
    if (unfinished) return { rest: false, againSeconds: 0 }
    left = left.filter((step) => !steps.includes(step))
    steppedAt = began
    if (next.stage.role === 'workload' && left.length > 0) await noteStep(slice, began)
  }
  // Where no workload was left to wait with, or a Job began since: what runs is no environment asleep.
  const jobs = await jobsRun(slice, access, namespaces)
  return jobs === undefined ? undefined : waitFor(slice, jobs)
}

const nounOf = (role: Workload['role'], count: number): string => {
  if (role === 'holder') return count === 1 ? 'autoscaler held and' : 'autoscalers held and'
  return count === 1 ? 'workload' : 'workloads'
}

const noteStep = async ({ world: { memory }, environment: { id, epoch }, owner }: Slice, steppedAt: Instant): Promise<void> => {
  await memory.environments.change(id, { set: { steppedAt }, when: { epoch }, claimedBy: owner })
}

/** What keeps the next stage from being taken now. Only workloads wait: for Jobs that run, and for the pods of the wave that goes before them; of a cluster as a whole, what ends nodes for its own. */
const hurdleBefore = async (slice: Slice, access: ClusterAccess, namespaces: readonly string[], { stage, before }: NextStage, steppedAt: Instant): Promise<string | undefined> => {
  if (stage.role !== 'workload') return undefined
  if (isWhole(slice.environment) && stage.wave === LAST_ASLEEP) {
    const left = await ownNodesEnd(slice, access)
    if (left !== undefined) return left
  }
  const waves = before.filter(({ role }) => role === 'workload')
  return waves.length === 0 ? jobsRun(slice, access, namespaces) : podsEnd(slice, access, namespaces, waves, steppedAt)
}

/** Running Jobs finish first, up to the limit in the intent; then they are left to run. */
const jobsRun = async ({ world: { clock }, environment }: Slice, access: ClusterAccess, namespaces: readonly string[]): Promise<string | undefined> => {
  const { jobsSeconds } = environment.terms.sleep ?? USUAL_SLEEP
  const until = later(environment.since, jobsSeconds)
  if (clock.now() >= until) return undefined
  const [first, ...more] = await access.workloads.runningJobs(namespaces)
  return first === undefined ? undefined : `Job ${first}${more.length > 0 ? ` and ${more.length} more` : ''} to finish, until ${iso(until)} at the latest`
}

/** The next wave waits until the pods of the one before have ended, or its time is up. */
const podsEnd = async ({ world: { clock }, environment }: Slice, access: ClusterAccess, namespaces: readonly string[], before: readonly Workload[], steppedAt: Instant): Promise<string | undefined> => {
  const { waveSeconds } = environment.terms.sleep ?? USUAL_SLEEP
  if (secondsBetween(steppedAt, clock.now()) >= waveSeconds) return undefined
  // What a person raised, and what an owner keeps, does not end.
  const keys = new Set(before.filter((workload) => workload.owner === undefined && (workload.mark === undefined || isAsleep(workload))).map(objectKey))
  const ending = (await access.workloads.pods(namespaces)).filter((pod) => !isFinished(pod) && keys.has(workloadKeyOf(pod) ?? ''))
  return ending.length === 0 ? undefined : `${ending.length} ${ending.length === 1 ? 'pod' : 'pods'} of the wave before to end`
}
