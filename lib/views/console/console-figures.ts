import { heading } from '../../domain/environment.ts'
import { addAmounts, type Amount, NO_AMOUNT } from '../../domain/ledger/amount.ts'
import type { ClusterDay } from '../../domain/ledger/cluster-day.ts'
import { addSavings, NO_SAVINGS, type Savings } from '../../domain/ledger/savings.ts'
import type { Stranded } from '../../domain/stranded.ts'
import type { Instant } from '../../domain/time.ts'
import type { ConsoleView, PoolNodes } from './console-view.ts'

/** What nodes cost in an hour; of pools without a price nothing is counted, and they are named. */
interface HourlyCost {
  readonly microUsd: number
  readonly unpricedTypes: readonly string[]
}

/** The numbers above all others. */
export interface Figures {
  readonly now: HourlyCost
  readonly alwaysOn: HourlyCost
  /** As the last look found it; `microUsd` is undefined where no node of it has a price. */
  readonly stranded: { readonly nodes: number; readonly unpriced: number; readonly microUsd: number | undefined }
  readonly awake: number
  readonly asleep: number
  /** On their way, up or down. */
  readonly moving: number
  readonly environments: number
  readonly running: number
  readonly original: number
  /** Undefined while no hour of today is reckoned. */
  readonly today?: DaySum
}

/** What a day came to over all clusters. */
export interface DaySum {
  /** `YYYY-MM-DD` in the zone of the fleet. */
  readonly day: string
  /** The earliest to which a cluster is reckoned. */
  readonly upTo: Instant
  readonly savings: Savings
  readonly ownMicroUsd: number
  readonly listed: Amount
}

/** Adds up what the console shows. */
export const figuresOf = (view: ConsoleView): Figures => {
  const { pools, statuses } = view
  const today = daySums(view.days).find(({ day }) => day === dayIn(view.fleet.timezone, view.now))
  const phases = statuses.map(({ environment: { phase } }) => phase)
  return {
    now: hourly(pools, ({ running }) => running),
    alwaysOn: hourly(pools, ({ original }) => original),
    stranded: sumStranded(pools.flatMap(({ stranded }) => stranded ?? [])),
    awake: phases.filter((phase) => phase === 'awake').length,
    asleep: phases.filter((phase) => phase === 'asleep').length,
    moving: phases.filter((phase) => phase === 'waking' || phase === 'falling-asleep').length,
    environments: statuses.length,
    running: sum(pools.map(({ running }) => running)),
    original: sum(pools.map(({ original }) => original)),
    ...(today === undefined ? {} : { today }),
  }
}

/** What is left on the bill, added up. */
export const sumStranded = (all: readonly Stranded[]): Figures['stranded'] => {
  const [nodes, unpriced] = [sum(all.map((each) => each.nodes)), sum(all.map((each) => each.unpriced))]
  return { nodes, unpriced, microUsd: nodes > 0 && nodes === unpriced ? undefined : sum(all.map(({ microUsdPerHour }) => microUsdPerHour)) }
}

/** What so many nodes of each pool cost in an hour. */
export const hourly = (pools: readonly PoolNodes[], nodesOf: (pool: PoolNodes) => number): HourlyCost => ({
  microUsd: sum(pools.map((pool) => nodesOf(pool) * (pool.microUsdPerHour ?? 0))),
  unpricedTypes: [...new Set(pools.flatMap((pool) => (pool.microUsdPerHour === undefined && nodesOf(pool) > 0 ? [pool.instanceType] : [])))],
})

/** The days of all clusters, newest first. */
export const daySums = (days: readonly ClusterDay[]): readonly DaySum[] =>
  [...Map.groupBy(days, ({ day }) => day)]
    .map(([day, each]) => ({
      day,
      upTo: Math.min(...each.map(({ upTo }) => upTo)) as Instant,
      savings: each.flatMap(({ pools }) => pools.map(({ savings }) => savings)).reduce(addSavings, NO_SAVINGS),
      ownMicroUsd: sum(each.flatMap(({ ownCosts }) => ownCosts.map(({ microUsd }) => microUsd))),
      listed: each.flatMap(({ pools }) => pools.map(({ running }) => running.listed)).reduce(addAmounts, NO_AMOUNT),
    }))
    .toSorted((a, b) => (a.day < b.day ? 1 : -1))

/** How many of some environments are up or on their way there. */
export const countUp = (statuses: ConsoleView['statuses']): number => statuses.filter(({ environment }) => heading(environment.phase) === 'awake').length

/** The day of an instant by the calendar of a zone, `YYYY-MM-DD`. */
export const dayIn = (zone: string, at: Instant): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
