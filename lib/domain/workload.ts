import { isDeepEqual } from './is-deep-equal.ts'
import type { Json, Place, Role } from './kinds/kind.ts'
import { kindNamed } from './kinds/kinds.ts'
import type { Requests } from './requests.ts'
import type { Instant } from './time.ts'

/**
 * What a thing was before Catnap changed it, enough to put it back: a number of replicas, a suspension, or for other
 * kinds the JSON at their place, null where nothing was there.
 */
export type Original = { readonly replicas: number } | { readonly suspend: boolean } | { readonly value: Json }

/** Where an object is. A kind the intent names carries its group: `Kafka.kafka.strimzi.io`. */
export interface ObjectRef {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** The state an object was seen in: a change planned on it is refused once the object is in another. */
interface Seen {
  readonly uid: string
  /** Counts the changes of the spec; 0 for kinds that do not count them. */
  readonly generation: number
  readonly resourceVersion: string
  /** Whether it had any annotation, and the names of ours. */
  readonly annotated: boolean
  readonly marks: readonly string[]
  /** How many of the segments of its place were there. */
  readonly depth: number
}

/** One object as a list of the cluster showed it. */
export interface Workload extends ObjectRef {
  readonly place: Place
  readonly role: Role
  readonly seen: Seen
  /** What it has now, at the one place Catnap may change. */
  readonly present: Original
  /** The original Catnap wrote on the object itself when it changed it; undefined: no mark of ours. */
  readonly mark?: Original
  /** The environment that put it to sleep, as the mark says. */
  readonly markedBy?: string
  /** Replicas that serve; 0 for what has none. */
  readonly ready: number
  /** Replicas there are, as its status counts them; 0 for what has none. */
  readonly running: number
  /** What one replica asks of a node. */
  readonly pod: PodNeeds
  /** A StatefulSet's claims, each replica's `<template>-<name>-<ordinal>`. */
  readonly claimTemplates?: { readonly names: readonly string[]; readonly firstOrdinal: number }
  /** Its place in the order of a wake, as its annotation says. */
  readonly wave?: number
  /** What controls it and would put back whatever Catnap changed. */
  readonly owner?: { readonly apiVersion: string; readonly kind: string; readonly name: string }
  /** The labels and annotations by which GitOps tools know what is theirs. */
  readonly tracks: Readonly<Record<string, string>>
  readonly createdAt: Instant
  /** The bounds an HPA sets its replicas. */
  readonly bounds?: { readonly least: number; readonly most: number }
}

/** What sleeps besides the usual kinds. */
export interface AlsoSleeps {
  readonly daemonSets: boolean
  /** CRDs of kinds that scale: `kafkas.kafka.strimzi.io`. */
  readonly kinds: readonly string[]
  /** Of the usual kinds these only, where not all of them sleep. */
  readonly only?: readonly string[]
}

/** What decides where a pod may run. */
export interface PodNeeds {
  readonly requests: Requests
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly tolerations: readonly Toleration[]
  /** The claims it mounts, by name; absent: none. */
  readonly claims?: readonly string[]
  /** The zones its volumes can be reached from; absent: any. */
  readonly zones?: readonly string[]
}

/** As `core/v1` Toleration; undefined means any. */
export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

/** One change to one object: what, why, and what undoes it. */
export interface WorkloadStep extends ObjectRef {
  readonly do: 'sleep' | 'wake'
  readonly place: Place
  readonly seen: Seen
  readonly from: Original
  readonly to: Original
  /** The original that undoes it: kept on the object and in the table from this step until the wake. */
  readonly original: Original
  readonly why: string
}

/** The asleep value of what an object has; undefined when it sleeps already. */
const asleepValue = ({ kind, present }: Workload): Original | undefined => {
  const known = kindNamed(kind)
  if (known !== undefined) return known.asleep(present)
  return 'replicas' in present && present.replicas !== 0 ? { replicas: 0 } : undefined
}

/** Whether an object asks for nothing at present. */
export const isAsleep = (workload: Workload): boolean => asleepValue(workload) === undefined

/** The key of an object within its environment: `Deployment/shop/web`. */
export const objectKey = (ref: ObjectRef): string => `${ref.kind}/${ref.namespace}/${ref.name}`

/**
 * The steps that put objects to sleep. What carries a mark was put to sleep before: if it runs again, a person raised
 * it, and it is left so. What was at zero or suspended by itself is not touched and so is still so after the wake. What
 * something else owns is not changed behind its owner's back.
 */
export const planSleep = (workloads: readonly Workload[], why: string): readonly WorkloadStep[] =>
  workloads.flatMap((workload) => {
    const to = asleepValue(workload)
    if (workload.mark !== undefined || workload.owner !== undefined || to === undefined) return []
    return [{ ...step(workload, why), do: 'sleep', from: workload.present, to, original: workload.present }]
  })

/**
 * The steps that wake objects. The mark on the object says what it was; where the mark was lost (somebody replaced the
 * object) the table does. What runs again by a person's hand keeps their value and only loses the mark. Replicas come
 * back within the present bounds of an HPA.
 */
export const planWake = (
  workloads: readonly Workload[],
  remembered: ReadonlyMap<string, Original>,
  why: string,
): readonly WorkloadStep[] =>
  workloads.flatMap((workload) => {
    const original = workload.mark ?? (isAsleep(workload) ? remembered.get(objectKey(workload)) : undefined)
    if (original === undefined) return []
    const to = isAsleep(workload) ? within(original, workload.bounds) : workload.present
    return [{ ...step(workload, why), do: 'wake', from: workload.present, to, original }]
  })

/** Within the bounds of an HPA, which would move it there; a workload that was at zero stays there, as the HPA leaves it. */
const within = (original: Original, bounds: Workload['bounds']): Original =>
  bounds === undefined || !('replicas' in original) || original.replicas === 0
    ? original
    : { replicas: Math.min(Math.max(original.replicas, bounds.least), bounds.most) }

const step = (workload: Workload, why: string) => ({
  kind: workload.kind,
  namespace: workload.namespace,
  name: workload.name,
  place: workload.place,
  seen: workload.seen,
  why,
})

/** Whether what was woken is ready: everything that has replicas has those it asks for. */
export const isReady = (workload: Workload): boolean =>
  !('replicas' in workload.present) || workload.ready >= workload.present.replicas

/** The step in one sentence: the log line, the dry run, the audit record and the line in the mail. */
export const sayWorkloadStep = (planned: WorkloadStep): string => {
  const what = `${planned.kind} ${planned.namespace}/${planned.name}`
  const say = (value: Original): string => sayValue(value, planned.place)
  const change = isDeepEqual(planned.from, planned.to)
    ? `keep ${what} at ${say(planned.to)}, as somebody set it`
    : `${planned.do === 'sleep' ? 'put to sleep' : 'wake'} ${what}: ${say(planned.from)} → ${say(planned.to)}`
  return `${change} (${planned.why}; undone by ${say(planned.original)})`
}

const sayValue = (value: Original, { path }: Place): string => {
  if ('replicas' in value) return `${value.replicas} ${value.replicas === 1 ? 'replica' : 'replicas'}`
  if ('suspend' in value) return value.suspend ? 'suspended' : 'not suspended'
  return value.value === null ? `no ${path.at(-1)}` : `${path.at(-1)} ${JSON.stringify(value.value)}`
}
