import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb'
import { containerKey } from '../../domain/usage/observe-container.ts'
import type { ContainerRecord } from '../../domain/usage/container-record.ts'
import type { ContainerUsage } from '../../domain/usage/container-usage.ts'
import { decodeUsage, encodeUsage } from '../../domain/usage/usage-codec.ts'
import { type Instant, later } from '../../domain/time.ts'
import type { Clock, UsageRecords } from '../../ports.ts'
import { batchWrite } from './batch-write.ts'
import { type Item, type ItemKey, keys } from './item.ts'

/** A record that was not written for so long goes by itself: no sleep lasts a quarter of a year, but people forget things. */
const KEPT_DAYS = 90

/**
 * What containers use, one item each, in the partition of their environment. Short names and no empty attribute: a
 * hundred thousand of them are written four times an hour, and DynamoDB charges by the kilobyte.
 */
interface UsageItem extends ItemKey {
  /** CPU and memory it asks for, then its limits: milli-cores and MiB. */
  readonly cpu: number
  readonly mem: number
  readonly cpuMax?: number
  readonly memMax?: number
  readonly pods: number
  readonly type?: string
  readonly side?: true
  readonly by?: ContainerRecord['steering']
  readonly heap?: readonly string[]
  /** As `encodeUsage` writes it. */
  readonly usage?: string
  /** Epoch seconds. */
  readonly expiresAt: number
}

/** The records of usage in the table. */
export const dynamodbUsageRecords = (client: DynamoDBDocumentClient, table: string, clock: Clock): UsageRecords => ({
  of: async (environment) => {
    // Not consistent, at half the price: a record that is one look old loses that look and nothing else.
    const pages = paginateQuery({ client }, {
      TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': keys.usage(environment, '').pk },
    })
    const records: ContainerRecord[] = []
    for await (const page of pages) records.push(...((page.Items ?? []) as UsageItem[]).map((item) => toRecord(environment, item)))
    return records
  },
  keep: (records) => batchWrite(client, table, records.map((record) => ({ put: toItem(record, clock.now()) as unknown as Item }))),
  drop: (records) => batchWrite(client, table, records.map((record) => ({ drop: keyOf(record) }))),
})

const keyOf = (record: ContainerRecord): ItemKey => keys.usage(record.environment, containerKey(record))

const toItem = (record: ContainerRecord, now: Instant): UsageItem => {
  const { requestNow, limits, replicas, instanceType, sidecar, steering, heapFlags, usage } = record
  return {
    ...keyOf(record),
    cpu: requestNow.cpuMilli,
    mem: requestNow.memoryMiB,
    ...(limits.cpuMilli === undefined ? {} : { cpuMax: limits.cpuMilli }),
    ...(limits.memoryMiB === undefined ? {} : { memMax: limits.memoryMiB }),
    pods: replicas,
    ...(instanceType === undefined ? {} : { type: instanceType }),
    ...(sidecar === true ? { side: true } : {}),
    ...(steering.length === 0 ? {} : { by: steering }),
    ...(heapFlags.length === 0 ? {} : { heap: heapFlags }),
    ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
    expiresAt: Math.floor(later(now, KEPT_DAYS * 86_400) / 1000),
  }
}

const toRecord = (environment: string, item: UsageItem): ContainerRecord => {
  const [kind, namespace = '', workload = '', name = ''] = item.sk.split('/')
  return {
    environment,
    workload: { kind: kind as ContainerRecord['workload']['kind'], namespace, name: workload },
    name,
    requestNow: { cpuMilli: item.cpu, memoryMiB: item.mem },
    limits: { ...(item.cpuMax === undefined ? {} : { cpuMilli: item.cpuMax }), ...(item.memMax === undefined ? {} : { memoryMiB: item.memMax }) },
    replicas: item.pods,
    steering: item.by ?? [],
    heapFlags: item.heap ?? [],
    ...(item.type === undefined ? {} : { instanceType: item.type }),
    ...(item.side === undefined ? {} : { sidecar: true }),
    ...(item.usage === undefined ? {} : { usage: readUsage(item, item.usage) }),
  }
}

const readUsage = ({ pk, sk }: ItemKey, text: string): ContainerUsage => {
  try {
    return decodeUsage(text)
  } catch (cause) {
    throw new Error(`the usage of ${sk} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}; if no newer release wrote it, delete the item ${pk} ${sk}: it is begun anew`, { cause })
  }
}
