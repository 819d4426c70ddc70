import type { Original } from '../workload.ts'
import { type JsonObject, type Kind, type Place, type Role, valueAt } from './kind.ts'

const PATH = ['spec', 'suspend']

/**
 * A kind that is suspended by `spec.suspend`. Where it is missing the API server writes `false` into a kind of its own and
 * nothing into a custom one, which is put back without it.
 */
export const suspendedKind = (kind: string, role: Role, place: Omit<Place, 'path'>, isOptional: boolean): Kind => ({
  ...place,
  path: PATH,
  kind,
  role,
  isOptional,
  read: (object: JsonObject) => {
    const suspend = valueAt(object, PATH)
    return suspend === undefined && isOptional ? { value: null } : { suspend: suspend === true }
  },
  asleep: asleepSuspension,
})

const asleepSuspension = (present: Original): Original | undefined => {
  if ('suspend' in present) return present.suspend ? undefined : { suspend: true }
  return 'value' in present ? { suspend: true } : undefined
}
