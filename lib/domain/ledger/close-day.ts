import type { Cluster } from '../fleet.ts'
import type { Instant } from '../time.ts'
import type { LedgerShare } from './attribution.ts'
import { hourOf, secondOf, type Span } from './clock-hour.ts'
import { blockerDays } from './blocker-days.ts'
import type { ClusterDay, DayProblem, PoolDay } from './cluster-day.ts'
import type { ClusterStory } from './cluster-story.ts'
import { environmentDays } from './environment-days.ts'
import { extendedSupport } from './extended-support.ts'
import { goneNodes } from './gone-nodes.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerInput } from './ledger-input.ts'
import { type LedgerRow, NO_RUNNING } from './ledger-row.ts'
import type { LocalDay } from './local-day.ts'
import { ownCosts } from './own-cost.ts'
import { residualCost } from './residual-cost.ts'
import { type Entry, type PeriodSum, rollUp } from './roll-up.ts'
import { NO_SAVINGS } from './savings.ts'
import { type SharedWork, tendedDay } from './tended-day.ts'

/** What a day is closed from. */
export interface DayBooks {
  readonly day: LocalDay
  /** The last full hour. */
  readonly asOf: Instant
  readonly story: ClusterStory
  readonly input: LedgerInput
  readonly ledger: Ledger
  readonly sharedWork: SharedWork
  /** What stood in the way of data, each once. */
  readonly problems: readonly string[]
}

/** $0.10 an hour (FIELD §5; Amazon EKS pricing). */
const CONTROL_PLANE_MICRO_USD_PER_HOUR = 100_000

/** Node-hours that are missing and nobody saw leave, below which nobody is bothered: a look comes minutes late. */
const WORTH_TELLING_SECONDS = 3600

/**
 * Closes a day, or what has passed of it. An hour, UTC, that lies in two days (Asia/Kolkata) is cut in proportion to time.
 * The environments and what belongs to none add up to the pools.
 */
export const closeDay = ({ day, asOf, story, input, ledger, sharedWork, problems }: DayBooks): ClusterDay => {
  const { cluster } = story
  const upTo = Math.max(day.from, Math.min(day.to, asOf)) as Instant
  const span: Span = { from: day.from, to: upTo }
  const parts = partsOf(ledger)
  const pools = poolDays(ledger, parts, span)
  const environments = environmentDays(story, input.environments, { pools, span, savingsOf: (id) => sumOf(parts.shares.get(id) ?? [], span).savings })
  const support = supportOf(cluster, span)
  return {
    ...day,
    cluster: cluster.name,
    upTo,
    pools,
    environments,
    unattributed: sumOf(parts.unshared, span).savings,
    blockers: blockerDays(story, input, ledger, span),
    ownCosts: ownCosts(tendedDay(story, environments, sharedWork, span)),
    ...residualOf(cluster, span),
    ...(support === undefined ? {} : { support }),
    problems: problemsOf({ ledger, input, pools, problems }),
    carry: { asOf, gone: goneNodes(input, hourOf(day.to)) },
  }
}

/** The ledger in parts that are nobody else's: shares by environment, and rows nobody has a share in. */
interface Parts {
  readonly shares: ReadonlyMap<string, readonly LedgerShare[]>
  readonly unshared: readonly LedgerRow[]
}

const partsOf = ({ rows, shares }: Ledger): Parts => {
  const shared = new Set(shares.map(rowKey))
  return { shares: Map.groupBy(shares, ({ environment }) => environment), unshared: rows.filter((row) => !shared.has(rowKey(row))) }
}

const rowKey = ({ pool, from }: Pick<LedgerRow, 'pool' | 'from'>): string => `${from} ${pool}`

/** What entries come to within a span; cut where they reach beyond it. */
const sumOf = (entries: readonly Entry[], { from, to }: Span): Pick<PeriodSum, 'savings' | 'running'> =>
  rollUp(entries, [from, to])[0] ?? { savings: NO_SAVINGS, running: NO_RUNNING }

/** Savings are added up from the parts: cut one by one, they come to a micro-dollar more or less than the row cut as one. */
const poolDays = ({ rows }: Ledger, { shares, unshared }: Parts, span: Span): readonly PoolDay[] => {
  const partsOfPool = Map.groupBy([...[...shares.values()].flat(), ...unshared], ({ pool }) => pool)
  return [...Map.groupBy(rows.filter(({ from, to }) => from < span.to && to > span.from), ({ pool }) => pool)].map(([pool, own]) => ({
    pool,
    savings: sumOf(partsOfPool.get(pool) ?? [], span).savings,
    running: sumOf(own, span).running,
    priceSources: [...new Set(own.flatMap(({ prices }) => prices.map(({ name }) => name)))].toSorted(),
    unpricedTypes: [...new Set(own.flatMap(({ unpricedTypes }) => unpricedTypes))].toSorted(),
  }))
}

/** The control plane is on the bill whoever sleeps. */
const residualOf = ({ name }: Cluster, { from, to }: Span): Pick<ClusterDay, 'residualMicroUsd'> => {
  const { total } = residualCost(
    [{ kind: 'control-plane', name, owner: name, microUsdPerHour: CONTROL_PLANE_MICRO_USD_PER_HOUR }],
    new Map([[name, secondOf(to) - secondOf(from)]]),
  )
  return total.microUsd === undefined ? {} : { residualMicroUsd: total.microUsd }
}

const supportOf = ({ name, support }: Cluster, span: Span): ClusterDay['support'] =>
  support === undefined ? undefined : extendedSupport([{ cluster: name, version: support.version }], support.ends, span)[0]

const problemsOf = (
  { ledger, input, pools, problems }: Pick<DayBooks, 'ledger' | 'input' | 'problems'> & { readonly pools: readonly PoolDay[] },
): readonly DayProblem[] => {
  const environments = new Set(input.environments.map(({ id }) => id))
  const refused = ledger.refused.map(({ subject, reason }) => ({ text: `${subject}: ${reason}`, ...(environments.has(subject) ? { environment: subject } : {}) }))
  const unproven = pools.filter(({ running }) => running.unprovenNodeSeconds >= WORTH_TELLING_SECONDS).map(({ pool, running }) => ({
    text: `${pool}: ${(running.unprovenNodeSeconds / 3600).toFixed(1)} node-hours are missing that nobody saw leave; they do not count as saved`,
  }))
  const unpriced = pools.flatMap(({ pool, unpricedTypes }) => unpricedTypes.map((type) => ({ text: `${pool}: no price is known for ${type}; what it ran or saved is not in the money` })))
  return [...Map.groupBy([...refused, ...unproven, ...unpriced, ...problems.map((text) => ({ text }))], ({ text }) => text).values()]
    .flatMap((alike) => alike.slice(0, 1).map((one): DayProblem => ({ ...one, times: alike.length })))
}
