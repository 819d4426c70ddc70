import type { Environment } from '../domain/environment.ts'
import { modeOf } from '../domain/fleet.ts'
import type { Outside } from './world.ts'

/** Why no worker would act on a wish. `observed`: its cluster is in observe mode. */
type Stillness = { readonly is: 'paused'; readonly by: string } | { readonly is: 'observed' }

/**
 * Why nothing would come of a wish that it be awake or asleep; undefined: a worker acts on it, or it is so already.
 * `restored` is never so already.
 */
export const stillnessOf = async ({ memory }: Outside, { cluster: name, phase }: Environment, wish: 'awake' | 'asleep' | 'restored'): Promise<Stillness | undefined> => {
  const [fleet, cluster] = await Promise.all([memory.fleet(), memory.cluster(name)])
  const pause = fleet?.pause ?? cluster?.pause
  if (pause !== undefined) return { is: 'paused', by: pause.by }
  return fleet !== undefined && cluster !== undefined && phase !== wish && modeOf(fleet, cluster) === 'observe' ? { is: 'observed' } : undefined
}
