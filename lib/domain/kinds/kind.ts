import type { Original } from '../workload.ts'

/** A value of JSON; null stands for a field that is not there. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object as the API server sent it. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Where a kind is served, and the one place in its objects that Catnap changes. */
export interface Place {
  readonly group: string
  readonly version: string
  readonly plural: string
  /** The segments of the place's JSON Pointer (RFC 6901), not escaped. */
  readonly path: readonly string[]
}

/**
 * What an object is to a sleep. `holder`: would put workloads back, so it is held before them and let go after them.
 * `schedule`: starts work by the clock. `workload`: runs. `owner`: a GitOps object that would put all of them back.
 */
export type Role = 'owner' | 'holder' | 'schedule' | 'workload'

/** A kind Catnap puts to sleep: one file each. */
export interface Kind extends Place {
  /** As objects spell it: `Deployment`. */
  readonly kind: string
  readonly role: Role
  /** Where its status counts its replicas; undefined: `status.replicas`. */
  readonly counted?: readonly string[]
  /** A cluster need not serve it. */
  readonly isOptional: boolean
  /** What an object has at the place; undefined: it is not Catnap's to change, such as one its owner paused. */
  readonly read: (object: JsonObject) => Original | undefined
  /** What it has there asleep; undefined: it sleeps already. */
  readonly asleep: (present: Original) => Original | undefined
}

/** The value at a path of a JSON object; undefined where it is not there. */
export const valueAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, segment) => (typeof value === 'object' && value !== null ? (value as JsonObject)[segment] : undefined), object)
