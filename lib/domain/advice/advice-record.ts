import type { Instant } from '../time.ts'
import type { Advice } from './advise.ts'

/** Advice for one container of an environment, and when it was given. */
export interface AdviceRecord {
  /** `cluster/name` */
  readonly environment: string
  readonly at: Instant
  readonly advice: Advice
}
