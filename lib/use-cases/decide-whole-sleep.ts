import type { Decision } from '../domain/decide.ts'
import type { Environment } from '../domain/environment.ts'
import { type Cluster, type Fleet, modeOf } from '../domain/fleet.ts'
import type { Pool } from '../domain/pool.ts'
import { later } from '../domain/time.ts'
import { decideWhole } from '../domain/whole/decide-whole.ts'
import { surveyNodes } from './survey-nodes.ts'
import type { World } from './world.ts'

/** What holds a cluster up is looked at again after this. */
const HELD_SECONDS = 5 * 60

/**
 * What is wanted of a cluster as a whole. Before it begins to fall asleep it is looked at: where a node would have to stay,
 * nothing of the system is taken away for it.
 */
export const decideWholeSleep = async (world: World, fleet: Fleet, cluster: Cluster, record: Environment): Promise<Decision> => {
  const { clock, memory, log } = world
  const { environments, pools } = await memory.inCluster(cluster.name)
  const now = clock.now()
  const decision = decideWhole({ fleet, cluster, record, environments, now })
  if (decision.desired !== 'asleep' || record.phase !== 'awake' || modeOf(fleet, cluster) === 'observe') return decision
  const held = await whatStays(world, fleet, cluster, { environments, pools, record }).catch((error: unknown) => {
    log.warn('could not look whether the cluster may sleep as a whole', { cluster: cluster.name, reason: String(error) })
    return `could not be looked at: ${error instanceof Error ? error.message : String(error)}`
  })
  return held === undefined ? decision : { desired: 'awake', rule: 'cluster', reason: `every environment in it sleeps, but ${held}`, reviewAt: later(now, HELD_SECONDS) }
}

interface Sleeping {
  readonly environments: readonly Environment[]
  readonly pools: readonly Pool[]
  readonly record: Environment
}

/** The first thing that would stay on the bill although all of it slept, in words; undefined: nothing would. */
const whatStays = async (world: World, fleet: Fleet, cluster: Cluster, { environments, pools, record }: Sleeping): Promise<string | undefined> => {
  const access = await world.clusters.open(cluster)
  for (const { name } of pools) {
    const status = await access.capacity.status(name)
    if (status === undefined) return `pool ${name} is not to be found`
    if (status.obstacle !== undefined) return `pool ${name}: ${status.obstacle}`
  }
  const { nodes, answers } = await surveyNodes(world, fleet, access, { environments, pools, system: { ...record, phase: 'asleep' } })
  const named = new Set(pools.map(({ name }) => name))
  const foreign = nodes.find(({ pool, labels }) => !named.has(pool ?? '') && labels['eks.amazonaws.com/compute-type'] !== 'fargate')
  if (foreign !== undefined) return `node ${foreign.name} is of no pool the intent names${foreign.pool === undefined ? '' : `, but of ${foreign.pool}`}`
  const ours = new Set(nodes.flatMap(({ name, pool }) => (named.has(pool ?? '') ? [name] : [])))
  const kept = [...answers.values()].find(({ name, verdict }) => verdict === 'keep' && ours.has(name))
  return kept === undefined ? undefined : `node ${kept.name} has to stay: ${kept.reasons[0] ?? ''}`
}
