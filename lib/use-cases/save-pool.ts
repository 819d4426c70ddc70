import type { Pool, PoolOriginal } from '../domain/pool.ts'
import type { Capacity, Memory, PoolStatus } from '../ports.ts'

/**
 * Makes sure a pool's original is in both places, the table and on the pool itself, before anything of it is changed
 * (law 1). An original that is in one place already is copied to the other and never overwritten by what is there now.
 *
 * @returns the pool with its original; undefined when somebody else changed the record meanwhile
 */
export const savePool = async (memory: Memory, capacity: Capacity, pool: Pool, status: PoolStatus): Promise<Pool | undefined> => {
  const original: PoolOriginal = pool.original ?? status.mark ?? { ...status.size, rebalancing: status.rebalancing }
  const saved = pool.original === undefined
    ? await memory.pools.change({ cluster: pool.cluster, name: pool.name }, { set: { original }, when: { original: undefined, epoch: pool.epoch } })
    : pool
  if (saved === undefined) return undefined
  if (status.mark === undefined) await capacity.mark(pool.name, original)
  return saved
}
