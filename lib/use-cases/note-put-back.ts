import { isPrepared, sayPutBack, type SleepingPool } from '../domain/put-back.ts'
import type { World } from './world.ts'

/**
 * Notes that a pool is as Catnap prepared it and, when it is no longer though all who use it still sleep, that somebody
 * put it back: in the history and where `status` shows it. Told before it is noted: interrupted in between it is told again.
 */
export const notePutBack = async ({ clock, memory, log }: Pick<World, 'clock' | 'memory' | 'log'>, view: SleepingPool): Promise<void> => {
  const { pool } = view
  const key = { cluster: pool.cluster, name: pool.name }
  if (isPrepared(view)) {
    if (pool.prepared !== true) await memory.pools.change(key, { set: { prepared: true }, when: { epoch: pool.epoch } })
    return
  }
  if (pool.prepared !== true) return
  const [at, text] = [clock.now(), sayPutBack(view)]
  log.warn(text, { cluster: pool.cluster, pool: pool.name })
  await memory.append([{ at, subject: `${pool.cluster}/pool/${pool.name}`, what: 'problem', text }])
  await memory.pools.change(key, { set: { prepared: undefined, putBack: { at, text } }, when: { epoch: pool.epoch } })
}
