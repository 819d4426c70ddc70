import { rm } from 'node:fs/promises'
import path from 'node:path'
import { writeAlikeFleet } from './alike-fleet.ts'
import { countOf, type Counts, sumCounts } from './call-counter.ts'
import { ASSUMED, type CostLine, monthlyCost } from './cost-model.ts'
import { extrapolateDay } from './extrapolate-day.ts'
import { countFleetDay, type FleetDay } from './fleet-day.ts'
import { LIST_PRICES } from './list-prices.ts'
import type { Bench } from './report.ts'
import { readStackFacts } from './stack-facts.ts'

const CLUSTERS = [10, 300, 1000]
const PER_CLUSTER = [1, 10, 100]
/** A cluster of 100 takes minutes to count: without --full its day is extrapolated from those of 10 and of this. */
const COUNTED_FOR_MORE = 30
/** The fleet whose bill is printed line by line. */
const SHOWN = { clusters: 300, perCluster: 10 }

/** Catnap's own bill for a month, from counted days of clusters with 1, 10 and 100 environments, and list prices. */
export const cost: Bench = async ({ full }) => {
  const facts = readStackFacts()
  const days = await countDays(full)
  const bills = PER_CLUSTER.flatMap((perCluster) => {
    const day = days.get(perCluster)
    return day === undefined ? [] : CLUSTERS.map((clusters) => {
      const lines = monthlyCost(day, facts, clusters)
      return { clusters, perCluster, usd: lines.reduce((sum, { usd }) => sum + usd, 0), lines }
    })
  })
  const billOf = (clusters: number, perCluster: number) => bills.find((bill) => bill.clusters === clusters && bill.perCluster === perCluster)
  const shown = billOf(SHOWN.clusters, SHOWN.perCluster)
  return {
    name: 'cost',
    says: 'what Catnap itself costs a month in USD: counted days of a cluster, every day taken for a week-day, times list prices',
    tables: [
      {
        title: 'USD a month',
        columns: ['clusters', ...PER_CLUSTER.map((perCluster) => `${perCluster} env. each`), 'USD a cluster, 10 each'],
        rows: CLUSTERS.map((clusters) =>
          [clusters.toLocaleString('en-US'), ...PER_CLUSTER.map((perCluster) => billOf(clusters, perCluster)?.usd ?? Number.NaN), (billOf(clusters, 10)?.usd ?? Number.NaN) / clusters]),
      },
      {
        title: `the bill of ${SHOWN.clusters} clusters with ${SHOWN.perCluster} environments each`,
        columns: ['for', 'USD', 'amount', 'of', 'counted'],
        rows: (shown?.lines ?? []).map(({ what, usd, amount, price, how }) => [what, usd, amount, LIST_PRICES[price].unit, how]),
      },
      { title: 'per environment-day, by the size of its cluster', columns: ['counted', ...PER_CLUSTER.map((perCluster) => `of ${perCluster}`)], rows: growth(days) },
    ],
    notes: [
      ...bills.filter(({ clusters, perCluster }) => clusters > 10 && perCluster > 1).map(({ clusters, perCluster, lines }) =>
        `the largest lines of ${clusters.toLocaleString('en-US')} clusters × ${perCluster}: ${largest(lines)}`),
      full ? 'all three days are counted' : `the days of 1 and 10 environments are counted, that of 100 is extrapolated from 10 and ${COUNTED_FOR_MORE}; --full counts it`,
      `assumed: ${JSON.stringify(ASSUMED)}`,
      `list prices of 2026, us-east-1, no free tier: ${Object.values(LIST_PRICES).map(({ usd, per, unit }) => `$${usd} per ${per === 1 ? '' : `${per.toLocaleString('en-US')} `}${unit}`).join('; ')}`,
      'not in it: NAT gateways and interface endpoints of private spokes, traffic between regions, Cost Explorer and SES',
    ],
    figures: { assumed: ASSUMED, listPrices: LIST_PRICES, facts, days: Object.fromEntries(days), bills },
  }
}

const countDays = async (full: boolean): Promise<ReadonlyMap<number, FleetDay>> => {
  const large = full ? 100 : COUNTED_FOR_MORE
  // One process and its servers fill a core: the large cluster beside the two small ones.
  const [largest, [one, ten]] = await Promise.all([alikeDay(large), (async () => [await alikeDay(1), await alikeDay(10)] as const)()])
  return new Map([[1, one], [10, ten], [100, full ? largest : extrapolateDay(ten, largest, 100)]])
}

const alikeDay = async (perCluster: number): Promise<FleetDay> => {
  const fleetFile = await writeAlikeFleet(perCluster)
  try {
    return await countFleetDay(fleetFile)
  } finally {
    await rm(path.dirname(fleetFile), { recursive: true })
  }
}

const largest = (lines: readonly CostLine[]): string => {
  const sum = lines.reduce((total, { usd }) => total + usd, 0)
  return lines.toSorted((a, b) => b.usd - a.usd).slice(0, 3).map(({ what, usd }) => `${what} ${Math.round((100 * usd) / sum)} %`).join('; ')
}

const growth = (days: ReadonlyMap<number, FleetDay>): readonly (readonly (string | number)[])[] => {
  const row = (what: string, pick: (day: FleetDay, workers: Counts) => number) =>
    [what, ...PER_CLUSTER.map((perCluster) => {
      const day = days.get(perCluster)
      return day === undefined ? Number.NaN : pick(day, sumCounts(day.functions.reconcile.counts, day.functions.reclaim.counts, day.functions.observe.counts)) / day.environments
    })]
  return [
    row('sleeps', ({ sleeps }) => sleeps),
    row('wakes', ({ wakes }) => wakes),
    row('invocations of reconcile', ({ functions }) => functions.reconcile.invocations),
    row('invocations of reclaim', ({ functions }) => functions.reclaim.invocations),
    row('invocations of observe', ({ functions }) => functions.observe.invocations),
    row('table read units', (_, counts) => countOf(counts, 'units:read')),
    row('table write units', (_, counts) => countOf(counts, 'units:write')),
    row('Kubernetes calls', (_, counts) => countOf(counts, 'kubernetes:')),
    row('EKS, Auto Scaling and EC2 calls', (_, counts) => countOf(counts, 'eks:') + countOf(counts, 'autoscaling:') + countOf(counts, 'ec2:')),
  ]
}
