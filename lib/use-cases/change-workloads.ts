import pMap from 'p-map'
import { type Instant, later } from '../domain/time.ts'
import { type Original, objectKey, sayWorkloadStep, type WorkloadStep } from '../domain/workload.ts'
import type { Workloads } from '../ports.ts'
import { heldStill } from './held-still.ts'
import { SLICE_SECONDS, type Slice } from './world.ts'

/**
 * Objects changed after one look at the epoch; whole rounds of AT_ONCE, and originals that fit one request to the table. The
 * look for the next batch is made while this one is under way: a change of mind is noticed after two at most.
 */
const BATCH = 24

/** Requests under way at once at one cluster. */
const AT_ONCE = 8

/** How the steps of one slice went. */
export interface Changed {
  readonly taken: readonly WorkloadStep[]
  /** Steps left: somebody changed the object meanwhile, the time was up, or the mind was changed. */
  readonly unfinished: boolean
  /** What is tried again in a moment: an admission webhook that is not up, in words. */
  readonly hindered?: string
  /** What the cluster refused for good, in words. */
  readonly refused: readonly string[]
}

/**
 * Takes steps on workloads in batches. Before each batch the epoch is read again, and the originals of a sleep are in
 * the table before the first object of the batch is touched.
 */
export const changeWorkloads = async (slice: Slice, workloads: Workloads, steps: readonly WorkloadStep[], began: Instant): Promise<Changed> => {
  const { world: { memory, log }, environment } = slice
  const taken: WorkloadStep[] = []
  const refused: string[] = []
  let unfinished = false
  let hindered: string | undefined

  const batches = Array.from({ length: Math.ceil(steps.length / BATCH) }, (_, index) => steps.slice(index * BATCH, (index + 1) * BATCH))
  let ready = mayChange(slice, batches[0] ?? [], began)
  for (const [index, batch] of batches.entries()) {
    if (!(await ready)) return { taken, refused, unfinished: true }
    const next = mayChange(slice, batches[index + 1] ?? [], began)
    // Whatever becomes of this batch, nothing is written for the next once we have left.
    const outcomes = await pMap(batch, (step) => workloads.change(environment.id, step), { concurrency: AT_ONCE }).finally(() => next.catch(() => {}))
    ready = next
    const woken = batch.filter((step, at) => step.do === 'wake' && outcomes[at]?.done === true)
    // Once it is back a person may change it again: what it was must not be put over that later.
    if (woken.length > 0) await memory.dropOriginals(environment.id, woken.map(objectKey))
    for (const [at, step] of batch.entries()) {
      const outcome = outcomes[at]
      if (outcome?.done === true) {
        taken.push(step)
        log.info(sayWorkloadStep(step), { environment: environment.id })
      } else if (outcome?.because === 'refused') refused.push(outcome.text)
      else if (outcome?.because === 'changed') unfinished = true
      else if (outcome?.because === 'later') hindered ??= outcome.text
    }
  }
  return { taken, unfinished: unfinished || hindered !== undefined, refused, ...(hindered === undefined ? {} : { hindered }) }
}

/** Whether a batch may be changed; if so its originals are in the table by now. */
const mayChange = async (slice: Slice, batch: readonly WorkloadStep[], began: Instant): Promise<boolean> => {
  const { world: { clock, memory }, environment } = slice
  if (batch.length === 0) return true
  // The clock last: who slept over the answer must not act on it.
  if (!(await heldStill(slice)) || clock.now() > later(began, SLICE_SECONDS)) return false
  const asleep = batch.filter((step) => step.do === 'sleep')
  if (asleep.length > 0) await memory.keepOriginals(environment.id, originalsOf(asleep))
  return true
}

const originalsOf = (steps: readonly WorkloadStep[]): ReadonlyMap<string, Original> =>
  new Map(steps.map((step) => [objectKey(step), step.original]))
