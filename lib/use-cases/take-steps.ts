import type { Instant } from '../domain/time.ts'
import { sayWorkloadStep, type WorkloadStep } from '../domain/workload.ts'
import type { Workloads } from '../ports.ts'
import { type Changed, changeWorkloads } from './change-workloads.ts'
import type { Slice } from './world.ts'

/**
 * Takes steps and tells the history of those that were taken. Answers what is left for another look. Throws what the
 * cluster refused for good: `sayRefused` says what that is a part of.
 */
export const takeSteps = async (
  slice: Slice, workloads: Workloads, steps: readonly WorkloadStep[], began: Instant,
  { sayTaken, sayRefused }: { readonly sayTaken: (count: number) => string; readonly sayRefused: (count: number) => string },
): Promise<Pick<Changed, 'unfinished' | 'hindered'>> => {
  const { world: { memory }, environment: { id } } = slice
  const { taken, refused, ...rest } = await changeWorkloads(slice, workloads, steps, began)
  if (taken.length > 0) await memory.append([{ at: began, subject: id, what: 'steps', text: sayTaken(taken.length), steps: taken.map(sayWorkloadStep) }])
  if (refused.length > 0) throw new Error(`${sayRefused(refused.length)}: ${refused[0]}`)
  return rest
}
