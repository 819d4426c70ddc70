import type { Instant } from './time.ts'

/** A container that is not ready. */
export interface AilingContainer {
  readonly name: string
  /** Why it does not run: `state.waiting`. */
  readonly waiting?: { readonly reason: string; readonly message: string }
  /** How it last ended: `lastState.terminated`, or `state.terminated`. */
  readonly ended?: { readonly reason: string; readonly exitCode: number }
}

/** A pod that is not ready, with what it says of that itself. */
export interface AilingPod {
  readonly namespace: string
  readonly name: string
  /** The workload that made it: `Deployment/shop/web`; undefined: nothing Catnap scales. */
  readonly workload?: string
  /** Why it has no node: what the condition `PodScheduled` says. */
  readonly unscheduled?: { readonly reason: string; readonly message: string }
  readonly containers: readonly AilingContainer[]
}

/** An Event of type Warning. */
export interface Warning {
  readonly namespace: string
  readonly about: { readonly kind: string; readonly name: string }
  readonly reason: string
  readonly message: string
  /** When it was last seen. */
  readonly at: Instant
}

/** What pods that are not ready, and the events beside them, tell. */
export interface Symptoms {
  readonly pods: readonly AilingPod[]
  readonly warnings: readonly Warning[]
  /** Why the events could not be read, in words. */
  readonly unread?: string
}
