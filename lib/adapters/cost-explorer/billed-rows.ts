import type { BilledDay } from '../../domain/ledger/reconcile-day.ts'
import type { Instant } from '../../domain/time.ts'
import type { CostGroup } from './cost-pages.ts'
import { type BilledCluster, CLUSTER_TAG, type Lot } from './cost-questions.ts'

/** Rows of the bill, and what could not be made one, in words. */
export interface BilledRows {
  readonly days: readonly BilledDay[]
  readonly problems: readonly string[]
}

/** The groups of the two questions about a lot. */
export interface LotGroups {
  readonly usage: readonly CostGroup[]
  readonly planned: readonly CostGroup[]
}

type Amounts = Pick<BilledDay, 'unblendedMicroUsd' | 'amortizedMicroUsd'>

/**
 * One row for each cluster and day that has a cost. An amount that is no number or not in USD takes its row with it:
 * half a row would be a wrong one. Days nobody asked for are left out.
 */
export const billedRows = (lot: Lot, groups: LotGroups, asked: { readonly first: string; readonly last: string }, askedAt: Instant): BilledRows => {
  const rows = new Map<string, BilledDay>()
  const unusable = new Map<string, string>()
  const add = (group: CostGroup, read: (group: CostGroup) => Amounts | string): void => {
    const cluster = clusterOf(lot, group)
    if (cluster === undefined || group.day < asked.first || group.day > asked.last) return
    const key = `${cluster.name} ${group.day}`
    const amounts = read(group)
    if (typeof amounts === 'string') {
      unusable.set(key, `Cost Explorer, ${cluster.name} on ${group.day}: ${amounts}; left out`)
      return
    }
    const before = rows.get(key)
    rows.set(key, {
      subject: cluster.name, day: group.day, askedAt,
      unblendedMicroUsd: (before?.unblendedMicroUsd ?? 0) + amounts.unblendedMicroUsd,
      amortizedMicroUsd: (before?.amortizedMicroUsd ?? 0) + amounts.amortizedMicroUsd,
    })
  }
  for (const group of groups.usage) add(group, readUsage)
  for (const group of groups.planned) add(group, readPlanned)
  const days = [...rows].filter(([key]) => !unusable.has(key)).map(([, row]) => row)
  return { days, problems: [...unusable.values(), ...accountsWithout(lot, groups, new Set([...rows.values()].map(({ subject }) => subject)))] }
}

const TAG_KEY = `${CLUSTER_TAG}$`

const clusterOf = ({ clusters }: Lot, { keys: [tag = '', account = ''] }: CostGroup): BilledCluster | undefined =>
  tag.startsWith(TAG_KEY) ? clusters.find((cluster) => cluster.account === account && cluster.eksName === tag.slice(TAG_KEY.length)) : undefined

const readUsage = (group: CostGroup): Amounts | string => {
  const [unblendedMicroUsd, amortizedMicroUsd] = [microUsdOf(group, 'UnblendedCost'), microUsdOf(group, 'AmortizedCost')]
  if (typeof unblendedMicroUsd === 'string') return unblendedMicroUsd
  return typeof amortizedMicroUsd === 'string' ? amortizedMicroUsd : { unblendedMicroUsd, amortizedMicroUsd }
}

const readPlanned = (group: CostGroup): Amounts | string => {
  const amortizedMicroUsd = microUsdOf(group, 'AmortizedCost')
  return typeof amortizedMicroUsd === 'string' ? amortizedMicroUsd : { unblendedMicroUsd: 0, amortizedMicroUsd }
}

/** An amount in integer micro-dollars, or why it is none. */
const microUsdOf = ({ metrics }: CostGroup, metric: string): number | string => {
  const { Amount = '', Unit = '' } = metrics[metric] ?? {}
  if (Unit !== 'USD') return `found ${metric} in "${Unit}", expected USD`
  // Adding 0 makes a 0 of the -0 a tiny credit is rounded to.
  const microUsd = Math.round(Number(Amount) * 1e6) + 0
  return Amount !== '' && Number.isSafeInteger(microUsd) ? microUsd : `found ${metric} "${Amount}", expected a number`
}

/** Accounts none of whose clusters has any cost: a sleeping fleet looks so, and so does a tag nobody activated. */
const accountsWithout = ({ clusters }: Lot, { usage, planned }: LotGroups, billed: ReadonlySet<string>): readonly string[] =>
  [...Map.groupBy(clusters, ({ account }) => account)]
    .filter(([, own]) => !own.some(({ name }) => billed.has(name)))
    .map(([account]) => {
      const isUntagged = [...usage, ...planned].some(({ keys: [tag, of] }) => tag === TAG_KEY && of === account)
      return isUntagged
        ? `Cost Explorer: account ${account} has instances on its bill, but no row for any cluster; activate ${CLUSTER_TAG} as a cost allocation tag in the billing console (it counts from then on)`
        : `Cost Explorer: no row for any cluster of account ${account}; unless no node ran or these days are not on the bill yet: is ${CLUSTER_TAG} activated as a cost allocation tag, and may the hub's account see that bill?`
    })
