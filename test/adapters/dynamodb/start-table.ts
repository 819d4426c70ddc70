import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { onTestFinished } from 'vitest'
import { dynamodbRegistry } from '../../../lib/adapters/dynamodb/dynamodb-registry.ts'
import type { Registry } from '../../../lib/ports.ts'
import { CREDENTIALS, TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../../lib/sandbox/table.ts'
import { startLoopbackProxy } from '../../loopback-proxy.ts'

/** What stands between a client and the table: answers instead of it, or changes what it answers. */
export type Meddler = (action: string, request: Readonly<Record<string, unknown>>) => { readonly status: number; readonly body: object } | { readonly request: object } | undefined

export interface TestTable {
  readonly registry: Registry
  readonly client: DynamoDBDocumentClient
  /** The actions that came, in order. */
  readonly calls: readonly string[]
  /** From now on this stands in between; undefined: nothing does. */
  meddle(meddler: Meddler | undefined): void
}

/** A table in an embedded DynamoDB behind a proxy, with the adapters on it; gone when the test is over. */
export const testTable = async (): Promise<TestTable> => {
  const table = await startTable()
  const calls: string[] = []
  let meddler: Meddler | undefined
  const proxy = await startLoopbackProxy(table.url, async (request, forward) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    calls.push(action)
    const meddled = meddler?.(action, JSON.parse(request.body.toString()) as Record<string, unknown>)
    if (meddled === undefined) return forward(request)
    if ('request' in meddled) return forward({ ...request, body: Buffer.from(JSON.stringify(meddled.request)) })
    return { status: meddled.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(meddled.body) }
  })
  const plain = new DynamoDBClient({ endpoint: proxy.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 })
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })
  onTestFinished(async () => {
    plain.destroy()
    await proxy.close()
    await table.close()
  })
  return {
    registry: dynamodbRegistry(client, TABLE),
    client,
    calls,
    meddle: (next) => {
      meddler = next
    },
  }
}
