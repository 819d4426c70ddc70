import type { Instant } from '../domain/time.ts'
import { sayWorkloadStep, type WorkloadStep } from '../domain/workload.ts'
import type { Workloads } from '../ports.ts'
import { changeWorkloads } from './change-workloads.ts'
import type { Slice } from './world.ts'

/**
 * Takes steps and tells the history of those that were taken. Answers whether some are left for another look. Throws what the
 * cluster refused for good: `sayRefused` says what that is a part of.
 */
export const takeSteps = async (
  slice: Slice, workloads: Workloads, steps: readonly WorkloadStep[], began: Instant,
  { sayTaken, sayRefused }: { readonly sayTaken: (count: number) => string; readonly sayRefused: (count: number) => string },
): Promise<{ readonly unfinished: boolean }> => {
  const { world: { memory }, environment: { id } } = slice
  const { taken, unfinished, refused } = await changeWorkloads(slice, workloads, steps, began)
  if (taken.length > 0) await memory.append([{ at: began, subject: id, what: 'steps', text: sayTaken(taken.length), steps: taken.map(sayWorkloadStep) }])
  if (refused.length > 0) throw new Error(`${sayRefused(refused.length)}: ${refused[0]}`)
  return { unfinished }
}
