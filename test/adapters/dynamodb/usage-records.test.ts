import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbUsageRecords } from '../../../lib/adapters/dynamodb/dynamodb-usage-records.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import type { ContainerRecord } from '../../../lib/domain/usage/container-record.ts'
import { TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { TWELVE_BY_FIVE, usageOver } from '../../domain/build-usage.ts'
import { testTable } from './start-table.ts'

const now = instant('2026-11-23T08:00:00Z')

const recordWith = (changes: Partial<ContainerRecord> = {}): ContainerRecord => ({
  environment: 'us-dev/shop', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, name: 'main', requestNow: { cpuMilli: 500, memoryMiB: 256 }, limits: {},
  steering: [], heapFlags: [], replicas: 2, ...changes,
})

/** A container of which everything is known. */
const FULL = recordWith({
  name: 'app', sidecar: true, limits: { cpuMilli: 1000, memoryMiB: 512.5 }, instanceType: 'm5.xlarge', heapFlags: ['-Xmx512m'],
  steering: [{ by: 'HorizontalPodAutoscaler web', resource: 'cpu', container: 'app' }],
  usage: usageOver(TWELVE_BY_FIVE, 2, (index) => ({ cpuMilli: 200 + ((index * 37) % 400), memoryMiB: 300 + ((index * 13) % 200) })),
})

const usageTable = async () => {
  const table = await testTable()
  const items = async () => (await table.client.send(new ScanCommand({ TableName: TABLE }))).Items ?? []
  return { ...table, items, usage: dynamodbUsageRecords(table.client, TABLE, { now: () => now }) }
}

describe('the records of usage', () => {
  it('come back exactly as they were kept, by environment', async () => {
    const { usage } = await usageTable()
    const cron = recordWith({ workload: { kind: 'CronJob', namespace: 'shop', name: 'nightly' } })
    await usage.keep([recordWith(), FULL, cron, recordWith({ environment: 'us-dev/shop-2' })])
    expect((await usage.of('us-dev/shop')).toSorted((a, b) => a.workload.kind.localeCompare(b.workload.kind) || a.name.localeCompare(b.name))).toEqual([cron, FULL, recordWith()])
    expect(await usage.of('us-dev/shop-2')).toHaveLength(1)
  })

  it('are written over by the next look and dropped by name', async () => {
    const { usage } = await usageTable()
    await usage.keep([recordWith(), FULL])
    await usage.keep([recordWith({ replicas: 5 })])
    expect((await usage.of('us-dev/shop')).map(({ replicas }) => replicas)).toEqual([2, 5])
    await usage.drop([FULL])
    expect(await usage.of('us-dev/shop')).toEqual([recordWith({ replicas: 5 })])
  })

  it('go by themselves 90 days after they were last written', async () => {
    const { usage, items } = await usageTable()
    await usage.keep([recordWith()])
    expect((await items())[0]?.['expiresAt']).toBe(later(now, 90 * 86_400) / 1000)
  })

  it('are small: one write unit each, which is a kilobyte, however much was seen', async () => {
    const { usage, items } = await usageTable()
    await usage.keep([FULL])
    const [item] = await items()
    expect(JSON.stringify(item).length).toBeLessThan(700)
  })

  it('say which one cannot be read and what to do about it', async () => {
    const { usage, client } = await usageTable()
    await usage.keep([FULL])
    await client.send(new PutCommand({ TableName: TABLE, Item: { pk: 'USAGE#us-dev/shop', sk: 'Deployment/shop/web/main', cpu: 1, mem: 1, pods: 1, usage: '2;new' } }))
    await expect(usage.of('us-dev/shop')).rejects.toThrow(/the usage of Deployment\/shop\/web\/main cannot be read: .*found "2;new".*delete the item USAGE#us-dev\/shop Deployment\/shop\/web\/main/)
  })
})
