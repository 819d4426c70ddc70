import type { SleepTerms } from './environment.ts'
import { matchesGlob } from './glob.ts'
import type { Workload, WorkloadStep } from './workload.ts'
import { objectKey } from './workload.ts'

/**
 * Where an object comes in a wake; a sleep goes the other way. Workloads by wave; then what starts work by the clock, then
 * what moves replicas, then the GitOps owners, which would put all of it back.
 */
export interface Stage {
  readonly role: Workload['role']
  /** Of workloads only; 0 for all else. */
  readonly wave: number
}

const ROLES: readonly Workload['role'][] = ['workload', 'schedule', 'holder', 'owner']

/** The stage of an object: its wave is what its annotation says, else where the intent names it, else after all the intent names. */
export const stageOf = (workload: Pick<Workload, 'kind' | 'name' | 'role' | 'wave'>, waves: SleepTerms['waves'] = []): Stage => {
  const { kind, name, role, wave } = workload
  if (role !== 'workload') return { role, wave: 0 }
  if (wave !== undefined) return { role, wave }
  const named = waves.findIndex((globs) => globs.some((glob) => matchesGlob(glob, name) || matchesGlob(glob, `${kind}/${name}`)))
  return { role, wave: named < 0 ? waves.length : named }
}

/** Below 0: `a` wakes before `b`. */
export const compareStages = (a: Stage, b: Stage): number => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.wave - b.wave

/** The steps that come next: those of the first stage of a wake, or of the last, from which a sleep begins. */
export interface NextStage {
  readonly stage: Stage
  readonly steps: readonly WorkloadStep[]
  /** Workloads of the stages taken before it, for which it waits. */
  readonly before: readonly Workload[]
}

/** Steps as they come one after the other, stage by stage. */
export const inStages = (verb: WorkloadStep['do'], steps: readonly WorkloadStep[], workloads: readonly Workload[], waves: SleepTerms['waves'] = []): readonly WorkloadStep[] => {
  const next = nextStage(verb, steps, workloads, waves)
  return next === undefined ? [] : [...next.steps, ...inStages(verb, steps.filter((step) => !next.steps.includes(step)), workloads, waves)]
}

/** The next stage that has steps left; undefined: none has. */
export const nextStage = (verb: WorkloadStep['do'], steps: readonly WorkloadStep[], workloads: readonly Workload[], waves: SleepTerms['waves'] = []): NextStage | undefined => {
  const stages = new Map(workloads.map((workload) => [objectKey(workload), stageOf(workload, waves)]))
  const direction = verb === 'wake' ? 1 : -1
  const staged = steps.flatMap((step) => {
    const stage = stages.get(objectKey(step))
    return stage === undefined ? [] : [{ step, stage }]
  })
  const [first] = staged.toSorted((a, b) => direction * compareStages(a.stage, b.stage))
  if (first === undefined) return undefined
  return {
    stage: first.stage,
    steps: staged.flatMap(({ step, stage }) => (compareStages(stage, first.stage) === 0 ? [step] : [])),
    before: workloads.filter((workload) => direction * compareStages(stageOf(workload, waves), first.stage) < 0),
  }
}
