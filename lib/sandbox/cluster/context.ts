import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import type { ObjectChange } from './kubernetes-object.ts'
import type { ObjectStore } from './object-store.ts'

/** What every part of a simulated cluster works with. */
export interface ClusterContext {
  readonly name: string
  readonly timeline: Timeline
  readonly dice: Dice
  readonly store: ObjectStore
}

/** A loop of the control plane: it notes changes, and acts a moment later on the timeline. */
export interface Controller {
  /** Notes a change; never writes. */
  observe(change: ObjectChange): void
  close(): void
}

/** Seconds between a change and a controller's answer to it. */
export const controllerDelaySeconds = 1
