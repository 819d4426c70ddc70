import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { AdviceRecord } from '../../domain/advice/advice-record.ts'
import type { BillQuestion } from '../../domain/ledger/bill-question.ts'
import type { ClusterDay } from '../../domain/ledger/cluster-day.ts'
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts'
import type { ReconciledDay } from '../../domain/ledger/reconcile-day.ts'
import { type Instant, instant, later } from '../../domain/time.ts'
import type { Ledgers } from '../../ports.ts'
import { type BatchEntry, batchWrite } from './batch-write.ts'
import { type Item, keys } from './item.ts'

/** Hours are kept as long as a bill may be argued about, days a year and a month of slack, advice until it is old. */
const HOUR_DAYS = 100
const DAY_DAYS = 400
const ADVICE_DAYS = 40

const packed = promisify(gzip)
const unpacked = promisify(gunzip)

/**
 * The ledger of each cluster, one partition: hours, days and bills in the order of time. A body is one text: about 900
 * bytes a row. Days, of up to hundreds of environments, are packed to a tenth, because they are written each hour and
 * DynamoDB charges by the kilobyte.
 */
export const dynamodbLedgers = (client: DynamoDBDocumentClient, table: string): Ledgers => {
  const query = async (pk: string, from: string, to: string): Promise<readonly Item[]> => {
    const pages = paginateQuery({ client }, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
    })
    const items: Item[] = []
    for await (const page of pages) items.push(...((page.Items ?? []) as Item[]))
    return items
  }
  const inLedger = (cluster: string, from: string, to: string): Promise<readonly Item[]> => query(keys.ledger(cluster, '').pk, from, to)
  /** Writes what differs from what is there, and drops what is there and should not be: most of it is as it was. */
  const replace = async (before: readonly Item[], after: readonly Item[]): Promise<void> => {
    const there = new Map(before.map((item) => [item.sk, item]))
    const wanted = new Set(after.map(({ sk }) => sk))
    await batchWrite(client, table, [
      ...before.filter(({ sk }) => !wanted.has(sk)).map(({ pk, sk }): BatchEntry => ({ drop: { pk, sk } })),
      ...after.filter(({ sk, body }) => there.get(sk)?.['body'] !== body).map((item): BatchEntry => ({ put: item })),
    ])
  }
  return {
    keepRows: async (cluster, { from, to }, rows) =>
      replace(await inLedger(cluster, hourFrom(from), hourFrom((to - 1) as Instant) + END), rows.map((row) => rowItem(cluster, row))),
    rows: async (cluster, from, to) => (from < to ? (await inLedger(cluster, hourFrom(from), hourFrom((to - 1) as Instant) + END)).map(bodyOf<LedgerRow>) : []),
    keepDay: async (day) => batchWrite(client, table, [{ put: await dayItem(day) }]),
    days: async (cluster, first, last) =>
      Promise.all((await inLedger(cluster, `day#${first}`, `day#${last}`)).map(async (item) => JSON.parse((await unpacked(item['packed'] as Uint8Array)).toString()) as ClusterDay)),
    keepBills: (cluster, days) => batchWrite(client, table, days.map((day) => ({ put: billItem(cluster, day) }))),
    bills: async (cluster, first, last) => (await inLedger(cluster, `bill#${first}`, `bill#${last}`)).map(bodyOf<ReconciledDay>),
    billQuestion: async (day) => {
      const { Item: item } = await client.send(new GetCommand({ TableName: table, Key: keys.billQuestion(day), ConsistentRead: true }))
      return item === undefined ? undefined : bodyOf<BillQuestion>(item as Item)
    },
    keepBillQuestion: (question) => batchWrite(client, table, [{ put: { ...keys.billQuestion(question.day), body: JSON.stringify(question), expiresAt: expiry(question.at, DAY_DAYS) } }]),
    keepAdvice: async (environment, advice) => replace(await query(keys.advice(environment, '').pk, ' ', END), advice.map(adviceItem)),
    advice: async (environment) => (await query(keys.advice(environment, '').pk, ' ', END)).map(bodyOf<AdviceRecord>),
  }
}

/** After everything that begins with the same word. */
const END = '\uFFFF'

/** Where the rows of the hour of an instant begin; hours sort as their text does. */
const hourFrom = (at: Instant): string => `hour#${new Date(at).toISOString().slice(0, 13)}`

const bodyOf = <T>(item: Item): T => JSON.parse(item['body'] as string) as T

const expiry = (at: Instant, days: number): number => Math.floor(later(at, days * 86_400) / 1000)

const rowItem = (cluster: string, row: LedgerRow): Item =>
  ({ ...keys.ledger(cluster, `${hourFrom(row.hour)}:00Z#${row.pool}`), body: JSON.stringify(row), expiresAt: expiry(row.hour, HOUR_DAYS) })

const dayItem = async (day: ClusterDay): Promise<Item> =>
  ({ ...keys.ledger(day.cluster, `day#${day.day}`), packed: await packed(JSON.stringify(day)), expiresAt: expiry(day.from, DAY_DAYS) })

const billItem = (cluster: string, day: ReconciledDay): Item =>
  ({ ...keys.ledger(cluster, `bill#${day.day}`), body: JSON.stringify(day), expiresAt: expiry(instant(`${day.day}T00:00:00Z`), DAY_DAYS) })

const adviceItem = (record: AdviceRecord): Item => {
  const { workload: { kind, namespace, name }, container } = record.advice
  return { ...keys.advice(record.environment, `${kind}/${namespace}/${name}/${container}`), body: JSON.stringify(record), expiresAt: expiry(record.at, ADVICE_DAYS) }
}
