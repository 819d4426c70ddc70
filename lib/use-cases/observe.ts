import pMap from 'p-map'
import type { Environment } from '../domain/environment.ts'
import type { Cluster, Fleet } from '../domain/fleet.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { lookSeconds } from '../domain/look-interval.ts'
import { type Instant, later } from '../domain/time.ts'
import type { ClusterAccess, SeenNamespaces } from '../ports.ts'
import { namespacesOf } from './namespaces-of.ts'
import { observeActivity } from './observe-activity.ts'
import { observeLives } from './observe-lives.ts'
import { observeUsage } from './observe-usage.ts'
import { observeUses } from './observe-uses.ts'
import { CLAIM_SECONDS, type ObserveWorld } from './world.ts'

/** Environments whose selectors are asked at once. */
const AT_ONCE = 8

/** One look at one cluster. */
export interface Look {
  readonly world: ObserveWorld
  readonly fleet: Fleet
  readonly cluster: Cluster
  readonly access: ClusterAccess
  /** When it began. */
  readonly now: Instant
}

/** An environment that is awake, and its namespaces as they are now. */
export interface AwakeEnvironment {
  readonly environment: Environment
  readonly namespaces: readonly string[]
}

/**
 * Looks at one cluster, also where it is only observed: what the containers of its awake environments use and what these
 * ask of each pool, whether anybody asks them anything, which nodes run. It changes nothing in the cluster and writes
 * nothing but what it found. What cannot be seen is said and looked at again next time, and costs the rest nothing.
 */
export const observe = async (world: ObserveWorld, name: string): Promise<void> => {
  const { clock, memory } = world
  const [fleet, cluster] = await Promise.all([memory.fleet(), memory.cluster(name)])
  if (fleet === undefined || fleet.pause !== undefined) return
  const now = clock.now()
  // A message that came twice, or came late, finds the look taken.
  if (!(await memory.looks.take(name, now, later(now, CLAIM_SECONDS)))) return
  if (cluster === undefined || cluster.pause !== undefined) return memory.looks.next(name, later(now, lookSeconds([])))

  const { environments } = await memory.inCluster(name)
  await note(world, cluster, await lookAt(world, fleet, cluster, environments, now))
  await memory.looks.next(name, later(now, lookSeconds(environments)))
}

/** Answers what could not be seen, in words. */
const lookAt = async (world: ObserveWorld, fleet: Fleet, cluster: Cluster, environments: readonly Environment[], now: Instant): Promise<readonly string[]> => {
  try {
    const access = await world.clusters.open(cluster)
    const look: Look = { world, fleet, cluster, access, now }
    const up = environments.filter(({ phase }) => phase === 'awake')
    const awake = pMap(up, async (environment): Promise<AwakeEnvironment> => ({ environment, namespaces: await namespacesOf(fleet, environment, access.workloads) }), { concurrency: AT_ONCE })
    const nodes = up.length === 0 ? Promise.resolve([]) : access.nodes.list()
    const seen = Promise.all([awake, nodes]).then(([here, on]) => access.containers.look([...new Set(here.flatMap(({ namespaces }) => namespaces))], on))
    const parts: Readonly<Record<string, Promise<void>>> = {
      'usage of containers': Promise.all([awake, seen]).then(([here, found]) => observeUsage(look, here, found)),
      'use of pools': Promise.all([awake, nodes]).then(([here, on]) => observeUses(look, here, on)),
      'signs of use': Promise.all([awake, orProblem(seen)]).then(([here, found]) => observeActivity(look, here, found)),
      instances: observeLives(look),
      support: observeSupport(look),
    }
    const ends = await Promise.allSettled(Object.values(parts))
    return ends.flatMap((end, index) => (end.status === 'fulfilled' ? [] : [`${Object.keys(parts)[index] ?? ''}: ${sayError(end.reason)}`]))
  } catch (error) {
    return [sayError(error)]
  }
}

/** What cannot be seen is told by the part it is for; to the others it is a reason. */
const orProblem = async (seen: Promise<SeenNamespaces>): Promise<SeenNamespaces | { readonly problem: string }> => {
  try {
    return await seen
  } catch (error) {
    return { problem: sayError(error) }
  }
}

const sayError = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The version of the cluster, and how long EKS supports it. */
const observeSupport = async ({ world: { memory }, cluster, access }: Look): Promise<void> => {
  const { version, ends } = await access.support()
  const support = { version, ends: ends.filter((each) => each.version === version) }
  if (!isDeepEqual(support, cluster.support)) await memory.changeCluster(cluster.name, { set: { support } })
}

/** What could not be seen is written where people look. */
const note = async ({ clock, memory, log }: ObserveWorld, { name, unseen }: Cluster, problems: readonly string[]): Promise<void> => {
  if (problems.length === 0) {
    if (unseen !== undefined) await memory.changeCluster(name, { set: { unseen: undefined } })
    return
  }
  const now = clock.now()
  const text = problems.join('; ')
  const times = (unseen?.times ?? 0) + 1
  log.warn(text, { cluster: name, times })
  await memory.changeCluster(name, { set: { unseen: { text, since: unseen?.since ?? now, times } } })
  if (times === 1) await memory.append([{ at: now, subject: name, what: 'problem', text: `look: ${text}` }])
}
