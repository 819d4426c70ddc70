import { type JsonObject, type Kind, type Place, valueAt } from './kind.ts'

const PAUSED = ['metadata', 'annotations', 'autoscaling.keda.sh/paused']
const PAUSED_REPLICAS = ['metadata', 'annotations', 'autoscaling.keda.sh/paused-replicas']

/** A KEDA kind, paused by its annotation. One that its owner holds at a number of replicas is paused already, and theirs. */
export const pausedKind = (kind: string, place: Omit<Place, 'path'>): Kind => ({
  ...place,
  path: PAUSED,
  kind,
  role: 'holder',
  isOptional: true,
  read: (object: JsonObject) => {
    if (valueAt(object, PAUSED_REPLICAS) !== undefined) return undefined
    const value = valueAt(object, PAUSED)
    return { value: typeof value === 'string' ? value : null }
  },
  // KEDA reads it as Go's strconv.ParseBool does; what that cannot read pauses nothing.
  asleep: (present) => ('value' in present && !['1', 't', 'T', 'true', 'TRUE', 'True'].includes(String(present.value)) ? { value: 'true' } : undefined),
})
