import type { Original } from '../workload.ts'
import { type JsonObject, type Kind, type Place, valueAt } from './kind.ts'

/** A kind that has a number of replicas, 0 asleep. The API's default for an absent number is 1. */
export const scaledKind = (kind: string, place: Place, isOptional: boolean): Kind => ({
  ...place,
  kind,
  role: 'workload',
  isOptional,
  read: (object: JsonObject) => {
    const replicas = valueAt(object, place.path) ?? 1
    return typeof replicas === 'number' ? { replicas } : undefined
  },
  asleep: asleepReplicas,
})

const asleepReplicas = (present: Original): Original | undefined => ('replicas' in present && present.replicas !== 0 ? { replicas: 0 } : undefined)
