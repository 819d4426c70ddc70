import { type Environment, rememberWake } from '../domain/environment.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import { isReady, planWake, sayWorkloadStep, type Workload } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { askPools } from './ask-pools.ts'
import { changeWorkloads } from './change-workloads.ts'
import { growPools } from './grow-pools.ts'
import { namespacesOf } from './namespaces-of.ts'
import { tellRest } from './tell-rest.ts'
import type { Slice, SliceEnd } from './world.ts'

/** How long until the next look while nodes and pods come. */
const COMING_SECONDS = 5

/** What is not ready so long after it was woken is named, and the wake called done: something else is wrong there. */
const PATIENCE_SECONDS = 15 * 60

/** One step nearer to awake: pools told, nodes asked for, workloads back, ready, originals dropped, then `awake`. */
export const wakeUp = async (slice: Slice, access: ClusterAccess): Promise<SliceEnd> => {
  const { world: { clock, memory }, fleet, environment, owner } = slice
  const began = clock.now()
  await askPools(memory, environment, 'waking')
  const namespaces = await namespacesOf(fleet, environment, access.workloads)
  const [workloads, remembered] = await Promise.all([access.workloads.list(namespaces), memory.originals(environment.id)])
  const steps = planWake(workloads, remembered, environment.decision?.reason ?? 'awake')
  const capacity = await growPools(slice, access, namespaces, steps, workloads)
  const steppedAt = steps.length > 0 ? began : lastStep(environment)
  if (steps.length > 0) await memory.environments.change(environment.id, { set: { steppedAt }, when: { epoch: environment.epoch }, claimedBy: owner })

  const { taken, unfinished, refused } = await changeWorkloads(slice, access.workloads, steps, began)
  if (taken.length > 0) {
    await memory.append([{ at: began, subject: environment.id, what: 'steps', text: `${taken.length} workloads woken`, steps: taken.map(sayWorkloadStep) }])
  }
  if (refused.length > 0) throw new Error(`${refused.length} of ${steps.length} workloads could not be woken: ${refused[0]}`)
  if (unfinished) return { rest: false, againSeconds: 0 }

  // A list later than the last moment an older worker may write: only then does "no mark of ours" mean anything.
  const fresh = steps.length === 0 ? workloads : await access.workloads.list(namespaces)
  const notReady = fresh.filter((workload) => !isReady(workload))
  const marked = planWake(fresh, new Map(), '')
  const outOfPatience = secondsBetween(steppedAt, clock.now()) > PATIENCE_SECONDS
  const ready = notReady.length === 0 || outOfPatience
  const safe = environment.olderWriterUntil === undefined || environment.olderWriterUntil < began
  if (marked.length > 0 || !ready || !safe) {
    await tellProgress(slice, fresh, notReady, capacity)
    return { rest: false, againSeconds: COMING_SECONDS }
  }
  return declareAwake(slice, environment, owner, notReady)
}

/** When this wake last began to change workloads; what an earlier wake noted is older than the phase. */
const lastStep = ({ since, steppedAt = since }: Environment): Instant => (steppedAt > since ? steppedAt : since)

const tellProgress = async (
  { world: { memory }, environment, owner }: Slice,
  workloads: readonly Workload[],
  notReady: readonly Workload[],
  nodes: { readonly done: number; readonly total: number; readonly problem?: string },
): Promise<void> => {
  const scaled = workloads.filter((workload) => workload.kind !== 'CronJob')
  const [first] = notReady
  const waitingFor = nodes.problem ?? (first === undefined ? undefined : `${first.kind} ${first.namespace}/${first.name}, ${first.ready} ready`)
  const progress = {
    workloads: { done: scaled.length - notReady.length, total: scaled.length },
    nodes: { done: nodes.done, total: nodes.total },
    ...(waitingFor === undefined ? {} : { waitingFor }),
  }
  if (isDeepEqual(progress, environment.progress)) return
  await memory.environments.change(environment.id, { set: { progress }, when: { epoch: environment.epoch }, claimedBy: owner })
}

const declareAwake = async (
  { world }: Slice,
  environment: Environment,
  owner: string,
  notReady: readonly Workload[],
): Promise<SliceEnd> => {
  const { clock, memory } = world
  const now = clock.now()
  await memory.dropOriginals(environment.id)
  await askPools(memory, environment, 'awake')
  const problem = notReady.length === 0 ? undefined : {
    text: `awake, but not ready after 15 minutes: ${notReady.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(', ')}`,
    since: now,
    times: 1,
  }
  const awake = await memory.environments.change(environment.id, {
    set: {
      phase: 'awake', since: now, progress: undefined, olderWriterUntil: undefined, problem,
      wakeSeconds: problem === undefined ? rememberWake(environment.wakeSeconds, environment.since, now) : environment.wakeSeconds,
    },
    when: { epoch: environment.epoch },
    claimedBy: owner,
  })
  if (awake === undefined) return { rest: false, againSeconds: 0 }
  await tellRest(world, awake)
  return { rest: true }
}
