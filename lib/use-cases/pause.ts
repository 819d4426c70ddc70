import type { Pause } from '../domain/fleet.ts'
import type { Operator } from './deliver-intent.ts'

/** What the kill switch was before; `unknown`: there is no such cluster, or no fleet yet. */
export type PauseAnswer = { readonly is: 'unknown' } | { readonly is: 'done'; readonly before?: Pause }

/** Sets the kill switch for the fleet, or for one cluster. */
export const pause = async ({ clock, registry }: Operator, cluster: string | undefined, by: string, why?: string): Promise<PauseAnswer> => {
  const at = clock.now()
  const word: Pause = { by, at, ...(why === undefined ? {} : { why }) }
  const answer = await setPause(registry, cluster, word)
  if (answer.is === 'unknown') return answer
  await registry.append([{ at, subject: cluster ?? 'fleet', what: 'request', text: `paused by ${by}${why === undefined ? '' : `: ${why}`}` }])
  return answer
}

/** Takes the kill switch back; everything it covered is looked at again at once. */
export const resume = async ({ clock, registry }: Operator, cluster: string | undefined, by: string): Promise<PauseAnswer> => {
  const answer = await setPause(registry, cluster, undefined)
  if (answer.is === 'unknown' || answer.before === undefined) return answer
  const at = clock.now()
  if (cluster !== undefined) {
    const { environments, system } = await registry.inCluster(cluster)
    for (const { id } of [...environments, ...(system === undefined ? [] : [system])]) await registry.environments.change(id, { set: { dueAt: at } })
    await registry.changeCluster(cluster, { set: { dueAt: at } })
  }
  await registry.append([{ at, subject: cluster ?? 'fleet', what: 'request', text: `resumed by ${by}` }])
  return answer
}

const setPause = async (registry: Operator['registry'], name: string | undefined, word: Pause | undefined): Promise<PauseAnswer> => {
  if (name !== undefined) {
    const cluster = await registry.cluster(name)
    const changed = await registry.changeCluster(name, { set: { pause: word } })
    return changed === undefined ? { is: 'unknown' } : done(cluster?.pause)
  }
  const fleet = await registry.fleet()
  const changed = await registry.changeFleet({ set: { pause: word } })
  return changed === undefined ? { is: 'unknown' } : done(fleet?.pause)
}

const done = (before: Pause | undefined): PauseAnswer => ({ is: 'done', ...(before === undefined ? {} : { before }) })
