import type { Trouble } from '../domain/missing-nodes.ts'
import type { Instant } from '../domain/time.ts'
import type { Capacity, Log } from '../ports.ts'

/** What keeps a pool from getting nodes. That nobody may ask, or answers, is a trouble in words: a wake waits for nodes, not for words. */
export const askTroubles = async (log: Log, capacity: Capacity, pool: string, since: Instant): Promise<readonly Trouble[]> => {
  try {
    return await capacity.troubles(pool, since)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warn('could not read why nodes do not come', { pool, reason })
    return [{ text: `its provisioner could not be asked: ${reason}` }]
  }
}
