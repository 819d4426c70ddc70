import type { Mode } from '../fleet.ts'
import type { ClusterDay, EnvironmentDay } from '../ledger/cluster-day.ts'
import type { ExtendedSupport } from '../ledger/extended-support.ts'
import { addRunning, NO_RUNNING, type Running } from '../ledger/ledger-row.ts'
import { addSavings, NO_SAVINGS, type Savings } from '../ledger/savings.ts'
import type { Instant } from '../time.ts'
import { mergeBlockers } from './merge-blockers.ts'
import type { Blocker, EnvironmentFigures, Figures, Report } from './report.ts'
import { shareOwnCost } from './share-own-cost.ts'

/** What one pool came to. */
interface PoolSum {
  /** `cluster/pool` */
  readonly pool: string
  readonly savings: Savings
  readonly running: Running
}

/** Days of one cluster, added up: what a report needs of them, and no more to hold in memory. */
export interface ClusterSum {
  readonly cluster: string
  readonly pools: readonly PoolSum[]
  readonly environments: readonly EnvironmentFigures[]
  readonly unattributed: Figures
  readonly blockers: readonly Blocker[]
  readonly ownCosts: Report['ownCosts']
  readonly support: ExtendedSupport | undefined
  readonly problems: Report['problems']
  /** By day, `YYYY-MM-DD`: the share of it that is reckoned, 1 once it is over. */
  readonly reckoned: ReadonlyMap<string, number>
  /** By day: the share of it in which something was there to be watched; less than 1 on the first. */
  readonly watched: ReadonlyMap<string, number>
  /** How far the last of them is reckoned; undefined where there is none. */
  readonly upTo: Instant | undefined
}

/** Adds up the days of a cluster, in any order; the newest says what mode and version it has. */
export const sumClusterDays = (cluster: string, unordered: readonly ClusterDay[]): ClusterSum => {
  const days = unordered.toSorted((a, b) => a.from - b.from)
  const sums = new Map<string, EnvironmentSum>()
  const rest = { savings: NO_SAVINGS, ownMicroUsd: 0 }
  for (const day of days) addDay(sums, rest, day)
  return {
    cluster,
    pools: sumPools(days),
    environments: [...sums].map(([id, sum]) => ({ ...sum, id, unpricedTypes: [...sum.unpricedTypes].toSorted(), priceSources: [...sum.priceSources].toSorted() })),
    // Only what sleeps leaves something on the bill by that.
    unattributed: { ...rest, residualMicroUsd: 0 },
    blockers: mergeBlockers(days.flatMap(({ blockers }) => blockers)),
    ownCosts: sumByName(days.flatMap(({ ownCosts }) => ownCosts)),
    support: sumSupport(days.flatMap(({ support }) => support ?? [])),
    problems: sumProblems(days.flatMap(({ problems }) => problems)),
    reckoned: new Map(days.map(({ day, from, to, upTo }) => [day, (upTo - from) / (to - from)])),
    watched: new Map(days.map((day) => [day.day, watchedShare(day)])),
    upTo: days.at(-1)?.upTo,
  }
}

/** What is all but the whole day is the whole: a phase is told to the second, a day not always. */
const AS_GOOD_AS_ALL = 0.99

/** An environment is awake or asleep for as long as it is there; a cluster without any is watched as far as it is reckoned. */
const watchedShare = ({ from, to, upTo, environments }: ClusterDay): number => {
  const seconds = environments.length === 0 ? (upTo - from) / 1000 : Math.max(...environments.map(({ awakeSeconds, asleepSeconds }) => awakeSeconds + asleepSeconds))
  const share = (seconds * 1000) / (to - from)
  return share > AS_GOOD_AS_ALL ? 1 : share
}

const sumPools = (days: readonly ClusterDay[]): readonly PoolSum[] => {
  const sums = new Map<string, PoolSum>()
  for (const { pool, savings, running } of days.flatMap(({ pools }) => pools)) {
    const before = sums.get(pool) ?? { savings: NO_SAVINGS, running: NO_RUNNING }
    sums.set(pool, { pool, savings: addSavings(before.savings, savings), running: addRunning(before.running, running) })
  }
  return [...sums.values()]
}

interface Costs {
  savings: Savings
  ownMicroUsd: number
}

interface EnvironmentSum extends Costs {
  residualMicroUsd: number | undefined
  mode: Mode
  awakeSeconds: number
  asleepSeconds: number
  wakesPlanned: number
  wakesOnRequest: number
  failures: number
  readonly unpricedTypes: Set<string>
  readonly priceSources: Set<string>
}

const addDay = (sums: Map<string, EnvironmentSum>, rest: Costs, day: ClusterDay): void => {
  const ids = day.environments.map(({ id }) => id).toSorted()
  const ownMicroUsd = day.ownCosts.reduce((sum, { microUsd }) => sum + microUsd, 0)
  const shares = shareOwnCost(ownMicroUsd, ids)
  if (ids.length === 0) rest.ownMicroUsd += ownMicroUsd
  rest.savings = addSavings(rest.savings, day.unattributed)
  for (const environment of day.environments) {
    const sum = sums.get(environment.id) ?? noSum(environment.mode)
    sums.set(environment.id, sum)
    addEnvironment(sum, environment)
    sum.ownMicroUsd += shares.get(environment.id) ?? 0
    const residual = residualOf(environment, day)
    if (residual !== undefined) sum.residualMicroUsd = (sum.residualMicroUsd ?? 0) + residual
  }
}

/** Loops over a month of a thousand clusters come through here: it adds in place. */
const addEnvironment = (sum: EnvironmentSum, day: EnvironmentDay): void => {
  sum.mode = day.mode
  sum.savings = addSavings(sum.savings, day.savings)
  sum.awakeSeconds += day.awakeSeconds
  sum.asleepSeconds += day.asleepSeconds
  sum.wakesPlanned += day.wakesPlanned
  sum.wakesOnRequest += day.wakesOnRequest
  sum.failures += day.failures
  for (const type of day.unpricedTypes) sum.unpricedTypes.add(type)
  for (const source of day.priceSources) sum.priceSources.add(source)
}

const noSum = (mode: Mode): EnvironmentSum => ({
  mode, savings: NO_SAVINGS, ownMicroUsd: 0, residualMicroUsd: undefined, awakeSeconds: 0, asleepSeconds: 0,
  wakesPlanned: 0, wakesOnRequest: 0, failures: 0, unpricedTypes: new Set(), priceSources: new Set(),
})

/**
 * What is paid on while it sleeps: of what its cluster pays whoever sleeps, its equal part, for the seconds it slept.
 * When all sleep all day the parts come to the whole.
 */
const residualOf = ({ asleepSeconds }: EnvironmentDay, { residualMicroUsd, environments, from, upTo }: ClusterDay): number | undefined => {
  if (residualMicroUsd === undefined || upTo <= from) return undefined
  return Math.floor((residualMicroUsd * asleepSeconds * 1000) / (environments.length * (upTo - from)))
}

/** Costs of one name added up, in the order in which the names first come. */
export const sumByName = (costs: Report['ownCosts']): Report['ownCosts'] => {
  const sums = new Map<string, number>()
  for (const { name, microUsd } of costs) sums.set(name, (sums.get(name) ?? 0) + microUsd)
  return [...sums].map(([name, microUsd]) => ({ name, microUsd }))
}

/** The same problem of several days or clusters is one, that many times. */
export const sumProblems = (problems: Report['problems']): Report['problems'] => {
  const sums = new Map<string, Report['problems'][number]>()
  for (const problem of problems) {
    const key = JSON.stringify([problem.environment, problem.text])
    sums.set(key, { ...problem, times: problem.times + (sums.get(key)?.times ?? 0) })
  }
  return [...sums.values()]
}

const sumSupport = (days: readonly ExtendedSupport[]): ExtendedSupport | undefined => {
  const last = days.at(-1)
  if (last?.kind !== 'known') return last
  const known = days.filter((day) => day.kind === 'known')
  return { ...last, seconds: sum(known.map(({ seconds }) => seconds)), microUsd: sum(known.map(({ microUsd }) => microUsd)) }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
