import type { Instant } from '../../lib/domain/time.ts'

/** What the world asks of a worker: run this function on this event, at this time. */
export interface Invocation {
  readonly id: string
  readonly name: 'tick' | 'reconcile' | 'reclaim' | 'wake'
  readonly event: unknown
  readonly now: Instant
}

/** Tells a worker that was held up how late it is. */
export interface Later {
  readonly now: Instant
}

/** What a worker answers; `ready` is the id of its first word. */
export interface Answer {
  readonly id: string
  readonly result?: unknown
  readonly error?: string
}
