import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { Fact } from '../../domain/journal/fact.ts'
import type { NodeLifecycle } from '../../domain/ledger/ledger-input.ts'
import { type Instant, later } from '../../domain/time.ts'
import type { Journal } from '../../ports.ts'
import { batchWrite } from './batch-write.ts'
import { factsFrom, JOURNAL_DAYS } from './fact-item.ts'
import { type Item, keys } from './item.ts'

/** After everything that begins with the same word. */
const END = '￿'

/**
 * The journal of each cluster, one partition: facts in the order of time; nodes that run by their id; nodes that ended by
 * when they did, so that those of the last days are read without those of the last year.
 */
export const dynamodbJournal = (client: DynamoDBDocumentClient, table: string): Journal => {
  const query = async (cluster: string, from: string, to: string): Promise<readonly Item[]> => {
    const pages = paginateQuery({ client }, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': keys.journal(cluster, '').pk, ':from': from, ':to': to },
    })
    const items: Item[] = []
    for await (const page of pages) items.push(...((page.Items ?? []) as Item[]))
    return items
  }
  const facts = async (cluster: string, from: string, to: string): Promise<readonly Fact[]> =>
    (await query(cluster, from, to)).map((item) => item['fact'] as Fact)
  return {
    between: (cluster, from, to) => facts(cluster, factsFrom(from), factsFrom(to)),
    keepLives: async (cluster, lives) => {
      const ended = lives.filter(({ terminatedAt }) => terminatedAt !== undefined)
      await batchWrite(client, table, lives.map((life) => ({ put: lifeItem(cluster, life) })))
      // Only then: interrupted in between, a life stands there twice, and the one that knows its end counts.
      await batchWrite(client, table, ended.map(({ instanceId }) => ({ drop: keys.journal(cluster, runsAs(instanceId)) })))
    },
    lives: async (cluster, from) => {
      const [running, ended, since] = await Promise.all([
        query(cluster, 'life#', `life#${END}`), query(cluster, endedAs(from), `ended#${END}`), facts(cluster, factsFrom(from), `fact#${END}`),
      ])
      const leftAt = new Map(since.flatMap((fact) => (fact.kind === 'left' ? [[fact.instanceId, fact.at] as const] : [])))
      const lives = new Map([...running, ...ended].map((item) => item['life'] as NodeLifecycle).map((life) => [life.instanceId, life]))
      return [...lives.values()].map((life) => endedAt(life, leftAt.get(life.instanceId)))
    },
  }
}

/** Whoever took a node saw it end sooner than whoever looks every few minutes. */
const endedAt = (life: NodeLifecycle, leftAt: Instant | undefined): NodeLifecycle =>
  leftAt === undefined || (life.terminatedAt ?? Infinity) <= leftAt ? life : { ...life, terminatedAt: leftAt }

const runsAs = (instanceId: string): string => `life#${instanceId}`
const endedAs = (at: Instant, instanceId = ''): string => `ended#${new Date(at).toISOString()}#${instanceId}`

const lifeItem = (cluster: string, life: NodeLifecycle): Item =>
  life.terminatedAt === undefined
    ? { ...keys.journal(cluster, runsAs(life.instanceId)), life }
    : {
      ...keys.journal(cluster, endedAs(life.terminatedAt, life.instanceId)),
      life,
      expiresAt: Math.floor(later(life.terminatedAt, JOURNAL_DAYS * 86_400) / 1000),
    }
