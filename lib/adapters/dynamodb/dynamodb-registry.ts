import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb'
import pMap from 'p-map'
import type { HistoryEntry } from '../../domain/history.ts'
import type { Registry } from '../../ports.ts'
import { batchWrite } from './batch-write.ts'
import { conditionalUpdate } from './conditional-update.ts'
import { dynamodbMemory } from './dynamodb-memory.ts'
import { type Item, keys, queueFor, shardOf, toAttribute, toFleet } from './item.ts'

/** The table, as the operator's commands use it. `dueShards` as the fleet's record says. */
export const dynamodbRegistry = (client: DynamoDBDocumentClient, table: string): Registry => {
  const put = (item: Item, condition?: string) =>
    client.send(new PutCommand({ TableName: table, Item: item, ...(condition === undefined ? {} : { ConditionExpression: condition }) }))
  const create = async (item: Item): Promise<boolean> => {
    try {
      await put(item, 'attribute_not_exists(pk)')
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }
  return {
    ...dynamodbMemory(client, table),
    putFleet: async (fleet) => void (await put({ ...keys.fleet, ...fleet })),
    changeFleet: async (change) => {
      const item = await conditionalUpdate(client, table, keys.fleet, change)
      return item === undefined ? undefined : toFleet(item)
    },
    putCluster: async (cluster, dueShards) => {
      const due = { dueShard: shardOf(cluster.name, dueShards), queue: 'nodes', id: cluster.name, clusterArn: cluster.arn }
      await put(attributes({ ...keys.cluster(cluster.name), ...cluster, ...due }))
    },
    putLook: async ({ name, arn }, dueAt, dueShards) =>
      void (await put(attributes({ ...keys.look(name), dueShard: shardOf(name, dueShards), queue: 'usage', id: name, clusterArn: arn, dueAt }))),
    createEnvironment: (environment, dueShards) =>
      create(attributes({ ...keys.environment(environment.id), ...environment, dueShard: shardOf(environment.id, dueShards), queue: queueFor(environment.phase) })),
    createPool: (pool) => create({ ...keys.pool(pool), ...pool }),
    spread: async (environments, clusters, dueShards) => {
      const items = [
        ...environments.map((id) => ({ key: keys.environment(id), id })),
        ...clusters.flatMap((name) => [{ key: keys.cluster(name), id: name }, { key: keys.look(name), id: name }]),
      ]
      await pMap(items, ({ key, id }) => conditionalUpdate(client, table, key, { set: {} }, { dueShard: shardOf(id, dueShards) }), { concurrency: 16 })
    },
    setHosts: (environment, before, after) => batchWrite(client, table, [
      ...before.filter((host) => !after.includes(host)).map((host) => ({ drop: keys.host(host) })),
      ...after.map((host) => ({ put: { ...keys.host(host), environment } })),
    ]),
    history: async (subject, limit = Number.POSITIVE_INFINITY) => {
      const pages = paginateQuery({ client }, {
        TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': keys.history(subject, '').pk }, ScanIndexForward: false,
        ...(Number.isFinite(limit) ? { Limit: limit } : {}),
      })
      const entries: HistoryEntry[] = []
      for await (const { Items = [] } of pages) {
        entries.push(...Items.map(({ pk: _pk, sk: _sk, expiresAt: _expiresAt, ...entry }) => entry as HistoryEntry))
        if (entries.length >= limit) break
      }
      return entries.slice(0, limit)
    },
  }
}

const attributes = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(name, value)])) as Item
