import { type Environment, rememberWake, USUAL_SLEEP } from '../domain/environment.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { sayTiedPods } from '../domain/missing-nodes.ts'
import { secondsBetween } from '../domain/time.ts'
import { isReady, planWake, type Workload } from '../domain/workload.ts'
import { startsNodes } from '../domain/whole/system-order.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { ClusterAccess } from '../ports.ts'
import { announceRest } from './announce-rest.ts'
import { askPools } from './ask-pools.ts'
import { growPools, type NodesComing } from './grow-pools.ts'
import { namespacesOf } from './namespaces-of.ts'
import { releaseOwners } from './release-owners.ts'
import { tellRest } from './tell-rest.ts'
import { sayNotReady } from './say-not-ready.ts'
import { leadBack } from './switch-front.ts'
import { wakeWhole } from './wake-whole.ts'
import { wakeStages } from './wake-stages.ts'
import { type NodesWatch, watchNodes } from './watch-nodes.ts'
import type { Slice, SliceEnd } from './world.ts'

/** How long until the next look while nodes and pods come. */
const COMING_SECONDS = 5

/** The same once they are late. */
const LATE_SECONDS = 15

/** What is not ready so long after it was woken is named, and the wake called done: something else is wrong there. */
const PATIENCE_SECONDS = 15 * 60

/** The same of the cluster's own workloads, for which all that wakes in it waits. */
const SYSTEM_PATIENCE_SECONDS = 5 * 60

/** One step nearer to awake: pools told, nodes asked for, workloads back, ready, originals dropped, then `awake`. */
export const wakeUp = async (slice: Slice, access: ClusterAccess): Promise<SliceEnd> => {
  const { world: { clock, memory }, fleet, environment, owner } = slice
  const began = clock.now()
  await askPools(memory, environment, 'waking')
  const namespaces = await namespacesOf(fleet, environment, access.workloads)
  const { sleep = USUAL_SLEEP } = environment.terms
  const [workloads, remembered] = await Promise.all([access.workloads.list(namespaces, sleep), memory.originals(environment.id)])
  const steps = planWake(workloads, remembered, environment.decision?.reason ?? 'awake')
  const clusterToWake = await wakeWhole(slice)
  const opens = isWhole(environment) ? startsNodes(workloads) : clusterToWake === undefined
  const capacity = await growPools(slice, access, namespaces, steps, workloads, opens)
  const watch = await watchNodes(slice, access, capacity)
  if (clusterToWake !== undefined) {
    await tellProgress(slice, workloads, workloads.filter(({ role }) => role === 'workload'), [clusterToWake], capacity, watch)
    return { rest: false, againSeconds: COMING_SECONDS }
  }
  const { end, steppedAt, changed } = await wakeStages(slice, access, workloads, steps, began)
  if (end !== undefined) return end

  // A list later than the last moment an older worker may write: only then does "no mark of ours" mean anything.
  const fresh = changed ? await access.workloads.list(namespaces, sleep) : workloads
  const notReady = fresh.filter((workload) => !isReady(workload))
  const marked = planWake(fresh, new Map(), '')
  const outOfPatience = secondsBetween(steppedAt, clock.now()) > patienceWith(environment)
  const ready = notReady.length === 0 || outOfPatience
  const safe = environment.olderWriterUntil === undefined || environment.olderWriterUntil < began
  const told = await sayNotReady(slice.world, access.workloads, notReady, steppedAt, clock.now())
  if (marked.length > 0 || !ready || !safe) {
    await tellProgress(slice, fresh, notReady, told, capacity, watch)
    return { rest: false, againSeconds: watch.nodesLate?.text === undefined ? COMING_SECONDS : LATE_SECONDS }
  }
  if (!(await releaseOwners(slice, access, namespaces, fresh, remembered, began))) return { rest: false, againSeconds: 0 }
  const inTheWay = await leadBack(slice, access, namespaces, !outOfPatience)
  if (inTheWay !== undefined) {
    // It is retried, and from now on it is a problem that is alarmed.
    if (outOfPatience) throw new Error(inTheWay)
    await tellProgress(slice, fresh, notReady, [inTheWay], capacity, watch)
    return { rest: false, againSeconds: COMING_SECONDS }
  }
  await announceRest(slice, access, namespaces, 'awake')
  return declareAwake(slice, environment, owner, told)
}

const patienceWith = (environment: Environment): number => (isWhole(environment) ? SYSTEM_PATIENCE_SECONDS : PATIENCE_SECONDS)

const tellProgress = async (
  { world: { memory }, environment, owner }: Slice,
  workloads: readonly Workload[],
  notReady: readonly Workload[],
  told: readonly string[],
  nodes: NodesComing,
  watch: NodesWatch,
): Promise<void> => {
  const scaled = workloads.filter(({ role }) => role === 'workload')
  const waitingFor = [nodes.problem, watch.nodesLate?.text ?? tiedIn(nodes), told[0]].filter((text) => text !== undefined).join('; ')
  const progress = {
    workloads: { done: scaled.length - notReady.length, total: scaled.length },
    nodes: { done: nodes.done, total: nodes.total },
    ...(waitingFor === '' ? {} : { waitingFor }),
    ...watch,
  }
  if (isDeepEqual(progress, environment.progress)) return
  await memory.environments.change(environment.id, { set: { progress }, when: { epoch: environment.epoch }, claimedBy: owner })
}

/** Zones in which no node is Ready yet for what is tied to them. */
const tiedIn = ({ missing }: NodesComing): string | undefined => sayTiedPods(missing?.tied ?? {})[0]

const declareAwake = async (
  { world }: Slice,
  environment: Environment,
  owner: string,
  notReady: readonly string[],
): Promise<SliceEnd> => {
  const { clock, memory } = world
  const now = clock.now()
  await memory.dropOriginals(environment.id)
  await askPools(memory, environment, 'awake')
  const problem = notReady.length === 0 ? undefined : {
    text: `awake, but not ready after ${patienceWith(environment) / 60} minutes: ${notReady.join('; ')}`,
    since: now,
    times: 1,
  }
  const awake = await memory.environments.change(environment.id, {
    set: {
      phase: 'awake', since: now, progress: undefined, olderWriterUntil: undefined, problem, remains: undefined, late: undefined,
      wakeSeconds: problem === undefined ? rememberWake(environment.wakeSeconds, environment.since, now) : environment.wakeSeconds,
    },
    when: { epoch: environment.epoch },
    claimedBy: owner,
  })
  if (awake === undefined) return { rest: false, againSeconds: 0 }
  await tellRest(world, awake)
  return { rest: true }
}
