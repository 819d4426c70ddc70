import { lastStep, USUAL_SLEEP } from '../domain/environment.ts'
import { nextStage } from '../domain/stage.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import { isReady, type Workload, type WorkloadStep } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { takeSteps } from './take-steps.ts'
import { waitFor } from './wait-for.ts'
import type { Slice, SliceEnd } from './world.ts'

/** How the stages of a wake stand. */
export interface StagesTaken {
  /** Undefined: all that may be taken now was. */
  readonly end?: SliceEnd
  /** When a wave was last begun. */
  readonly steppedAt: Instant
  /** Whether something was changed: what was listed before is old. */
  readonly changed: boolean
}

/**
 * Takes the stages of a wake that may be taken now: a wave of workloads begins when those before it are ready or their
 * time is up; then CronJobs, then what moves replicas.
 */
export const wakeStages = async (
  slice: Slice, access: ClusterAccess, workloads: readonly Workload[], steps: readonly WorkloadStep[], began: Instant,
): Promise<StagesTaken> => {
  const { world: { clock, memory }, environment, owner } = slice
  const { waves, waveSeconds } = environment.terms.sleep ?? USUAL_SLEEP
  let [left, steppedAt, changed] = [steps, lastStep(environment), false]
  for (let next = nextStage('wake', left, workloads, waves); next !== undefined; next = nextStage('wake', left, workloads, waves)) {
    const isHeld = next.before.some((workload) => !isReady(workload)) || (changed && next.before.some(({ role }) => role === 'workload'))
    if (next.stage.role === 'workload' && isHeld && secondsBetween(steppedAt, clock.now()) < waveSeconds) return { steppedAt, changed }
    if (next.stage.role === 'workload') {
      steppedAt = began
      await memory.environments.change(environment.id, { set: { steppedAt }, when: { epoch: environment.epoch }, claimedBy: owner })
    }
    const { steps: now } = next
    const { unfinished, hindered } = await takeSteps(slice, access.workloads, now, began, {
      sayTaken: (count) => `${count} ${count === 1 ? 'workload' : 'workloads'} woken`,
      sayRefused: (count) => `${count} of ${now.length} workloads could not be woken`,
    })
    changed = true
    if (hindered !== undefined) return { end: await waitFor(slice, hindered), steppedAt, changed }
    if (unfinished) return { end: { rest: false, againSeconds: 0 }, steppedAt, changed }
    left = left.filter((step) => !now.includes(step))
  }
  return { steppedAt, changed }
}
