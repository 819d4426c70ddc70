import type { Environment } from './environment.ts'
import { hoursAt, parseHours } from './hours.ts'
import type { Span } from './ledger/clock-hour.ts'
import { overlap } from './overlap.ts'
import type { Pool } from './pool.ts'
import { shutSpans } from './shut-spans.ts'
import { type Instant, later, secondsBetween } from './time.ts'

/** A change that is to come. */
interface ComingChange {
  readonly at: Instant
  readonly environment: string
  readonly becomes: 'awake' | 'asleep'
  readonly why: string
}

/** What a pool could save in the span looked at: potential, not realised. */
export interface PoolProjection {
  readonly pool: string
  readonly instanceType?: string
  /** Nodes it has without Catnap; undefined before it was first looked at. */
  readonly nodes?: number
  readonly keep: number
  /** Hours in which everything that uses the pool sleeps. */
  readonly asleepHours: number
  /** Undefined while its size is not known. */
  readonly nodeHours?: number
  /** Undefined where no price is known. */
  readonly microUsd?: number
}

/** The coming days by the hours alone: nobody asks for anything, nothing is idle. */
export interface Projection {
  readonly from: Instant
  readonly to: Instant
  readonly changes: readonly ComingChange[]
  readonly pools: readonly PoolProjection[]
  readonly environments: readonly { readonly id: string; readonly asleepHours: number }[]
}

/**
 * What the coming days bring and what they could save. A pool counts only while everything that uses it sleeps, and
 * then all its nodes but those it keeps: a lower bound, because nodes that become empty earlier are not counted.
 */
export const project = (
  environments: readonly Environment[],
  pools: readonly Pool[],
  holidays: readonly string[],
  from: Instant,
  days: number,
  microUsdPerHour: (instanceType: string) => number | undefined,
): Projection => {
  const to = later(from, days * 86_400)
  const byCluster = Map.groupBy(environments, ({ cluster }) => cluster)
  const asleep = new Map(environments.map((environment) => [environment.id, shutSpans(environment.terms, holidays, { from, to })]))
  return {
    from,
    to,
    changes: environments.flatMap((environment) => changesOf(environment, holidays, from, to)).toSorted((a, b) => a.at - b.at || (a.environment < b.environment ? -1 : 1)),
    pools: pools.map((pool) => projectPool(pool, byCluster.get(pool.cluster) ?? [], asleep, microUsdPerHour)),
    environments: environments.map(({ id }) => ({ id, asleepHours: hoursIn(asleep.get(id) ?? []) })),
  }
}

const projectPool = (
  pool: Pool,
  neighbours: readonly Environment[],
  asleep: ReadonlyMap<string, readonly Span[]>,
  microUsdPerHour: (instanceType: string) => number | undefined,
): PoolProjection => {
  const users = neighbours.filter(({ pools }) => pools?.includes(pool.name) ?? true)
  const [first, ...others] = users.map(({ id }) => asleep.get(id) ?? [])
  const together = others.reduce((common, next) => overlap(common, next), first ?? [])
  const asleepHours = hoursIn(together)
  const { nodes, instanceType } = pool.baseline ?? {}
  const nodeHours = nodes === undefined ? undefined : Math.max(0, nodes - pool.keep) * asleepHours
  const price = instanceType === undefined ? undefined : microUsdPerHour(instanceType)
  return {
    pool: `${pool.cluster}/${pool.name}`, keep: pool.keep, asleepHours,
    ...(nodes === undefined ? {} : { nodes }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(nodeHours === undefined ? {} : { nodeHours }),
    ...(price === undefined || nodeHours === undefined ? {} : { microUsd: Math.round(nodeHours * price) }),
  }
}

const changesOf = ({ id, terms }: Environment, holidays: readonly string[], from: Instant, to: Instant): readonly ComingChange[] => {
  const hours = parseHours(terms.hours, terms.timezone)
  const changes: ComingChange[] = []
  for (let next = hoursAt(hours, from, holidays).next; next !== null && next.at < to; ) {
    const then = hoursAt(hours, next.at, holidays)
    changes.push({ at: next.at, environment: id, becomes: next.awake ? 'awake' : 'asleep', why: then.reason })
    next = then.next
  }
  return changes
}

const hoursIn = (parts: readonly Span[]): number => parts.reduce((sum, { from, to }) => sum + secondsBetween(from, to) / 3600, 0)
