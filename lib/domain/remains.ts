import { type Instant, secondsBetween } from './time.ts'
import { isAsleep, objectKey, type Original, planSleep, type Workload, type WorkloadStep } from './workload.ts'

/** What appears while an environment sleeps is left alone for so long: who deployed it may be at work on it. */
const GRACE_SECONDS = 10 * 60

/** What was put to sleep so often in one night and came back each time is a pipeline's: it is left to run, and told. */
const MOST_TIMES_LATE = 3

/** An environment asleep, as a look at it found it. */
export interface AsleepLook {
  readonly workloads: readonly Workload[]
  readonly asleepSince: Instant
  readonly now: Instant
  /** How often each object was put to sleep in this night already, by its key. */
  readonly late: Readonly<Record<string, number>>
  /** Originals in the table: what Catnap put to sleep. */
  readonly originals: ReadonlyMap<string, Original>
}

/** Something that runs although its environment sleeps. */
export interface Remain {
  /** `hand`: a person raised it. `owner`: something else owns it and would put it back. `pipeline`: it comes back whenever it is put to sleep. */
  readonly by: 'hand' | 'owner' | 'pipeline'
  /** What it is and why it is left, in words. */
  readonly text: string
}

/** What a sleeping environment has that runs. */
export interface Remains {
  /** What appeared while it slept, past its grace: put to sleep. */
  readonly steps: readonly WorkloadStep[]
  /** What runs and is left to. */
  readonly left: readonly Remain[]
}

/**
 * What runs although its environment sleeps. What somebody raised stays (law 4); what was made since is put to sleep after
 * a grace period, unless it came back so often that a pipeline must be at it; what something else owns is its owner's.
 */
export const remainsOf = ({ workloads, asleepSince, now, late, originals }: AsleepLook): Remains => {
  const handled = new Set(workloads.map(({ kind, name }) => `${kind.split('.')[0]}/${name}`))
  const steps = planSleep(workloads, 'it appeared while the environment sleeps')
  const isNew = ({ createdAt }: Workload): boolean => createdAt > asleepSince
  const madeAt = new Map(workloads.flatMap((workload) => (isNew(workload) ? [[objectKey(workload), workload.createdAt] as const] : [])))
  const fresh = steps.filter((step) => madeAt.has(objectKey(step)))
  const pipelines = fresh.filter((step) => (late[objectKey(step)] ?? 0) >= MOST_TIMES_LATE)
  return {
    steps: fresh.filter((step) => !pipelines.includes(step) && secondsBetween(madeAt.get(objectKey(step)) ?? now, now) >= GRACE_SECONDS),
    left: [
      ...workloads.flatMap((workload) => runningOf(workload, { isNew: isNew(workload), wasOurs: originals.has(objectKey(workload)), handled })),
      ...pipelines.map((step): Remain => ({ by: 'pipeline', text: sayPipeline(step) })),
    ],
  }
}

const runningOf = (workload: Workload, { isNew, wasOurs, handled }: { isNew: boolean; wasOurs: boolean; handled: ReadonlySet<string> }): readonly Remain[] => {
  if (workload.role === 'holder' || workload.role === 'owner' || isAsleep(workload)) return []
  const what = `${workload.kind} ${workload.namespace}/${workload.name}`
  const { owner } = workload
  if (owner !== undefined) {
    if (handled.has(`${owner.kind}/${owner.name}`)) return []
    return [{ by: 'owner', text: `${what} belongs to ${owner.kind} ${owner.name} (${owner.apiVersion}), which would put it back: pause that, or name its CRD under sleep.kinds` }]
  }
  if (workload.mark === undefined && isNew) return []
  return [{ by: 'hand', text: `${what} runs by hand: ${sayPresent(workload)}${workload.mark === undefined && wasOurs ? ', and its mark was taken away' : ''}` }]
}

const sayPresent = ({ present }: Workload): string => {
  if ('replicas' in present) return `${present.replicas} ${present.replicas === 1 ? 'replica' : 'replicas'}`
  return 'suspend' in present ? 'not suspended' : 'as it was'
}

const sayPipeline = ({ kind, namespace, name }: WorkloadStep): string =>
  `${kind} ${namespace}/${name} was made anew more than ${MOST_TIMES_LATE} times while it slept: a pipeline deploys it; it is left to run until the next sleep`
