import { type Json, type JsonObject, type Kind, valueAt } from './kind.ts'

const PATH = ['spec', 'behavior']

/**
 * An HPA rests by itself while its target has no replicas, unless its `minReplicas` is 0: then it would scale up again, and
 * is held by `behavior.scaleUp.selectPolicy: Disabled` (FIELD §7). Others are not touched.
 */
export const HORIZONTAL_POD_AUTOSCALER: Kind = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  path: PATH,
  kind: 'HorizontalPodAutoscaler',
  role: 'holder',
  isOptional: false,
  read: (object) => (valueAt(object, ['spec', 'minReplicas']) === 0 ? { value: (valueAt(object, PATH) ?? null) as Json } : undefined),
  asleep: (present) => {
    if (!('value' in present)) return undefined
    const behavior = fieldsOf(present.value)
    const scaleUp = fieldsOf(behavior['scaleUp'])
    return scaleUp['selectPolicy'] === 'Disabled' ? undefined : { value: { ...behavior, scaleUp: { ...scaleUp, selectPolicy: 'Disabled' } } }
  },
}

const fieldsOf = (value: unknown): Record<string, Json> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...(value as Record<string, Json>) } : {})

/** The bounds an HPA holds its target's replicas in. */
export interface ReplicaBounds {
  /** The target, as `objectKey` has it. */
  readonly target: string
  readonly least: number
  readonly most: number
}

/** The bounds an HPA sets; undefined where it names no target. */
export const boundsOf = (object: JsonObject): ReplicaBounds | undefined => {
  const { kind, name } = fieldsOf(valueAt(object, ['spec', 'scaleTargetRef']))
  const namespace = valueAt(object, ['metadata', 'namespace'])
  const most = valueAt(object, ['spec', 'maxReplicas'])
  const least = valueAt(object, ['spec', 'minReplicas']) ?? 1
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof most !== 'number' || typeof least !== 'number') return undefined
  return { target: `${kind}/${String(namespace)}/${name}`, least, most }
}
