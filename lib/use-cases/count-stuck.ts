import { lastStep } from '../domain/environment.ts'
import type { Pod } from '../domain/node.ts'
import { secondsBetween } from '../domain/time.ts'
import type { Workloads } from '../ports.ts'
import type { Slice } from './world.ts'

/** Once the last node is Ready, or a wave has begun, the scheduler has placed by then what it can. */
const PLACED_WITHIN_SECONDS = 60

/**
 * How many of these pods, which should find a place by what is counted, the scheduler finds none for: what it obeys besides
 * (affinity, spread, host ports, other resources) keeps them from the nodes there are. Until it has had its time, none.
 */
export const countStuck = async ({ world: { clock }, environment }: Slice, workloads: Workloads, placeable: readonly Pod[]): Promise<number> => {
  const { progress, since } = environment
  const stillFor = Math.min(...[progress?.nodesSince ?? since, lastStep(environment)].map((moved) => secondsBetween(moved, clock.now())))
  if (placeable.length === 0 || stillFor < PLACED_WITHIN_SECONDS) return 0
  const { pods } = await workloads.symptoms([...new Set(placeable.map(({ namespace }) => namespace))])
  const stuck = new Set(pods.flatMap(({ namespace, name, unscheduled }) => (unscheduled?.reason === 'Unschedulable' ? [`${namespace}/${name}`] : [])))
  return placeable.filter(({ namespace, name }) => stuck.has(`${namespace}/${name}`)).length
}
