import type { Slice, SliceEnd } from './world.ts'

/** What is waited for is looked at again after this. */
const AGAIN_SECONDS = 15

/** Writes where people look what a change waits for, and looks again soon. */
export const waitFor = async ({ world: { memory }, environment, owner }: Slice, waitingFor: string): Promise<SliceEnd> => {
  const before = environment.progress ?? { workloads: { done: 0, total: 0 }, nodes: { done: 0, total: 0 } }
  if (before.waitingFor !== waitingFor) {
    await memory.environments.change(environment.id, { set: { progress: { ...before, waitingFor } }, when: { epoch: environment.epoch }, claimedBy: owner })
  }
  return { rest: false, againSeconds: AGAIN_SECONDS }
}
