import { canonical } from './canonical.ts'
import { isJsonObject } from './cluster/json.ts'
import type { Sandbox } from './sandbox.ts'

// The part of the independent checker that looks at what sleeps and what holds it. Like the rest of it, it knows the
// annotations, the places and the table's items from docs/safety.md alone, and shares no code with the engine.

/** An object, as much of it as Catnap may change. */
interface SeenObject {
  readonly spec: unknown
  /** KEDA's word for paused. */
  readonly paused?: string
}

/** All objects, by `cluster/kind/namespace/name`. */
export type FirstObjects = ReadonlyMap<string, SeenObject>

/** What the table holds of objects: an original, as JSON with sorted keys, by `environment|kind/namespace/name`. */
export type OriginalItems = ReadonlyMap<string, string>

interface Checked {
  readonly apiVersion: string
  /** The one place that may change, in `SeenObject`. */
  readonly place: readonly string[]
  /** What stands for nothing there. */
  readonly absent: unknown
}

const replicas = (apiVersion: string): Checked => ({ apiVersion, place: ['spec', 'replicas'], absent: 1 })
const suspend = (apiVersion: string): Checked => ({ apiVersion, place: ['spec', 'suspend'], absent: false })
const paused: Checked = { apiVersion: 'keda.sh/v1alpha1', place: ['paused'], absent: null }

const KINDS: Readonly<Record<string, Checked>> = {
  Deployment: replicas('apps/v1'),
  StatefulSet: replicas('apps/v1'),
  Rollout: replicas('argoproj.io/v1alpha1'),
  KafkaNodePool: { apiVersion: 'kafka.strimzi.io/v1', place: ['spec', 'brokers', 'count'], absent: 1 },
  DaemonSet: { apiVersion: 'apps/v1', place: ['spec', 'template', 'spec', 'nodeSelector', 'catnap.dev/asleep'], absent: null },
  CronJob: suspend('batch/v1'),
  HorizontalPodAutoscaler: { apiVersion: 'autoscaling/v2', place: ['spec', 'behavior'], absent: null },
  ScaledObject: paused,
  ScaledJob: paused,
  Application: { apiVersion: 'argoproj.io/v1alpha1', place: ['spec', 'syncPolicy', 'automated'], absent: null },
  Kustomization: suspend('kustomize.toolkit.fluxcd.io/v1'),
  HelmRelease: suspend('helm.toolkit.fluxcd.io/v2'),
}

/** Takes the picture the objects are compared with later. */
export const firstObjects = (sandbox: Pick<Sandbox, 'clusters'>): FirstObjects => new Map(seenObjects(sandbox).map(({ key, object }) => [key, object]))

/** While things sleep: what is not as on the first day is so at its one place only, and has its original on itself and in the table. One line for each that has not. */
export const lostObjects = (sandbox: Pick<Sandbox, 'clusters'>, first: FirstObjects, table: OriginalItems): readonly string[] =>
  seenObjects(sandbox).flatMap(({ key, kind, object, annotations }) => {
    const was = first.get(key)
    const checked = KINDS[kind]
    if (was === undefined || checked === undefined || canonical(was) === canonical(object)) return []
    const { place, absent } = checked
    const expected = canonical(valueAt(was, place) ?? absent)
    const [, ...objectKey] = key.split('/')
    const names = [objectKey.join('/'), objectKey.join('/').replace(kind, `${kind}.${checked.apiVersion.split('/')[0]}`)]
    const item = names.map((name) => table.get(`${annotations['catnap.dev/environment']}|${name}`)).find((each) => each !== undefined)
    const lost = Object.entries({ object: markOn(annotations), table: item }).flatMap(([where, original]) => (original === expected ? [] : [where]))
    return [
      ...(canonical(without(was, place)) === canonical(without(object, place)) ? [] : [`${key}: changed in more than ${place.join('.')}`]),
      ...(lost.length === 0 ? [] : [`${key}: ${place.join('.')} was ${expected}, lost in the ${lost.join(' and the ')}`]),
    ]
  })

/** When everything is awake again: all is as on the first day and carries no mark. One line for each difference. */
export const objectDifferences = (sandbox: Pick<Sandbox, 'clusters'>, first: FirstObjects, table: OriginalItems): readonly string[] => {
  const present = new Map(seenObjects(sandbox).map((seen) => [seen.key, seen]))
  return [
    ...[...first].flatMap(([key, was]) => {
      const now = present.get(key)
      if (now === undefined) return [`${key} is gone`]
      const marks = Object.keys(now.annotations).filter((annotation) => annotation.startsWith('catnap.dev/') && annotation !== 'catnap.dev/wave')
      return [
        ...(canonical(now.object) === canonical(was) ? [] : [`${key}: it is ${canonical(now.object)}, was ${canonical(was)}`]),
        ...(marks.length === 0 ? [] : [`${key} still carries ${marks.join(', ')}`]),
      ]
    }),
    ...[...table.keys()].map((key) => `the table still holds an original of ${key}`),
  ]
}

const seenObjects = (sandbox: Pick<Sandbox, 'clusters'>) =>
  [...sandbox.clusters].flatMap(([name, cluster]) => Object.entries(KINDS).flatMap(([kind, { apiVersion }]) => cluster.list(apiVersion, kind).map(({ metadata, spec }) => {
    const { annotations = {} } = metadata
    const pause = annotations['autoscaling.keda.sh/paused']
    const object: SeenObject = { spec, ...(pause === undefined ? {} : { paused: pause }) }
    return { key: `${name}/${kind}/${metadata.namespace}/${metadata.name}`, kind, annotations, object }
  })))

/** The original an object carries, as JSON with sorted keys. */
const markOn = (annotations: Readonly<Record<string, string>>): string | undefined => {
  const text = ['replicas', 'suspend', 'value'].map((what) => annotations[`catnap.dev/original-${what}`]).find((each) => each !== undefined)
  return text === undefined ? undefined : canonical(JSON.parse(text))
}

const valueAt = (object: unknown, [field, ...rest]: readonly string[]): unknown => {
  if (field === undefined) return object
  return typeof object === 'object' && object !== null ? valueAt((object as Readonly<Record<string, unknown>>)[field], rest) : undefined
}

/** The object without what is at a place, and without maps that are empty then. */
const without = (object: unknown, [field = '', ...rest]: readonly string[]): unknown => {
  if (!isJsonObject(object)) return object
  const { [field]: value, ...others } = object
  const left = rest.length === 0 ? undefined : without(value, rest)
  return left === undefined || canonical(left) === '{}' ? others : { ...others, [field]: left }
}
