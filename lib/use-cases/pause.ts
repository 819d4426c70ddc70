import type { Pause } from '../domain/fleet.ts'
import type { Operator } from './deliver-intent.ts'

/** Sets the kill switch for the fleet, or for one cluster; answers whether there is such a thing. */
export const pause = async ({ clock, registry }: Operator, cluster: string | undefined, by: string, why?: string): Promise<boolean> => {
  const at = clock.now()
  const word: Pause = { by, at, ...(why === undefined ? {} : { why }) }
  if (!(await setPause(registry, cluster, word))) return false
  await registry.append([{ at, subject: cluster ?? 'fleet', what: 'request', text: `paused by ${by}${why === undefined ? '' : `: ${why}`}` }])
  return true
}

/** Takes the kill switch back; everything it covered is looked at again at once. */
export const resume = async ({ clock, registry }: Operator, cluster: string | undefined, by: string): Promise<boolean> => {
  if (!(await setPause(registry, cluster, undefined))) return false
  const at = clock.now()
  if (cluster !== undefined) {
    const { environments } = await registry.inCluster(cluster)
    for (const { id } of environments) await registry.environments.change(id, { set: { dueAt: at } })
    await registry.changeCluster(cluster, { set: { dueAt: at } })
  }
  await registry.append([{ at, subject: cluster ?? 'fleet', what: 'request', text: `resumed by ${by}` }])
  return true
}

const setPause = async (registry: Operator['registry'], cluster: string | undefined, word: Pause | undefined): Promise<boolean> => {
  if (cluster !== undefined) return (await registry.changeCluster(cluster, { set: { pause: word } })) !== undefined
  const fleet = await registry.fleet()
  if (fleet === undefined) return false
  const { pause: _before, ...rest } = fleet
  await registry.putFleet(word === undefined ? rest : { ...rest, pause: word })
  return true
}
