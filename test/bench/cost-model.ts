import { HISTORY_DAYS } from '../../lib/domain/history.ts'
import { DAYS_PER_MONTH } from '../../lib/domain/ledger/own-cost.ts'
import { countOf, type Counts } from './call-counter.ts'
import type { FunctionName } from '../../lib/sandbox/functions.ts'
import type { FleetDay, FunctionDay } from './fleet-day.ts'
import { LIST_PRICES } from './list-prices.ts'
import type { StackFacts } from './stack-facts.ts'

/** What is neither counted nor a list price. */
export const ASSUMED = {
  daysPerMonth: DAYS_PER_MONTH,
  clustersPerSpoke: 10,
  /** Lambda gives a whole vCPU at this memory. */
  memoryMiBPerVcpu: 1769,
  /** How long a call takes on AWS; calls of one invocation are taken to wait one for the other. */
  latencyMs: { 'dynamodb:': 5, 'sqs:': 10, 'kubernetes:': 20, 'eks:': 100, 'autoscaling:': 100, 'ec2:': 100 },
  coldShareOfWorkers: 0.05,
  coldStartMs: 1000,
  /** Lambda's own lines START, END and REPORT. */
  logBytesPerInvocation: 400,
  /** Lambda polls a queue with five pollers, each waiting 20 s at a time. */
  pollsPerQueueAndMinute: 15,
  shardsReadAtOnce: 8,
  environmentsPerShard: 500,
  historyDays: HISTORY_DAYS,
  itemBytesPerEnvironment: 4096,
  visitsPerEnvironmentDay: 10,
  readsPerVisit: 4,
  visitMs: 40,
} as const

/** One line of the bill: so many units at a list price. */
export interface CostLine {
  readonly what: string
  readonly price: keyof typeof LIST_PRICES
  readonly amount: number
  readonly how: string
  readonly usd: number
}

const TICKS = ASSUMED.daysPerMonth * 1440
/** Hourly runs of `account` and `report`. */
const BOOKINGS = ASSUMED.daysPerMonth * 48
const MIB_PER_GIB = 1024

/** A month of a fleet, in the sizes that drive the bill. */
interface Month {
  readonly day: FleetDay
  readonly facts: StackFacts
  readonly clusters: number
  readonly environments: number
  readonly spokes: number
  readonly shards: number
  readonly clusterDays: number
  /** Messages handled by the workers, a cluster-day. */
  readonly messages: number
  readonly visits: number
  /** What the workers of a cluster count in a day. */
  readonly workers: (prefix: string) => number
  /** What `account` and `report` count for a cluster in a day. */
  readonly books: (prefix: string) => number
}

/** The bill of a month for so many clusters like the one whose day was counted. */
export const monthlyCost = (day: FleetDay, facts: StackFacts, clusters: number): readonly CostLine[] => {
  const environments = day.environments * clusters
  const { reconcile, reclaim, observe, account, report } = day.functions
  const month: Month = {
    day, facts, clusters, environments,
    spokes: Math.ceil(clusters / ASSUMED.clustersPerSpoke),
    shards: Math.ceil(environments / ASSUMED.environmentsPerShard),
    clusterDays: clusters * ASSUMED.daysPerMonth,
    messages: reconcile.invocations + reclaim.invocations + observe.invocations,
    visits: environments * ASSUMED.visitsPerEnvironmentDay * ASSUMED.daysPerMonth,
    workers: (prefix) => [reconcile, reclaim, observe].reduce((sum, { counts }) => sum + countOf(counts, prefix), 0),
    books: (prefix) => countOf(account.counts, prefix) + countOf(report.counts, prefix),
  }
  return [...lambdaLines(month), ...tableLines(month), ...queueLines(month), ...watchingLines(month)]
}

const lambdaLines = (month: Month): readonly CostLine[] => {
  const { day, facts, clusterDays, messages, visits } = month
  const memory = (name: FunctionName): number => facts.memoryMiB[name] ?? MIB_PER_GIB
  const gib = (name: FunctionName): number => memory(name) / MIB_PER_GIB
  const worker = (name: 'reconcile' | 'reclaim' | 'observe'): CostLine => {
    const { invocations } = day.functions[name]
    const seconds = billedSeconds(day.functions[name], memory(name))
    return line(`${name}, time`, 'lambdaTime', clusterDays * seconds * gib(name),
      say([clusterDays, 'cluster-days'], [invocations, 'invocations'], [seconds / invocations, 's'], [gib(name), 'GiB']))
  }
  const tickSeconds = billedTickSeconds(month, memory('tick'))
  const visitSeconds = ASSUMED.visitMs / 1000
  return [
    worker('reconcile'),
    worker('reclaim'),
    worker('observe'),
    ...(['account', 'report'] as const).map((name) => {
      const seconds = billedSeconds({ ...day.functions[name], invocations: 0 }, memory(name))
      return line(`${name}, time`, 'lambdaTime', clusterDays * seconds * gib(name), say([clusterDays, 'cluster-days'], [seconds, 's'], [gib(name), 'GiB']))
    }),
    line('tick, time', 'lambdaTime', TICKS * tickSeconds * gib('tick'), say([TICKS, 'ticks'], [tickSeconds, 's'], [gib('tick'), 'GiB'])),
    line('wake, time', 'lambdaTime', visits * visitSeconds * gib('wake'), say([visits, 'visits'], [visitSeconds, 's'], [gib('wake'), 'GiB'])),
    line('requests', 'lambdaRequests', clusterDays * messages + TICKS + BOOKINGS + visits, `${short(clusterDays * messages)} messages + ${short(TICKS + BOOKINGS)} scheduled + ${short(visits)} visits`),
  ]
}

const tableLines = ({ clusters, environments, shards, clusterDays, visits, workers, books }: Month): readonly CostLine[] => {
  const storedBytes = clusters * workers('bytes:history') * ASSUMED.historyDays + environments * ASSUMED.itemBytesPerEnvironment
  const kept = `${say([clusters, 'clusters'], [workers('bytes:history'), 'bytes of history a day'], [ASSUMED.historyDays, 'days'])}, and the records`
  return [
    line('table, workers read', 'tableReads', clusterDays * workers('units:read'), say([clusterDays, 'cluster-days'], [workers('units:read'), 'units'])),
    line('table, workers write', 'tableWrites', clusterDays * workers('units:write'), say([clusterDays, 'cluster-days'], [workers('units:write'), 'units'])),
    line('table, books read', 'tableReads', clusterDays * books('units:read'), say([clusterDays, 'cluster-days'], [books('units:read'), 'units'])),
    line('table, books write', 'tableWrites', clusterDays * books('units:write'), say([clusterDays, 'cluster-days'], [books('units:write'), 'units'])),
    line('table, ticks read', 'tableReads', TICKS * 0.5 * (1 + shards), say([TICKS, 'ticks'], [1 + shards, 'records and shards'], [0.5, 'units'])),
    line('table, visits read', 'tableReads', visits * ASSUMED.readsPerVisit * 0.5, say([visits, 'visits'], [ASSUMED.readsPerVisit, 'records'], [0.5, 'units'])),
    line('table, kept', 'tableStorage', storedBytes / 1e9, kept),
  ]
}

const queueLines = ({ day, facts, spokes, clusterDays, messages, workers }: Month): readonly CostLine[] => {
  const sends = workers('sqs:') + countOf(day.functions.tick.counts, 'sqs:')
  return [
    line('queues, messages', 'queueRequests', clusterDays * (sends + 2 * messages),
      `${short(clusterDays)} cluster-days × (${short(sends)} sends + ${short(2 * messages)} receives and deletes)`),
    line('queues, idle polls', 'queueRequests', spokes * facts.spokeQueuesPolled * ASSUMED.pollsPerQueueAndMinute * TICKS,
      say([spokes, 'spokes'], [facts.spokeQueuesPolled, 'queues'], [ASSUMED.pollsPerQueueAndMinute, 'polls a minute'], [TICKS, 'minutes'])),
  ]
}

const watchingLines = ({ facts, spokes, clusterDays, messages, visits, workers }: Month): readonly CostLine[] => {
  const invocations = clusterDays * messages + TICKS + visits
  const logBytes = clusterDays * workers('bytes:log') + invocations * ASSUMED.logBytesPerInvocation
  const clusterCalls = ['kubernetes:', 'eks:', 'autoscaling:', 'ec2:'].reduce((sum, prefix) => sum + workers(prefix), 0)
  const logged = `${say([clusterDays, 'cluster-days'], [workers('bytes:log'), 'own bytes'])} + ${say([invocations, 'invocations'], [ASSUMED.logBytesPerInvocation, 'bytes'])}`
  return [
    line('schedule', 'schedule', TICKS + BOOKINGS, say([TICKS + BOOKINGS, 'runs'])),
    line('CloudWatch metrics asked for', 'cloudWatchMetrics', clusterDays * workers('metrics:'), say([clusterDays, 'cluster-days'], [workers('metrics:'), 'metrics'])),
    line('logs', 'logs', logBytes / 1e9, logged),
    line('alarms', 'alarms', facts.hubAlarmMetrics + spokes * facts.spokeAlarmMetrics, `${facts.hubAlarmMetrics} in the hub + ${spokes} spokes × ${facts.spokeAlarmMetrics}`),
    line('cluster and AWS calls', 'clusterCalls', clusterDays * clusterCalls, `${say([clusterDays, 'cluster-days'], [clusterCalls, 'calls'])}, not billed`),
  ]
}

const line = (what: string, price: keyof typeof LIST_PRICES, amount: number, how: string): CostLine =>
  ({ what, price, amount, how, usd: (amount * LIST_PRICES[price].usd) / LIST_PRICES[price].per })

const cpuFactor = (memoryMiB: number): number => Math.max(1, ASSUMED.memoryMiBPerVcpu / memoryMiB)

/** Seconds Lambda bills for a day of a worker: measured CPU time on a share of a CPU, the latency of each call, cold starts. */
const billedSeconds = ({ invocations, cpuMs, counts }: FunctionDay, memoryMiB: number): number =>
  (cpuMs * cpuFactor(memoryMiB) + waitingMs(counts) + invocations * ASSUMED.coldShareOfWorkers * ASSUMED.coldStartMs) / 1000

/** A tick reads shards and sends side by side; its own time is as measured. */
const billedTickSeconds = ({ day: { functions: { tick } }, clusters, shards }: Month, memoryMiB: number): number => {
  const sends = (clusters * countOf(tick.counts, 'sqs:')) / tick.invocations
  const waitsMs = ASSUMED.latencyMs['dynamodb:'] * (1 + shards / ASSUMED.shardsReadAtOnce) + (ASSUMED.latencyMs['sqs:'] * sends) / ASSUMED.shardsReadAtOnce
  return (waitsMs + (tick.cpuMs / tick.invocations) * cpuFactor(memoryMiB)) / 1000
}

const waitingMs = (counts: Counts): number =>
  Object.entries(ASSUMED.latencyMs).reduce((sum, [prefix, latencyMs]) => sum + countOf(counts, prefix) * latencyMs, 0)

const say = (...factors: readonly (readonly [amount: number, unit: string])[]): string =>
  factors.map(([amount, unit]) => `${short(amount)} ${unit}`).join(' × ')

const short = (amount: number): string => amount.toLocaleString('en-US', { maximumSignificantDigits: 3 })
