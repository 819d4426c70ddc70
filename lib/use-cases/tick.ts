import pMap from 'p-map'
import type { Outside } from './world.ts'

/** How many shards of the due index are read at once. */
const SHARDS_AT_ONCE = 8

/**
 * Asks the due index what must be looked at and sends one message each. It writes nothing: whoever looks moves the due
 * time on, so a lost message is sent again with the next tick. While the fleet is paused nothing is sent.
 *
 * @returns how many messages were sent
 * @throws AggregateError once all is tried, where some could not be sent
 */
export const tick = async ({ clock, memory, mailbox, log }: Outside): Promise<number> => {
  const fleet = await memory.fleet()
  if (fleet === undefined || fleet.pause !== undefined) return 0
  const now = clock.now()
  const failures: unknown[] = []
  const counts = await pMap(
    Array.from({ length: fleet.dueShards }, (_, shard) => shard),
    async (shard) => {
      let sent = 0
      for await (const page of memory.due(shard, now)) {
        try {
          await mailbox.send(page)
          sent += page.length
        } catch (error) {
          failures.push(error)
        }
      }
      return sent
    },
    // One spoke whose queues refuse must not keep the others from their messages.
    { concurrency: SHARDS_AT_ONCE, stopOnError: false },
  )
  const sent = counts.reduce((sum, count) => sum + count, 0)
  if (sent > 0) log.info('due', { sent })
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} pages of messages could not be sent, ${sent} messages were; the next tick tries again`)
  return sent
}
