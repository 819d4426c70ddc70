import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dynamodbMemory } from '../../lib/adapters/dynamodb/dynamodb-memory.ts'
import { instant } from '../../lib/domain/time.ts'
import { CREDENTIALS, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { type SandboxTable, startTable } from '../../lib/sandbox/table.ts'
import { CallCounter } from './call-counter.ts'
import { itemBytes } from './item-bytes.ts'
import type { LoopbackProxy } from '../loopback-proxy.ts'
import { meterTable } from './table-meter.ts'

const counter = new CallCounter()
let table: SandboxTable
let meter: LoopbackProxy
let client: DynamoDBDocumentClient

beforeAll(async () => {
  table = await startTable()
  meter = await meterTable(table.url, counter)
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: meter.url, region: 'us-east-1', credentials: CREDENTIALS }))
})

afterAll(async () => {
  client.destroy()
  await meter.close()
  await table.close()
})

beforeEach(async () => {
  await client.send(new PutCommand({ TableName: TABLE, Item: { pk: 'CLUSTER#c', sk: 'environment#e', id: 'c/e', epoch: 1, dueShard: 'due#0', dueAt: '2026-03-23T08:00:00Z' } }))
  counter.take()
})

const environments = () => dynamodbMemory(client, TABLE).environments

describe('the table meter', () => {
  test('counts a consistent read of a small record as one unit and a glance as half', async () => {
    await environments().get('c/e')
    expect(counter.take()).toEqual({ 'dynamodb:GetItem': 1, 'units:read': 1 })
    await dynamodbMemory(client, TABLE).glance('c/e')
    expect(counter.take()).toEqual({ 'dynamodb:GetItem': 1, 'units:read': 0.5 })
  })

  test('counts two index writes when a due time moves and none when nothing the index holds changes', async () => {
    await environments().change('c/e', { set: { dueAt: instant('2026-03-23T09:00:00Z') } })
    counter.take()
    await environments().change('c/e', { set: { dueAt: instant('2026-03-23T10:00:00Z') } })
    expect(counter.take()).toEqual({ 'dynamodb:UpdateItem': 1, 'units:write': 1, 'units:write index': 2 })
    await environments().change('c/e', { set: { epoch: 2 } })
    expect(counter.take()).toEqual({ 'dynamodb:UpdateItem': 1, 'units:write': 1, 'units:write index': 0 })
  })

  test('counts a refused condition as a write', async () => {
    expect(await environments().change('c/e', { set: { epoch: 3 }, when: { epoch: 7 } })).toBeUndefined()
    expect(counter.take()).toEqual({ 'dynamodb:UpdateItem': 1, 'units:write': 1 })
  })

  test('counts a page of the due index, even an empty one, as half a unit', async () => {
    for await (const page of dynamodbMemory(client, TABLE).due(3, instant('2026-03-23T08:00:00Z'))) expect(page).toEqual([])
    expect(counter.take()).toEqual({ 'dynamodb:Query due': 1, 'units:read': 0.5 })
  })
})

test('an item is as long as its names and values', () => {
  expect(itemBytes({ pk: { S: 'é' } })).toBe(4)
  expect(itemBytes({ n: { N: '-12.5' } })).toBe(4)
  expect(itemBytes({ m: { M: { a: { BOOL: true } } } })).toBe(1 + 3 + 1 + 2)
})
