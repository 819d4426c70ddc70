import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import pMap from 'p-map'
import { batchWrite } from '../../lib/adapters/dynamodb/batch-write.ts'
import { dynamodbMemory } from '../../lib/adapters/dynamodb/dynamodb-memory.ts'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { type Item, keys, queueFor, shardOf } from '../../lib/adapters/dynamodb/item.ts'
import { sqsMailbox } from '../../lib/adapters/sqs/sqs-mailbox.ts'
import { planDelivery } from '../../lib/domain/delivery.ts'
import type { Fleet } from '../../lib/domain/fleet.ts'
import type { Intent } from '../../lib/domain/intent/schema.ts'
import { instant, iso, later } from '../../lib/domain/time.ts'
import { createCloud } from '../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { environmentVariables, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import { tick as runTick } from '../../lib/use-cases/tick.ts'
import { CallCounter, type Counts, countOf } from './call-counter.ts'
import { readIntentText } from './intent-text.ts'
import { type Bench, median } from './report.ts'
import { meterTable } from './table-meter.ts'

const LARGE = 100_000
const SMALL = 1000
const DUE = 500
const PER_CLUSTER = 100
const ROUNDS = 5
/** BatchWriteItem takes so many at once. */
const CHUNK = 25
const NOW = instant('2026-03-24T07:00:00Z')

/** What a tick over a table of so many environments took. */
interface TickFigures {
  readonly environments: number
  readonly due: number
  readonly shards: number
  readonly loadSeconds: number
  readonly ms: number
  readonly sent: number
  readonly sendCalls: number
  readonly pages: number
  readonly readUnits: number
}

/** A tick over 100,000 environments of which 500 are due, beside one over 1,000 of which 500 are due. */
export const tick: Bench = async () => {
  const small = await tickOver(SMALL)
  const large = await tickOver(LARGE)
  const row = (name: string, pick: (figures: TickFigures) => number) => [name, pick(small), pick(large), pick(large) / pick(small)]
  return {
    name: 'tick',
    says: `one tick over ${LARGE.toLocaleString('en-US')} environments beside one over ${SMALL.toLocaleString('en-US')}, ${DUE} due in each; median of ${ROUNDS}, embedded table and queues`,
    tables: [{
      title: 'one tick',
      columns: ['', 'of 1,000', 'of 100,000', '×'],
      rows: [
        row('ms', ({ ms }) => ms),
        row('messages sent', ({ sent }) => sent),
        row('SendMessageBatch calls', ({ sendCalls }) => sendCalls),
        row('shards of the due index', ({ shards }) => shards),
        row('pages read', ({ pages }) => pages),
        row('read units', ({ readUnits }) => readUnits),
      ],
    }],
    notes: [
      `loaded ${LARGE.toLocaleString('en-US')} environments in ${Math.round(large.loadSeconds)} s`,
      'what is due decides the messages; the fleet decides the shards, one for 500 environments, and each costs at least one query of 0.5 units',
    ],
    figures: { small, large },
  }
}

const tickOver = async (environments: number): Promise<TickFigures> => {
  const table = await startTable()
  const timeline = new Timeline(NOW)
  const counter = new CallCounter()
  const cloud = await createCloud({
    timeline, dice: dice(1), clusters: [], prices: () => undefined,
    intercept: async ({ service, action }) => counter.add(`${service}:${action}`),
  })
  const meter = await meterTable(table.url, counter)
  for (const name of ['wake', 'work', 'nodes', 'usage']) cloud.queue(`catnap-${name}`)
  Object.assign(process.env, environmentVariables(cloud.url, meter.url))
  try {
    const began = performance.now()
    const fleet = await load(table.url, environments)
    const loadSeconds = (performance.now() - began) / 1000
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
    const world = { clock: { now: () => NOW }, memory: dynamodbMemory(client, TABLE), mailbox: sqsMailbox(), log: { info: () => {}, warn: () => {} } }
    await runTick(world)
    const times: number[] = []
    let sent = 0
    let counts: Counts = {}
    for (let round = 0; round < ROUNDS; round += 1) {
      counter.take()
      const start = performance.now()
      sent = await runTick(world)
      times.push(performance.now() - start)
      counts = counter.take()
    }
    return {
      environments, due: DUE, shards: fleet.dueShards, loadSeconds, ms: median(times), sent,
      sendCalls: countOf(counts, 'sqs:'), pages: countOf(counts, 'dynamodb:Query'), readUnits: countOf(counts, 'units:read'),
    }
  } finally {
    await meter.close()
    await Promise.all([cloud.close(), table.close()])
  }
}

/**
 * Fills the table: all asleep, every n-th due. The items hold their keys and what the due index projects: a tick reads
 * nothing else, and the embedded table takes them three times as fast.
 */
const load = async (url: string, environments: number): Promise<Fleet> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: url }))
  const intent = intentOf(environments)
  const fleet = planDelivery(intent, { clusters: [], environments: [], pools: [] }, NOW).find((step) => step.do === 'put-fleet')?.fleet
  if (fleet === undefined) throw new Error('the delivery of the bench intent puts no fleet: found none, expected one')
  await dynamodbRegistry(client, TABLE).putFleet(fleet)
  const items = Object.keys(intent.environments).map((id, index): Item => {
    const dueAt = index % (environments / DUE) === 0 ? NOW : later(NOW, 60 + (index % 3600))
    const clusterArn = intent.clusters[id.slice(0, id.indexOf('/'))]?.arn
    return { ...keys.environment(id), id, clusterArn, queue: queueFor('asleep'), dueAt: iso(dueAt), dueShard: shardOf(id, fleet.dueShards) }
  })
  const chunks = Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, chunk) => items.slice(chunk * CHUNK, (chunk + 1) * CHUNK))
  await pMap(chunks, (chunk) => batchWrite(client, TABLE, chunk.map((put) => ({ put }))), { concurrency: 4 })
  client.destroy()
  return fleet
}

/** The intent of a large fleet, made of one small one that was read as any other. */
const intentOf = (environments: number): Intent => {
  const small = readIntentText(`
clusters: { c: { arn: "arn:aws:eks:us-east-1:111122223333:cluster/c" } }
environments: { c/e: { namespaces: [e], hours: "Mon-Fri 08:00-19:00" } }
`)
  const [[, cluster] = []] = Object.entries(small.clusters)
  const [[, environment] = []] = Object.entries(small.environments)
  if (cluster === undefined || environment === undefined) throw new Error('the intent of the bench names no environment: found none, expected one')
  const names = Array.from({ length: Math.ceil(environments / PER_CLUSTER) }, (_, index) => `c${index}`)
  return {
    ...small,
    clusters: Object.fromEntries(names.map((name) => [name, { ...cluster, arn: `${cluster.arn}-${name}` }])),
    environments: Object.fromEntries(Array.from({ length: environments }, (_, index) => [`c${Math.floor(index / PER_CLUSTER)}/e${index % PER_CLUSTER}`, environment])),
  }
}
