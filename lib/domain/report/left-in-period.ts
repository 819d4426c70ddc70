import type { Blocker } from './report.ts'

/** What kept nodes on the bill while an environment slept, and the environment's part of what that cost. */
export interface LeftInPeriod {
  /** `cluster/name` */
  readonly environment: string
  /** `cluster/pool` */
  readonly pool: string
  /** The nodes and what held each, in words. */
  readonly reason: string
  /** How long that stood. */
  readonly seconds: number
  readonly microUsd: number
  /** On average over the hours it stood. */
  readonly microUsdPerHour: number
}

/** Stranded cost of a period by environment and reason, dearest first; what blockers cost nobody, or failures, is not in it. */
export const leftInPeriod = (blockers: readonly Blocker[]): readonly LeftInPeriod[] =>
  blockers
    .filter(({ kind, seconds }) => kind === 'blocked' && seconds > 0)
    .flatMap(({ subject: pool, reason, seconds, microUsdByEnvironment }) =>
      Object.entries(microUsdByEnvironment).map(([environment, microUsd]) => ({ environment, pool, reason, seconds, microUsd, microUsdPerHour: Math.round((microUsd * 3600) / seconds) })))
    .toSorted((a, b) => b.microUsd - a.microUsd || (a.environment < b.environment ? -1 : Number(a.environment > b.environment)))
