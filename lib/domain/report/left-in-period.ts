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
  /** Absent: no price is known. */
  readonly microUsd?: number
  /** On average over the hours it stood. */
  readonly microUsdPerHour?: number
  /** Whether the price of some of the nodes, or of all, is not known. */
  readonly isUnpriced: boolean
}

/** Stranded cost of a period by environment and reason, dearest first and those without a price last; what blockers cost nobody, or failures, is not in it. */
export const leftInPeriod = (blockers: readonly Blocker[]): readonly LeftInPeriod[] =>
  blockers
    .filter(({ kind, seconds }) => kind === 'blocked' && seconds > 0)
    .flatMap((blocker) => [...new Set([...Object.keys(blocker.microUsdByEnvironment), ...blocker.unpriced])].map((environment) => partOf(blocker, environment)))
    .toSorted((a, b) => (b.microUsd ?? -1) - (a.microUsd ?? -1) || (a.environment < b.environment ? -1 : Number(a.environment > b.environment)))

const partOf = ({ subject: pool, reason, seconds, microUsdByEnvironment, unpriced }: Blocker, environment: string): LeftInPeriod => {
  const microUsd = microUsdByEnvironment[environment]
  return {
    environment, pool, reason, seconds,
    isUnpriced: unpriced.includes(environment),
    ...(microUsd === undefined ? {} : { microUsd, microUsdPerHour: Math.round((microUsd * 3600) / seconds) }),
  }
}
