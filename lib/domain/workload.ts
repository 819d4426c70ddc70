import type { Requests } from './requests.ts'

/** The kinds Catnap puts to sleep, each with the one field it changes. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'CronJob'

/** What a thing was before Catnap changed it: enough to put it back. */
export type Original = { readonly replicas: number } | { readonly suspend: boolean }

/** Where an object is. */
export interface ObjectRef {
  readonly kind: WorkloadKind
  readonly namespace: string
  readonly name: string
}

/** The state an object was seen in: a change planned on it is refused once the object is in another. */
interface Seen {
  readonly uid: string
  /** Counts the changes of the spec. */
  readonly generation: number
  readonly resourceVersion: string
  /** Whether it had any annotation, and the names of ours. */
  readonly annotated: boolean
  readonly marks: readonly string[]
}

/** One workload as a list of the cluster showed it. */
export interface Workload extends ObjectRef {
  readonly seen: Seen
  /** What it has now, in the one field Catnap may change. */
  readonly present: Original
  /** The original Catnap wrote on the object itself when it changed it; undefined: no mark of ours. */
  readonly mark?: Original
  /** Replicas that serve; 0 for a CronJob. */
  readonly ready: number
  /** What one replica asks of a node. */
  readonly pod: PodNeeds
}

/** What decides where a pod may run. */
export interface PodNeeds {
  readonly requests: Requests
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly tolerations: readonly Toleration[]
}

/** As `core/v1` Toleration; undefined means any. */
export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

/** One change to one workload: what, why, and what undoes it. */
export interface WorkloadStep extends ObjectRef {
  readonly do: 'sleep' | 'wake'
  readonly seen: Seen
  readonly from: Original
  readonly to: Original
  /** The original that undoes it: kept on the object and in the table from this step until the wake. */
  readonly original: Original
  readonly why: string
}

/** The asleep value of what a workload has; undefined when it sleeps already. */
const asleepValue = (present: Original): Original | undefined => {
  if ('replicas' in present) return present.replicas === 0 ? undefined : { replicas: 0 }
  return present.suspend ? undefined : { suspend: true }
}

/** Whether a workload asks for nothing at present. */
export const isAsleep = (workload: Workload): boolean => asleepValue(workload.present) === undefined

/** The key of a workload within its environment: `Deployment/shop/web`. */
export const objectKey = (ref: ObjectRef): string => `${ref.kind}/${ref.namespace}/${ref.name}`

/**
 * The steps that put workloads to sleep. What carries a mark was put to sleep before: if it runs again, a person raised
 * it, and it is left so. What was at zero or suspended by itself is not touched and so is still so after the wake.
 */
export const planSleep = (workloads: readonly Workload[], why: string): readonly WorkloadStep[] =>
  workloads.flatMap((workload) => {
    const to = asleepValue(workload.present)
    if (workload.mark !== undefined || to === undefined) return []
    return [{ ...step(workload, why), do: 'sleep', from: workload.present, to, original: workload.present }]
  })

/**
 * The steps that wake workloads. The mark on the object says what it was; where the mark was lost (somebody replaced the
 * object) the table does. What runs again by a person's hand keeps their value and only loses the mark.
 */
export const planWake = (
  workloads: readonly Workload[],
  remembered: ReadonlyMap<string, Original>,
  why: string,
): readonly WorkloadStep[] =>
  workloads.flatMap((workload) => {
    const original = workload.mark ?? (isAsleep(workload) ? remembered.get(objectKey(workload)) : undefined)
    if (original === undefined) return []
    const to = isAsleep(workload) ? original : workload.present
    return [{ ...step(workload, why), do: 'wake', from: workload.present, to, original }]
  })

const step = (workload: Workload, why: string) => ({
  kind: workload.kind,
  namespace: workload.namespace,
  name: workload.name,
  seen: workload.seen,
  why,
})

/** Whether what was woken is ready: every Deployment and StatefulSet has the replicas it asks for. */
export const isReady = (workload: Workload): boolean =>
  !('replicas' in workload.present) || workload.ready >= workload.present.replicas

/** The step in one sentence: the log line, the dry run, the audit record and the line in the mail. */
export const sayWorkloadStep = (planned: WorkloadStep): string => {
  const what = `${planned.kind} ${planned.namespace}/${planned.name}`
  const change = sameValue(planned.from, planned.to)
    ? `keep ${what} at ${sayValue(planned.to)}, as somebody set it`
    : `${planned.do === 'sleep' ? 'put to sleep' : 'wake'} ${what}: ${sayValue(planned.from)} → ${sayValue(planned.to)}`
  return `${change} (${planned.why}; undone by ${sayValue(planned.original)})`
}

/** Whether two originals say the same. */
const sameValue = (a: Original, b: Original): boolean =>
  'replicas' in a ? 'replicas' in b && a.replicas === b.replicas : 'suspend' in b && a.suspend === b.suspend

const sayValue = (value: Original): string =>
  'replicas' in value ? `${value.replicas} ${value.replicas === 1 ? 'replica' : 'replicas'}` : value.suspend ? 'suspended' : 'not suspended'
