import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { originalOf, type Pool, type PoolOriginal } from '../domain/pool.ts'
import type { Memory, PoolStatus } from '../ports.ts'

/**
 * Makes sure a pool's original is in the table before anything of the pool is changed (law 1); whatever changes it writes
 * the same on the pool itself first.
 *
 * @returns the original; undefined when somebody else changed the record meanwhile
 */
export const savePool = async (memory: Memory, pool: Pool, status: PoolStatus): Promise<PoolOriginal | undefined> => {
  const original = originalOf(pool, status)
  if (isDeepEqual(original, pool.original)) return original
  const when = { epoch: pool.epoch, ...(pool.original === undefined ? { original: undefined } : {}) }
  return (await memory.pools.change({ cluster: pool.cluster, name: pool.name }, { set: { original }, when }))?.original
}
