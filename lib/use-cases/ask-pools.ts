import type { Environment } from '../domain/environment.ts'
import type { Demand } from '../domain/pool.ts'
import type { Memory } from '../ports.ts'

/** How often a change is tried again when another environment changes the same pool in the same moment. */
const TRIES = 8

/**
 * Says what an environment asks of the pools it uses (of all its cluster's pools where that is not known). Each change
 * counts the pool's epoch up, so that a reclaim begun before it stops.
 */
export const askPools = async (memory: Memory, environment: Environment, demand: Demand): Promise<void> => {
  const names = environment.pools ?? (await memory.inCluster(environment.cluster)).pools.map(({ name }) => name)
  for (const name of names) await askPool(memory, { cluster: environment.cluster, name }, environment.id, demand)
}

const askPool = async (memory: Memory, key: { cluster: string; name: string }, id: string, demand: Demand): Promise<void> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const pool = await memory.pools.get(key)
    if (pool === undefined || pool.demands[id] === demand) return
    const changed = await memory.pools.change(key, {
      set: { demands: { ...pool.demands, [id]: demand }, epoch: pool.epoch + 1 },
      when: { epoch: pool.epoch },
    })
    if (changed !== undefined) return
  }
  throw new Error(`pool ${key.cluster}/${key.name} was changed by others ${TRIES} times in a row; the next message tries again`)
}
