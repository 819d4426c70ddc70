import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CREDENTIALS, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { type SandboxTable, startTable } from '../../lib/sandbox/table.ts'
import { type LimitedTable, startLimitedTable } from './table-limits.ts'

let table: SandboxTable
let limited: LimitedTable
let client: DynamoDBDocumentClient

beforeAll(async () => {
  table = await startTable()
  limited = await startLimitedTable(table.url)
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: limited.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 }))
})

afterAll(async () => {
  client.destroy()
  await limited.close()
  await table.close()
})

const put = (pk: string) => client.send(new PutCommand({ TableName: TABLE, Item: { pk, sk: 'a', text: 'x'.repeat(2000) } }))
const refused = { name: 'ProvisionedThroughputExceededException' }

it('takes from one key what DynamoDB would, refuses more, and leaves the other keys alone', async () => {
  // A write unit in ten seconds and three reads.
  limited.enforce(10_000)
  await put('one')
  await expect(put('one')).rejects.toMatchObject(refused)
  await put('two')
  await client.send(new GetCommand({ TableName: TABLE, Key: { pk: 'one', sk: 'a' } }))
  expect(limited.release()).toEqual({ throttled: 1, mostWrites: 2, mostReads: 1 })
  await put('one')
})
