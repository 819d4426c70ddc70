import { Readable } from 'node:stream'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { onTestFinished } from 'vitest'
import { dynamodbRegistry } from '../../../lib/adapters/dynamodb/dynamodb-registry.ts'
import type { Registry } from '../../../lib/ports.ts'
import { CREDENTIALS, TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../../lib/sandbox/table.ts'

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

/** A table in an embedded DynamoDB with the adapters on it, and somebody between it and its client; gone when the test is over. */
export const testTable = async (): Promise<TestTable> => {
  const table = await startTable()
  const calls: string[] = []
  let meddler: Meddler | undefined
  const plain = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 })
  const { requestHandler } = plain.config
  const send = requestHandler.handle.bind(requestHandler)
  // In the client and not in a proxy of its own: a second way through HTTP would cost as much as the table.
  requestHandler.handle = async (request, options) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    calls.push(action)
    const meddled = meddler?.(action, JSON.parse(String(request.body)) as Record<string, unknown>)
    if (meddled === undefined) return send(request, options)
    if ('request' in meddled) {
      request.body = JSON.stringify(meddled.request)
      request.headers['content-length'] = String(Buffer.byteLength(request.body))
      return send(request, options)
    }
    return { response: { statusCode: meddled.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Readable.from([Buffer.from(JSON.stringify(meddled.body))]) } }
  }
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })
  onTestFinished(async () => {
    plain.destroy()
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
