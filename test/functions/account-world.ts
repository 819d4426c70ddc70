import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { batchWrite } from '../../lib/adapters/dynamodb/batch-write.ts'
import { dynamodbJournal } from '../../lib/adapters/dynamodb/dynamodb-journal.ts'
import { dynamodbLedgers } from '../../lib/adapters/dynamodb/dynamodb-ledgers.ts'
import { dynamodbUsageRecords } from '../../lib/adapters/dynamodb/dynamodb-usage-records.ts'
import type { Item } from '../../lib/adapters/dynamodb/item.ts'
import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import type { Fact } from '../../lib/domain/journal/fact.ts'
import type { BilledDay } from '../../lib/domain/ledger/reconcile-day.ts'
import { type Instant, instant, later } from '../../lib/domain/time.ts'
import type { UsageRecords } from '../../lib/ports.ts'
import { TABLE } from '../../lib/sandbox/environment-variables.ts'
import { account } from '../../lib/use-cases/account.ts'
import type { Accounting } from '../../lib/use-cases/accounting.ts'
import { type TestTable, testTable } from '../adapters/dynamodb/start-table.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { listPrice, nodeLife } from '../domain/build-ledger.ts'
import { poolWith } from '../domain/build-cluster.ts'
import { clusterWith, fleetWith } from '../domain/build-story.ts'

const MONDAY = instant('2026-11-23T00:00:00Z')
/** So many hours after the Monday began. */
export const after = (hours: number): Instant => later(MONDAY, hours * 3600)

/** What AWS says of prices and bills. */
interface Aws {
  bill: readonly BilledDay[]
  billProblems: readonly string[]
  /** The days that were asked for, as `first..last`. */
  readonly asked: string[]
  /** The regions whose prices were asked for. */
  readonly regions: string[]
}

export interface AccountWorld {
  readonly table: TestTable
  readonly world: Accounting
  readonly aws: Aws
  readonly warned: string[]
  readonly usage: UsageRecords
  /** Answers what brings its books back to what they are now. */
  remember(): Promise<() => Promise<void>>
  /** Accounts at a time. */
  at(now: Instant): Promise<Awaited<ReturnType<typeof account>>>
}

const life = (cluster: string, name: string, hours?: number) =>
  nodeLife(`${cluster}-${name}`, { pool: `${cluster}/workers`, runningAt: after(-48), ...(hours === undefined ? {} : { terminatedAt: after(hours) }) })

/** What happens on Monday in a cluster: asleep at 19:00, its pool of three held, two of its m5.xlarge gone at 20:00. */
const factsOf = (cluster: string): readonly Fact[] => [
  { kind: 'phase', at: after(18.9), environment: `${cluster}/shop`, was: 'awake', is: 'falling-asleep', rule: 'hours' },
  { kind: 'phase', at: after(19), environment: `${cluster}/shop`, was: 'falling-asleep', is: 'asleep', rule: 'hours' },
  { kind: 'standing', at: after(19.5), pool: `${cluster}/workers`, was: { wantedNodes: 3 }, is: { heldNodes: 3, wantedNodes: 1 } },
]

const booksIn = async (client: TestTable['client']): Promise<readonly Item[]> =>
  ((await client.send(new ScanCommand({ TableName: TABLE }))).Items as Item[]).filter(({ pk }) => /^(?:LEDGER|BILLS|ADVICE)/.test(pk))

const REGIONS = { 'us-dev': 'us-east-1', 'eu-dev': 'eu-west-1' }

/** Clusters that are all the same: one environment, and a pool of three that keeps one. */
export const accountWorld = async (...clusters: readonly (keyof typeof REGIONS)[]): Promise<AccountWorld> => {
  const table = await testTable()
  const { registry, client } = table
  const journal = dynamodbJournal(client, TABLE)
  const ledgers = dynamodbLedgers(client, TABLE)
  await registry.putFleet(fleetWith({ clusters }))
  for (const cluster of clusters) {
    const clusterArn = `arn:aws:eks:${REGIONS[cluster]}:111122223333:cluster/${cluster}`
    await registry.putCluster(clusterWith({ name: cluster, arn: clusterArn }), 1)
    await registry.createEnvironment(environmentWith({
      id: `${cluster}/shop`, cluster, clusterArn, phase: 'asleep', since: after(19), pools: ['workers'], terms: termsWith({ hours: 'Mon-Fri 08:00-19:00' }),
    }), 1)
    await registry.createPool(poolWith({ cluster, keep: 1, standing: { heldNodes: 3, wantedNodes: 1 } }))
    await registry.append(factsOf(cluster).map((fact) => ({ at: fact.at, subject: `${cluster}/shop`, what: 'phase', text: JSON.stringify(fact), fact })))
    await journal.keepLives(cluster, [life(cluster, 'a'), life(cluster, 'b', 20), life(cluster, 'c', 20)])
  }
  const warned: string[] = []
  const aws: Aws = { bill: [], billProblems: [], asked: [], regions: [] }
  let now = MONDAY
  const clock = { now: () => now }
  const usage = dynamodbUsageRecords(client, TABLE, clock)
  const world: Accounting = {
    clock, memory: registry, journal, ledgers,
    usage,
    prices: {
      of: async (region) => {
        aws.regions.push(region)
        return { priceOf: listPrice, onDemand: (instanceType) => listPrice({ instanceType, capacity: 'on-demand', zone: '' }, now), problems: [] }
      },
    },
    bills: {
      days: async (_, first, last) => {
        aws.asked.push(`${first}..${last}`)
        return { days: aws.bill, requests: 2, problems: aws.billProblems }
      },
    },
    sizeOf: shippedPrice,
    log: { info: () => {}, warn: (text, fields) => void warned.push(`${text} ${JSON.stringify(fields ?? {})}`) },
  }
  return {
    table, world, aws, warned, usage,
    remember: async () => {
      const before = await booksIn(client)
      return async () => {
        const known = new Set(before.map(({ sk }) => sk))
        const since = (await booksIn(client)).filter(({ sk }) => !known.has(sk))
        await batchWrite(client, TABLE, [...since.map(({ pk, sk }) => ({ drop: { pk, sk } })), ...before.map((item) => ({ put: item }))])
      }
    },
    at: (then) => {
      now = then
      return account(world)
    },
  }
}
