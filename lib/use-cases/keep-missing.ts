import { objectKey, type Original, type Workload } from '../domain/workload.ts'
import type { Memory } from '../ports.ts'

/** The originals on the objects themselves, by their keys. */
export const marksOf = (workloads: readonly Workload[]): ReadonlyMap<string, Original> =>
  new Map(workloads.flatMap((workload) => (workload.mark === undefined ? [] : [[objectKey(workload), workload.mark] as const])))

/** Writes down the originals that only the objects know, so that they are in two places again (law 1). */
export const keepMissing = async (memory: Memory, environment: string, marked: ReadonlyMap<string, Original>, kept: ReadonlyMap<string, Original>): Promise<void> => {
  const missing = new Map([...marked].filter(([key]) => !kept.has(key)))
  if (missing.size > 0) await memory.keepOriginals(environment, missing)
}
