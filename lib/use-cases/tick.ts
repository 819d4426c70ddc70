import pMap from 'p-map'
import type { Instant } from '../domain/time.ts'
import type { DueItem, Memory } from '../ports.ts'
import type { Outside } from './world.ts'

/** How many shards of the due index are read at once. */
const SHARDS_AT_ONCE = 8

/**
 * Asks the due index what must be looked at and sends one message each. It writes nothing: whoever looks moves the due
 * time on, so a lost message is sent again with the next tick. While the fleet is paused nothing is sent.
 *
 * @returns how many messages were sent
 * @throws what went wrong with a shard or a queue, once all others had their turn
 */
export const tick = async ({ clock, memory, mailbox, log }: Outside): Promise<number> => {
  const fleet = await memory.fleet()
  if (fleet === undefined || fleet.pause !== undefined) return 0
  const now = clock.now()
  const shards = Array.from({ length: fleet.dueShards }, (_, shard) => shard)
  const reads = await pMap(shards, (shard) => readShard(memory, shard, now), { concurrency: SHARDS_AT_ONCE })
  const due = reads.flatMap((read) => read.due)
  // All at once, so that batches are full however many shards there are; one queue that refuses keeps no other from its own.
  if (due.length > 0) await mailbox.send(due)
  if (due.length > 0) log.info('due', { sent: due.length })
  const failed = reads.find((read) => read.failed !== undefined)
  if (failed !== undefined) throw failed.failed
  return due.length
}

const readShard = async (memory: Memory, shard: number, now: Instant): Promise<{ readonly due: readonly DueItem[]; readonly failed?: unknown }> => {
  const due: DueItem[] = []
  try {
    for await (const page of memory.due(shard, now)) due.push(...page)
    return { due }
  } catch (failed) {
    return { due, failed }
  }
}
