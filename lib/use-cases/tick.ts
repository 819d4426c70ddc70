import pMap from 'p-map'
import type { Outside } from './world.ts'

/** How many shards of the due index are read at once. */
const SHARDS_AT_ONCE = 8

/**
 * Asks the due index what must be looked at and sends one message each. It writes nothing: whoever looks moves the due
 * time on, so a lost message is sent again with the next tick. While the fleet is paused nothing is sent.
 *
 * @returns how many messages were sent
 */
export const tick = async ({ clock, memory, mailbox, log }: Outside): Promise<number> => {
  const fleet = await memory.fleet()
  if (fleet === undefined || fleet.pause !== undefined) return 0
  const now = clock.now()
  const counts = await pMap(
    Array.from({ length: fleet.dueShards }, (_, shard) => shard),
    async (shard) => {
      let sent = 0
      for await (const page of memory.due(shard, now)) {
        await mailbox.send(page)
        sent += page.length
      }
      return sent
    },
    { concurrency: SHARDS_AT_ONCE },
  )
  const sent = counts.reduce((sum, count) => sum + count, 0)
  if (sent > 0) log.info('due', { sent })
  return sent
}
