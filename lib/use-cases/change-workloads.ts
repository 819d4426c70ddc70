import pMap from 'p-map'
import { type Instant, later } from '../domain/time.ts'
import { type Original, objectKey, sayWorkloadStep, type WorkloadStep } from '../domain/workload.ts'
import type { Workloads } from '../ports.ts'
import { heldStill } from './held-still.ts'
import { SLICE_SECONDS, type Slice } from './world.ts'

/** Objects changed between two looks at the epoch: a change of mind is noticed after so many. */
const BATCH = 20

/** Requests under way at once at one cluster. */
const AT_ONCE = 8

/** How the steps of one slice went. */
export interface Changed {
  readonly taken: readonly WorkloadStep[]
  /** Steps left: somebody changed the object meanwhile, the time was up, or the mind was changed. */
  readonly unfinished: boolean
  /** What the cluster refused for good, in words. */
  readonly refused: readonly string[]
}

/**
 * Takes steps on workloads in batches. Before each batch the epoch is read again, and the originals of a sleep are in
 * the table before the first object of the batch is touched.
 */
export const changeWorkloads = async (slice: Slice, workloads: Workloads, steps: readonly WorkloadStep[], began: Instant): Promise<Changed> => {
  const { world: { clock, memory, log }, environment } = slice
  const taken: WorkloadStep[] = []
  const refused: string[] = []
  let unfinished = false

  for (let from = 0; from < steps.length; from += BATCH) {
    // The clock last: who slept over the answer must not act on it.
    if (!(await heldStill(slice)) || clock.now() > later(began, SLICE_SECONDS)) return { taken, refused, unfinished: true }
    const batch = steps.slice(from, from + BATCH)
    const asleep = batch.filter((step) => step.do === 'sleep')
    if (asleep.length > 0) await memory.keepOriginals(environment.id, originalsOf(asleep))
    const outcomes = await pMap(batch, (step) => workloads.change(environment.id, step), { concurrency: AT_ONCE })
    const woken = batch.filter((step, index) => step.do === 'wake' && outcomes[index]?.done === true)
    // Once it is back a person may change it again: what it was must not be put over that later.
    if (woken.length > 0) await memory.dropOriginals(environment.id, woken.map(objectKey))
    for (const [index, step] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome?.done === true) {
        taken.push(step)
        log.info(sayWorkloadStep(step), { environment: environment.id })
      } else if (outcome?.because === 'refused') refused.push(outcome.text)
      else if (outcome?.because === 'changed') unfinished = true
    }
  }
  return { taken, unfinished, refused }
}

const originalsOf = (steps: readonly WorkloadStep[]): ReadonlyMap<string, Original> =>
  new Map(steps.map((step) => [objectKey(step), step.original]))
