import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
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

/** A table in an embedded DynamoDB behind a proxy, with the adapters on it; gone when the test is over. */
export const testTable = async (): Promise<TestTable> => {
  const table = await startTable()
  const calls: string[] = []
  let meddler: Meddler | undefined
  const proxy = createServer(async (incoming, outgoing) => {
    const sent = await buffer(incoming)
    const action = String(incoming.headers['x-amz-target']).split('.')[1] ?? ''
    calls.push(action)
    const meddled = meddler?.(action, JSON.parse(sent.toString()) as Record<string, unknown>)
    if (meddled !== undefined && 'status' in meddled) return outgoing.writeHead(meddled.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(meddled.body))
    const answer = await forward(table.url, incoming, meddled === undefined ? sent : Buffer.from(JSON.stringify(meddled.request)))
    return outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const plain = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 })
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })
  onTestFinished(async () => {
    plain.destroy()
    proxy.closeAllConnections()
    proxy.close()
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

const forward = (url: string, { headers }: IncomingMessage, body: Buffer): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers: { 'x-amz-target': String(headers['x-amz-target']), authorization: String(headers.authorization), 'x-amz-date': String(headers['x-amz-date']), 'content-type': 'application/x-amz-json-1.0' } })
