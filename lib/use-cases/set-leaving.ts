import type { Leaving, Pool } from '../domain/pool.ts'
import type { PoolSlice } from './reclaim.ts'

/**
 * Notes where a node of a pool is on its way off the bill; undefined: it is given back. What `also` makes of the pool as it
 * is now is written with it.
 *
 * @returns whether the pool is still ours to change
 */
export const setLeaving = async (
  { world: { memory }, pool, owner }: PoolSlice,
  instanceId: string,
  leaving: Leaving | undefined,
  also: (now: Pool) => Pick<Partial<Pool>, 'stopped'> = () => ({}),
): Promise<boolean> => {
  const key = { cluster: pool.cluster, name: pool.name }
  const now = await memory.pools.get(key)
  if (now === undefined) return false
  const others = Object.entries(now.leaving).filter(([id]) => id !== instanceId)
  const entries = leaving === undefined ? others : [...others, [instanceId, leaving] as const]
  return (await memory.pools.change(key, { set: { leaving: Object.fromEntries(entries), ...also(now) }, when: { epoch: pool.epoch }, claimedBy: owner })) !== undefined
}
