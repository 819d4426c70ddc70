import { HISTORY_DAYS } from '../../lib/domain/history.ts'
import { DAYS_PER_MONTH, OWN_RATES } from '../../lib/domain/ledger/own-cost.ts'

/** A list price: an assumption of the bench, not a measurement. */
interface ListPrice {
  readonly usd: number
  readonly per: number
  readonly unit: string
}

/** What so many cost at a rate the ledger reckons Catnap's own cost with. */
const at = ({ microUsdEach }: { readonly microUsdEach: number }, per: number, unit: string): ListPrice =>
  ({ usd: Number(((microUsdEach * per) / 1e6).toPrecision(9)), per, unit })

const MILLION = 1_000_000
const GB = 1e9

/** AWS list prices of us-east-1 as of 2026, in USD, first tier, without any free tier: those of the ledger. */
export const LIST_PRICES = {
  lambdaTime: at(OWN_RATES.lambdaGbSeconds, MILLION, 'GB-seconds of arm64'),
  lambdaRequests: at(OWN_RATES.lambdaRequests, MILLION, 'requests'),
  tableReads: at(OWN_RATES.tableReads, MILLION, 'read units on demand'),
  tableWrites: at(OWN_RATES.tableWrites, MILLION, 'write units on demand'),
  tableStorage: { ...at(OWN_RATES.keptBytes, (GB * DAYS_PER_MONTH) / HISTORY_DAYS, 'GB-month with point-in-time recovery'), per: 1 },
  queueRequests: at(OWN_RATES.queueRequests, MILLION, 'requests to standard queues'),
  schedule: at(OWN_RATES.scheduleRuns, MILLION, 'invocations by EventBridge Scheduler'),
  logs: { ...at(OWN_RATES.logBytes, GB, 'GB of log taken in and kept a month'), per: 1 },
  alarms: { ...at(OWN_RATES.alarmMetricDays, DAYS_PER_MONTH, 'metric in an alarm'), per: 1 },
  cloudWatchMetrics: at(OWN_RATES.cloudWatchMetrics, 1000, 'metrics asked for'),
  clusterCalls: { usd: 0, per: MILLION, unit: 'calls to EKS, Auto Scaling, EC2 and Kubernetes' },
} as const satisfies Readonly<Record<string, ListPrice>>
