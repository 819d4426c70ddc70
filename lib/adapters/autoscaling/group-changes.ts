import { type PoolOriginal, type PoolSize, restoredSize } from '../../domain/pool.ts'
import type { Capacity } from '../../ports.ts'

/** The calls that change a pool of an Auto Scaling group: EKS makes some of them for its node groups. */
export interface GroupCalls {
  mark(pool: string, original: PoolOriginal): Promise<void>
  unmark(pool: string): Promise<void>
  /** `maxSize` is never changed: AWS refuses 0, and nothing needs it. */
  resize(pool: string, size: Partial<Pick<PoolSize, 'minSize' | 'desiredSize'>>): Promise<'done' | 'later'>
  setRebalancing(pool: string, on: boolean): Promise<void>
}

/** The order in which a pool of an Auto Scaling group is changed, so that an interruption after any call loses nothing. */
export const groupChanges = ({ mark, unmark, resize, setRebalancing }: GroupCalls): Pick<Capacity, 'prepare' | 'grow' | 'restore'> => ({
  prepare: async (pool, status, original, minSize) => {
    if (status.mark === undefined) await mark(pool, original)
    if (status.rebalancing) await setRebalancing(pool, false)
    if (status.size.minSize === minSize) return 'done'
    await resize(pool, { minSize })
    return 'later'
  },
  grow: async (pool, status, original, size) => {
    if (status.mark === undefined) await mark(pool, original)
    return resize(pool, size)
  },
  restore: async (pool, status, original) => {
    const size = restoredSize(status.size, original)
    if (size.minSize !== status.size.minSize || size.desiredSize !== status.size.desiredSize) {
      await resize(pool, size)
      return 'later'
    }
    if (original.rebalancing && !status.rebalancing) await setRebalancing(pool, true)
    if (status.mark !== undefined) await unmark(pool)
    return 'done'
  },
})
