import type { Expression, GetCostAndUsageCommandInput } from '@aws-sdk/client-cost-explorer'
import { calendarDate, dayNumber } from '../../domain/calendar-date.ts'
import { clusterAddress } from '../../domain/fleet.ts'

/** The tag AWS itself puts on every instance that joins an EKS cluster; on the bill once it is activated there. */
export const CLUSTER_TAG = 'aws:eks:cluster-name'

/** On-demand, spot and reserved instances; volumes, transfer and NAT gateways are another service. */
const INSTANCES = 'Amazon Elastic Compute Cloud - Compute'

/** A cluster and how the bill names it. */
export interface BilledCluster {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly eksName: string
}

/** What is asked at once: clusters that account and EKS name tell apart, in the regions they are in. */
export interface Lot {
  readonly regions: readonly string[]
  readonly clusters: readonly BilledCluster[]
}

/** A cluster as the bill names it. Throws a RangeError for an ARN that is none of a cluster. */
export const billedCluster = ({ name, arn }: { readonly name: string; readonly arn: string }): BilledCluster => {
  const { account, region, eksName } = clusterAddress(arn)
  return { name, account, region, eksName }
}

/**
 * One lot for all, unless one account has two clusters of one name in two regions: Cost Explorer groups by two keys only,
 * tag and account, so that then each region is asked for by itself.
 */
export const lotsOf = (clusters: readonly BilledCluster[]): readonly Lot[] => {
  const regionsOf = (some: readonly BilledCluster[]): readonly string[] => [...new Set(some.map(({ region }) => region))].toSorted()
  const names = new Set(clusters.map(({ account, eksName }) => `${account}/${eksName}`))
  if (clusters.length === 0) return []
  if (names.size === clusters.length) return [{ regions: regionsOf(clusters), clusters }]
  return regionsOf(clusters).map((one) => ({ regions: [one], clusters: clusters.filter(({ region }) => region === one) }))
}

/**
 * What is asked of a lot for the days from `first` to `last`, both inclusive. `usage`: what the invoice has for instances.
 * `planned`: what a Savings Plan pays for, which has its share of the plan only as amortized cost; unblended it stands at
 * the on-demand price, which nobody pays, and is taken back in one line without tags.
 * Throws a RangeError for a day that is none.
 */
export const questionsOf = (lot: Lot, first: string, last: string): Readonly<Record<'usage' | 'planned', GetCostAndUsageCommandInput>> => {
  const [start, end] = [dayNumber(first), dayNumber(last)]
  if (start === undefined || end === undefined || end < start) {
    throw new RangeError(`not days of a bill: found "${first}" to "${last}", expected YYYY-MM-DD, the first not after the last`)
  }
  const of = (record: Expression, metrics: readonly string[]): GetCostAndUsageCommandInput => ({
    // The end is not in it.
    TimePeriod: { Start: first, End: calendarDate(end + 1) },
    Granularity: 'DAILY',
    Metrics: [...metrics],
    Filter: { And: [only('SERVICE', [INSTANCES]), only('REGION', lot.regions), record] },
    GroupBy: [{ Type: 'TAG', Key: CLUSTER_TAG }, { Type: 'DIMENSION', Key: 'LINKED_ACCOUNT' }],
  })
  return {
    usage: of({ Not: only('RECORD_TYPE', ['SavingsPlanCoveredUsage', 'SavingsPlanNegation']) }, ['UnblendedCost', 'AmortizedCost']),
    planned: of(only('RECORD_TYPE', ['SavingsPlanCoveredUsage']), ['AmortizedCost']),
  }
}

const only = (Key: 'SERVICE' | 'REGION' | 'RECORD_TYPE', Values: readonly string[]): Expression => ({ Dimensions: { Key, Values: [...Values] } })
