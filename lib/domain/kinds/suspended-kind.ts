import type { Original } from '../workload.ts'
import { type JsonObject, type Kind, type Place, type Role, valueAt } from './kind.ts'

/** A kind that is suspended by `spec.suspend`. */
export const suspendedKind = (kind: string, role: Role, place: Omit<Place, 'path'>, isOptional: boolean): Kind => ({
  ...place,
  path: ['spec', 'suspend'],
  kind,
  role,
  isOptional,
  read: (object: JsonObject) => ({ suspend: valueAt(object, ['spec', 'suspend']) === true }),
  asleep: asleepSuspension,
})

const asleepSuspension = (present: Original): Original | undefined => ('suspend' in present && !present.suspend ? { suspend: true } : undefined)
