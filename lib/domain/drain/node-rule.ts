import type { Instant } from '../time.ts'
import type { SeenNode } from './snapshot.ts'

/** Why a node stays whatever runs on it, and whether others may move to it meanwhile. */
export interface NodeHold {
  readonly reason: string
  readonly isPlace: boolean
}

/** What holds a node; undefined where it does not fit. */
export type NodeRule = (node: SeenNode, now: Instant) => NodeHold | undefined
