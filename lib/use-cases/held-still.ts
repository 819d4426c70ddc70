import type { Slice } from './world.ts'

/** Whether the environment is still ours to change: same epoch, our claim, nobody paused it. Asked before each batch. */
export const heldStill = async ({ world: { memory }, environment, owner }: Slice): Promise<boolean> => {
  const [now, fleet] = await Promise.all([memory.environments.get(environment.id), memory.fleet()])
  return now?.epoch === environment.epoch && now.claim?.owner === owner && fleet?.pause === undefined
}
