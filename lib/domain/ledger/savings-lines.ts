import { isDeepEqual } from '../is-deep-equal.ts'
import { shareOwnCost } from '../report/share-own-cost.ts'
import type { Instant } from '../time.ts'
import type { Span } from './clock-hour.ts'
import type { ClusterDay } from './cluster-day.ts'
import { addRunning, NO_RUNNING, type Running } from './ledger-row.ts'
import { addSavings, netMicroUsd, NO_SAVINGS, type Savings } from './savings.ts'

/** What savings are told by. */
export type SavingsBy = 'environment' | 'cluster' | 'day'

/** What days came to for one environment, cluster or day. */
export interface SavingsLine extends Span {
  /** The environment, the cluster, or the day; undefined: what belongs to no environment. */
  readonly name: string | undefined
  readonly savings: Savings
  /** Absent by environment: nodes are shared. */
  readonly running?: Running
  readonly ownMicroUsd: number
  /** Undefined where a part of it is not known. */
  readonly netMicroUsd: number | undefined
}

/** Days of clusters added up by environment, cluster or day; each way adds up to the same. */
export const savingsLines = (days: readonly ClusterDay[], by: SavingsBy): readonly SavingsLine[] => {
  const parts = days.flatMap((day) => partsOf(day, by))
  return [...Map.groupBy(parts, ({ name }) => name)]
    .toSorted(([a], [b]) => (a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1))
    .map(([name, alike]) => ({ ...sumLines(alike), name }))
}

/** What lines come to together. */
export const sumLines = (lines: readonly Part[]): Omit<SavingsLine, 'name'> => {
  const savings = lines.map((line) => line.savings).reduce(addSavings, NO_SAVINGS)
  const ownMicroUsd = lines.reduce((sum, line) => sum + line.ownMicroUsd, 0)
  const running = lines.flatMap((line) => line.running ?? [])
  return {
    from: Math.min(...lines.map(({ from }) => from)) as Instant,
    to: Math.max(...lines.map(({ to }) => to)) as Instant,
    savings,
    ownMicroUsd,
    ...(running.length === 0 ? {} : { running: running.reduce(addRunning, NO_RUNNING) }),
    netMicroUsd: netMicroUsd(savings.realized, savings.wake, ownMicroUsd),
  }
}

type Part = Omit<SavingsLine, 'netMicroUsd'>

const partsOf = (day: ClusterDay, by: SavingsBy): readonly Part[] => {
  const { from, upTo: to } = day
  const ownMicroUsd = day.ownCosts.reduce((sum, { microUsd }) => sum + microUsd, 0)
  if (by === 'environment') return environmentParts(day, ownMicroUsd)
  const savings = day.pools.map((pool) => pool.savings).reduce(addSavings, NO_SAVINGS)
  const running = day.pools.map((pool) => pool.running).reduce(addRunning, NO_RUNNING)
  return [{ name: by === 'cluster' ? day.cluster : day.day, from, to, savings, running, ownMicroUsd }]
}

/** Shared as the report shares it. */
const environmentParts = ({ from, upTo: to, environments, unattributed }: ClusterDay, ownMicroUsd: number): readonly Part[] => {
  const own = shareOwnCost(ownMicroUsd, environments.map(({ id }) => id).toSorted())
  const left = environments.length === 0 ? ownMicroUsd : 0
  return [
    ...environments.map(({ id, savings }) => ({ name: id, from, to, savings, ownMicroUsd: own.get(id) ?? 0 })),
    ...(isDeepEqual(unattributed, NO_SAVINGS) && left === 0 ? [] : [{ name: undefined, from, to, savings: unattributed, ownMicroUsd: left }]),
  ]
}
