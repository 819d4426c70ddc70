import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DeleteCommand, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { FrontOriginal } from '../../domain/front/front.ts'
import type { Original } from '../../domain/workload.ts'
import type { Environment } from '../../domain/environment.ts'
import { HISTORY_DAYS, type HistoryEntry } from '../../domain/history.ts'
import { iso, later } from '../../domain/time.ts'
import type { DueItem, Memory, Records } from '../../ports.ts'
import { batchWrite } from './batch-write.ts'
import { claimItem, conditionalUpdate } from './conditional-update.ts'
import { dueLooks } from './due-looks.ts'
import { factItem } from './fact-item.ts'
import { type Item, type ItemKey, keys, queueFor, SYSTEM, toCluster, toEnvironment, toFleet, toPool } from './item.ts'

/** The table, as the workers use it. One item per environment, pool and cluster; every change is a conditional write. */
export const dynamodbMemory = (client: DynamoDBDocumentClient, table: string): Memory => {
  const get = async (key: ItemKey, consistent: boolean): Promise<Item | undefined> => {
    const { Item: item } = await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: consistent }))
    return item as Item | undefined
  }
  const query = async (pk: string, consistent: boolean): Promise<readonly Item[]> => {
    const pages = paginateQuery({ client }, {
      TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ConsistentRead: consistent,
    })
    const items: Item[] = []
    for await (const page of pages) items.push(...((page.Items ?? []) as Item[]))
    return items
  }
  const records = <Key, T>(keyOf: (key: Key) => ItemKey, read: (item: Item) => T, also: (set: Partial<T>) => Record<string, unknown>): Records<Key, T> => ({
    get: async (key) => present(await get(keyOf(key), true), read),
    change: async (key, change) => present(await conditionalUpdate(client, table, keyOf(key), change, also(change.set as Partial<T>)), read),
    claim: async (key, wish) => present(await claimItem(client, table, keyOf(key), wish), read),
  })
  const environments = records(keys.environment, toEnvironment, ({ phase }) => (phase === undefined ? {} : { queue: queueFor(phase) }))

  return {
    environments,
    pools: records(keys.pool, toPool, () => ({})),
    fleet: async () => present(await get(keys.fleet, false), toFleet),
    cluster: async (name) => present(await get(keys.cluster(name), false), toCluster),
    glance: async (id) => present(await get(keys.environment(id), false), toEnvironment),
    environmentOfHost: async (host) => present(await get(keys.host(host), false), (item) => item['environment'] as string),
    inCluster: async (name) => {
      const items = await query(keys.cluster(name).pk, true)
      const system = items.find(({ sk }) => sk === SYSTEM)
      return {
        ...(system === undefined ? {} : { system: toEnvironment(system) }),
        environments: items.filter(({ sk }) => sk.startsWith('environment#')).map(toEnvironment),
        pools: items.filter(({ sk }) => sk.startsWith('pool#')).map(toPool),
      }
    },
    changeCluster: async (name, change) => {
      const { arn: clusterArn } = change.set
      return present(await conditionalUpdate(client, table, keys.cluster(name), change, clusterArn === undefined ? {} : { clusterArn }), toCluster)
    },
    async *due(shard, now) {
      const pages = paginateQuery({ client }, {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': `due#${shard}`, ':now': iso(now) },
      })
      for await (const page of pages) yield (page.Items ?? []).map((item) => toDue(item as Item))
    },
    looks: dueLooks(client, table),
    originals: async (environment) =>
      new Map((await query(`ORIGINALS#${environment}`, true)).map((item) => [item.sk, item['original'] as Original])),
    keepOriginals: (environment, originals) =>
      batchWrite(client, table, [...originals].map(([key, original]) => ({ put: { ...keys.original(environment, key), original } }))),
    dropOriginals: async (environment, objectKeys) => {
      const all = objectKeys ?? (await query(`ORIGINALS#${environment}`, true)).map(({ sk }) => sk)
      await batchWrite(client, table, all.map((key) => ({ drop: keys.original(environment, key) })))
    },
    frontOriginals: async (environment) =>
      new Map((await query(`FRONT#${environment}`, true)).map((item) => [item.sk, item['original'] as FrontOriginal])),
    keepFrontOriginals: (environment, originals) =>
      batchWrite(client, table, [...originals].map(([key, original]) => ({ put: { ...keys.frontOriginal(environment, key), original } }))),
    dropFrontOriginals: async (environment) => {
      const all = await query(`FRONT#${environment}`, true)
      await batchWrite(client, table, all.map(({ sk }) => ({ drop: keys.frontOriginal(environment, sk) })))
    },
    append: (entries) => batchWrite(client, table, entries.flatMap((entry) =>
      (entry.fact === undefined ? [historyItem(entry)] : [historyItem(entry), factItem(clusterOf(entry.subject), entry.fact)]).map((put) => ({ put })))),
    forget: async ({ id, terms }) => {
      // Put back into the intent in this very moment it is not taken out any more, and stays.
      if (!(await dropIfRemoved(client, table, keys.environment(id)))) return
      await batchWrite(client, table, terms.wake.hosts.map((host) => ({ drop: keys.host(host) })))
    },
    forgetPool: (key) => batchWrite(client, table, [{ drop: keys.pool(key) }]),
  }
}

const dropIfRemoved = async (client: DynamoDBDocumentClient, table: string, key: ItemKey): Promise<boolean> => {
  try {
    await client.send(new DeleteCommand({
      TableName: table, Key: key, ConditionExpression: 'removed = :removed AND phase = :awake', ExpressionAttributeValues: { ':removed': true, ':awake': 'awake' },
    }))
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

const present = <T>(item: Item | undefined, read: (item: Item) => T): T | undefined => (item === undefined ? undefined : read(item))

const toDue = (item: Item): DueItem => {
  const { id, queue, clusterArn } = item as Item & Pick<Environment, 'id' | 'clusterArn'> & Pick<DueItem, 'queue'>
  return { queue, clusterArn, message: queue === 'nodes' || queue === 'usage' ? { kind: queue, cluster: id } : { kind: 'environment', id } }
}

/** Subjects begin with their cluster. */
const clusterOf = (subject: string): string => subject.split('/')[0] ?? subject

/** The entry's own words are part of its key: written twice, by a message that came twice, it is there once. */
const historyItem = ({ fact: _fact, ...entry }: HistoryEntry): Item => ({
  ...keys.history(entry.subject, `${new Date(entry.at).toISOString()}#${entry.what}#${entry.text.slice(0, 200)}`),
  ...entry,
  expiresAt: Math.floor(later(entry.at, HISTORY_DAYS * 86_400) / 1000),
})

