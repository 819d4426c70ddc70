import { type Environment, USUAL_SLEEP } from '../domain/environment.ts'
import { isFinished, type Pod, poolsUsed, workloadKeyOf } from '../domain/node.ts'
import { poolsOfNodes, poolUses } from '../domain/pool-uses.ts'
import { remainsOf } from '../domain/remains.ts'
import { isAsleep, objectKey, type Original, planSleep, type Workload } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { announceRest } from './announce-rest.ts'
import { askPools } from './ask-pools.ts'
import { holdOwners } from './hold-owners.ts'
import { keepMissing, marksOf } from './keep-missing.ts'
import { leadToWake, readyFront } from './switch-front.ts'
import { sleepStages } from './sleep-stages.ts'
import { soleNamespacesOf } from './sole-namespaces-of.ts'
import { tellRest } from './tell-rest.ts'
import type { Slice, SliceEnd } from './world.ts'

/** Pods take seconds to end; looked at again after this. */
const PODS_END_SECONDS = 10

/** One step nearer to asleep: workloads to zero, their pods gone, the pools told, then `asleep`. */
export const fallAsleep = async (slice: Slice, access: ClusterAccess): Promise<SliceEnd> => {
  const { world, owner } = slice
  const { clock, memory } = world
  const namespaces = await soleNamespacesOf(slice, access.workloads)
  const environment = await rememberPools(slice, access, namespaces)
  const began = clock.now()
  const { sleep = USUAL_SLEEP } = environment.terms
  if (!(await readyFront({ ...slice, environment }, access, namespaces))) return { rest: false, againSeconds: 0 }
  const found = await access.workloads.list(namespaces, sleep)
  const end = (await holdOwners({ ...slice, environment }, access, namespaces, found, began)) ?? (await sleepStages({ ...slice, environment }, access, namespaces, found, began))
  if (end !== undefined) return end

  const [workloads, pods] = await Promise.all([access.workloads.list(namespaces, sleep), access.workloads.pods(namespaces)])
  if (planSleep(workloads, '').length > 0) return { rest: false, againSeconds: 0 }
  const ending = podsOf(workloads, pods)
  if (ending.length > 0) {
    const total = workloads.filter((workload) => workload.mark !== undefined).length
    const busy = new Set(ending.map((pod) => workloadKeyOf(pod)))
    const progress = { workloads: { done: total - busy.size, total }, nodes: { done: 0, total: 0 }, waitingFor: `${ending.length} pods to end` }
    await memory.environments.change(environment.id, { set: { progress }, when: { epoch: environment.epoch }, claimedBy: owner })
    return { rest: false, againSeconds: PODS_END_SECONDS }
  }

  if (!(await leadToWake({ ...slice, environment }, access, namespaces))) return { rest: false, againSeconds: 0 }
  const originals = await squareOriginals(slice, workloads)
  await askPools(memory, environment, 'asleep')
  const now = clock.now()
  const { left } = remainsOf({ workloads, asleepSince: now, now, late: {}, originals })
  await announceRest(slice, access, namespaces, 'asleep')
  const asleep = await memory.environments.change(environment.id, {
    set: { phase: 'asleep', since: now, progress: undefined, problem: undefined, late: undefined, remains: left.length === 0 ? undefined : left },
    when: { epoch: environment.epoch },
    claimedBy: owner,
  })
  if (asleep === undefined) return { rest: false, againSeconds: 0 }
  await tellRest(world, asleep)
  return { rest: true }
}

/** Notes which pools the pods run on, while they still do: the sleep tells these, the wake asks these. */
const rememberPools = async ({ world: { memory }, environment, owner }: Slice, access: ClusterAccess, namespaces: readonly string[]): Promise<Environment> => {
  if (environment.progress !== undefined) return environment
  const [pods, nodes] = await Promise.all([access.workloads.pods(namespaces), access.nodes.list()])
  const pools = [...new Set([...(environment.pools ?? []), ...poolsUsed(namespaces, nodes, pods)])].toSorted()
  const progress = { workloads: { done: 0, total: 0 }, nodes: { done: 0, total: 0 } }
  // What was never looked at while awake is known for what it asks from now on.
  const uses = environment.uses ?? poolUses(namespaces, poolsOfNodes(nodes), Map.groupBy(pods, ({ namespace }) => namespace))
  const set = pools.length === 0 ? { progress } : { pools, uses, progress }
  return (await memory.environments.change(environment.id, { set, when: { epoch: environment.epoch }, claimedBy: owner })) ?? environment
}

/**
 * Both places say the same of what sleeps. An original that was kept for a change that was then refused is nobody's: a person
 * had set it to zero meanwhile. One that the object alone knows, as after the table was lost, is written down again.
 */
const squareOriginals = async ({ world: { memory }, environment }: Slice, workloads: readonly Workload[]): Promise<ReadonlyMap<string, Original>> => {
  const kept = await memory.originals(environment.id)
  const marked = marksOf(workloads)
  const kinds = new Set(workloads.map(({ kind }) => kind))
  const unused = [...kept.keys()].filter((key) => !marked.has(key) && kinds.has(key.split('/')[0] ?? ''))
  if (unused.length > 0) await memory.dropOriginals(environment.id, unused)
  await keepMissing(memory, environment.id, marked, kept)
  return marked
}

/** Pods of the workloads we put to sleep that have not ended. What a person keeps up does not count. */
const podsOf = (workloads: readonly Workload[], pods: readonly Pod[]): readonly Pod[] => {
  const ours = new Set(workloads.filter((workload) => workload.mark !== undefined && isAsleep(workload)).map(objectKey))
  return pods.filter((pod) => !isFinished(pod) && ours.has(workloadKeyOf(pod) ?? ''))
}
