import { HISTORY_DAYS } from '../history.ts'

/** What AWS bills for, with its list price and the name it has in reports. */
interface Rate {
  /** Micro-dollars for one: list price of us-east-1 as of 2026, first tier, without any free tier. */
  readonly microUsdEach: number
  readonly part: string
}

/** A year has 730 hours a month, as AWS counts it. */
export const DAYS_PER_MONTH = 730 / 24

/** `keptBytes`: bytes of history, each kept for `HISTORY_DAYS` with point-in-time recovery ($0.45 a GB-month). */
export const OWN_RATES = {
  lambdaGbSeconds: { microUsdEach: 13.3334, part: 'Lambda' },
  lambdaRequests: { microUsdEach: 0.2, part: 'Lambda' },
  tableReads: { microUsdEach: 0.125, part: 'DynamoDB' },
  tableWrites: { microUsdEach: 0.625, part: 'DynamoDB' },
  keptBytes: { microUsdEach: (0.45 / 1000) * (HISTORY_DAYS / DAYS_PER_MONTH), part: 'DynamoDB' },
  queueRequests: { microUsdEach: 0.4, part: 'SQS' },
  scheduleRuns: { microUsdEach: 1, part: 'EventBridge Scheduler' },
  logBytes: { microUsdEach: 0.53 / 1000, part: 'CloudWatch logs and alarms' },
  alarmMetricDays: { microUsdEach: 100_000 / DAYS_PER_MONTH, part: 'CloudWatch logs and alarms' },
  cloudWatchMetrics: { microUsdEach: 10, part: 'CloudWatch metrics' },
  costExplorerRequests: { microUsdEach: 10_000, part: 'Cost Explorer' },
  mails: { microUsdEach: 100, part: 'SES' },
} as const satisfies Readonly<Record<string, Rate>>

type Use = keyof typeof OWN_RATES

/** What one unit of work takes. */
type Takes = Readonly<Partial<Record<Use, number>>>

/**
 * What each unit of Catnap's work takes. The one table of it: `npm run bench` counts the same on the wire.
 *
 * Counted (docs/benchmarks.md, calls and cost): `environmentDay` is a week-day of the example fleet without its ticks,
 * put down to its 13 environments; `fleetDay` its 1,440 ticks, the 48 runs of `account` and `report`, and the alarms of a
 * hub that sends reports; `spokeDay` the alarms of a spoke and the empty polls of its four queues, 15 a minute each.
 * Reckoned from the calls in the code: `look`, `containerLook`, `ask`, `accountHour`.
 */
export const OWN_WORK = {
  fleetDay: { lambdaGbSeconds: 33 + 48, lambdaRequests: 1440 + 48, tableReads: 1440, scheduleRuns: 1440 + 48, logBytes: 600_000, alarmMetricDays: 20 },
  spokeDay: { queueRequests: 4 * 15 * 1440, alarmMetricDays: 20 },
  environmentDay: { lambdaGbSeconds: 25, lambdaRequests: 73, tableReads: 225, tableWrites: 290, queueRequests: 197, logBytes: 33_000, keptBytes: 4940 },
  /** One look of `observe` at a cluster: take and move its due item, read its records, note lives. */
  look: { lambdaGbSeconds: 2, lambdaRequests: 1, tableReads: 8, tableWrites: 8, queueRequests: 3, logBytes: 800 },
  /** A container in a look: its record read and, under 1 kB, written. */
  containerLook: { tableReads: 0.125, tableWrites: 1 },
  /** Requests of an environment asked for: two metrics of one target group, and what was seen of it written. */
  ask: { cloudWatchMetrics: 2, tableWrites: 1 },
  /** An hour of a cluster in `account`: facts, lives and records read; rows and the day written. */
  accountHour: { lambdaGbSeconds: 0.5, tableReads: 20, tableWrites: 12 },
  costExplorerRequest: { costExplorerRequests: 1 },
  mail: { mails: 1 },
} as const satisfies Readonly<Record<string, Takes>>

/** Containers of an environment whose records nobody counted: about as many as the example fleet has. */
const USUAL_CONTAINERS = 6

/** While all sleep a cluster is looked at so often (lib/domain/look-interval.ts). */
const AT_REST_SECONDS = 1800

const DAY_SECONDS = 86_400

/** An environment, as far as looking after it costs. */
interface TendedEnvironment {
  readonly awakeSeconds: number
  /** How often its requests are asked for while it is awake; absent: never. */
  readonly askSeconds?: number
  /** Absent: not counted. */
  readonly containers?: number
}

/** A day of one cluster, or the part of it that is reckoned, as far as it makes work. */
export interface TendedDay {
  readonly seconds: number
  /** Clusters of the fleet, which share what the hub costs. At least 1. */
  readonly clustersOfFleet: number
  /** Clusters in the same account and region, which share a spoke. At least 1. */
  readonly clustersOfSpoke: number
  /** How often the cluster is looked at while anything of it is awake. */
  readonly lookSeconds: number
  readonly environments: readonly TendedEnvironment[]
  /** Of the whole fleet in this time: requests to Cost Explorer, and recipients of mails. */
  readonly costExplorerRequests: number
  readonly mails: number
}

/**
 * What Catnap itself costs for a cluster in a day: an estimate, counted or reckoned work at list prices, in integer
 * micro-dollars by AWS service; a part that comes to nothing is left out. What the fleet shares is shared equally.
 */
export const ownCosts = (day: TendedDay): readonly { readonly name: string; readonly microUsd: number }[] => {
  const byPart = new Map<string, number>()
  for (const [unit, units] of unitsOf(day)) {
    for (const [use, amount] of Object.entries(OWN_WORK[unit]) as [Use, number][]) {
      const { part, microUsdEach } = OWN_RATES[use]
      byPart.set(part, (byPart.get(part) ?? 0) + units * amount * microUsdEach)
    }
  }
  return [...byPart].map(([name, microUsd]) => ({ name, microUsd: Math.round(microUsd) })).filter(({ microUsd }) => microUsd > 0)
}

type Unit = keyof typeof OWN_WORK

/** How many units of each work the day made for the cluster, its share of what is shared included. */
const unitsOf = (day: TendedDay): readonly (readonly [Unit, number])[] => {
  const { seconds, environments, lookSeconds } = day
  const [ofFleet, ofSpoke] = [1 / Math.max(1, day.clustersOfFleet), 1 / Math.max(1, day.clustersOfSpoke)]
  const days = Math.max(0, seconds) / DAY_SECONDS
  const awakeSeconds = Math.min(seconds, Math.max(0, ...environments.map((environment) => environment.awakeSeconds)))
  const sumOf = (figure: (environment: TendedEnvironment) => number): number => environments.reduce((sum, environment) => sum + figure(environment), 0)
  return [
    ['fleetDay', days * ofFleet],
    ['spokeDay', days * ofSpoke],
    ['environmentDay', days * environments.length],
    ['look', awakeSeconds / lookSeconds + Math.max(0, seconds - awakeSeconds) / AT_REST_SECONDS],
    ['containerLook', sumOf((one) => (one.awakeSeconds / lookSeconds) * (one.containers ?? USUAL_CONTAINERS))],
    ['ask', sumOf((one) => (one.askSeconds === undefined ? 0 : one.awakeSeconds / one.askSeconds))],
    ['accountHour', days * 24],
    ['costExplorerRequest', day.costExplorerRequests * ofFleet],
    ['mail', day.mails * ofFleet],
  ]
}
