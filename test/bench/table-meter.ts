import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { Agent, request } from 'undici'
import type { CallCounter } from './call-counter.ts'
import { itemBytes, type WireItem } from './item-bytes.ts'

/** A proxy before a table that counts calls and the units DynamoDB would bill. */
export interface TableMeter {
  readonly url: string
  close(): Promise<void>
}

/** What the due index holds of an item: its key and what infra/ projects. */
const INDEXED = ['dueShard', 'dueAt', 'id', 'queue', 'clusterArn'] as const

interface Wire {
  readonly Key?: WireItem
  readonly IndexName?: string
  readonly RequestItems?: Readonly<Record<string, readonly { readonly PutRequest?: { readonly Item: WireItem }; readonly DeleteRequest?: { readonly Key: WireItem } }[]>>
}

interface Answer {
  readonly Attributes?: WireItem
  readonly ConsumedCapacity?: Capacity | readonly Capacity[]
}

interface Capacity {
  readonly CapacityUnits: number
}

/**
 * Starts the proxy. The embedded table tells the units of the table itself; it does not count what a write costs in
 * the index, so the meter remembers what the index holds of each item: nothing changed costs nothing, a new key of the
 * index two writes (one takes the old entry away), anything else projected one.
 */
export const meterTable = async (tableUrl: string, counter: CallCounter): Promise<TableMeter> => {
  const agent = new Agent()
  const indexed = new Map<string, WireItem>()
  const server = createServer(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const action = String(incoming.headers['x-amz-target'] ?? '').replace(/.*\./, '')
    const asked = (await json(incoming)) as Wire
    const { statusCode, headers, body } = await request(tableUrl, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0', 'x-amz-target': String(incoming.headers['x-amz-target']),
        authorization: String(incoming.headers.authorization), 'x-amz-date': String(incoming.headers['x-amz-date']),
      },
      body: JSON.stringify({ ...asked, ReturnConsumedCapacity: 'TOTAL' }),
    })
    const text = await body.text()
    count(counter, indexed, action, asked, statusCode === 200 ? (JSON.parse(text) as Answer) : undefined)
    const checksum = headers['x-amz-crc32']
    outgoing.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.0', ...(checksum === undefined ? {} : { 'x-amz-crc32': checksum }) }).end(text)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await agent.close()
    },
  }
}

const count = (counter: CallCounter, indexed: Map<string, WireItem>, action: string, asked: Wire, answer: Answer | undefined): void => {
  counter.add(asked.IndexName === undefined ? `dynamodb:${action}` : `dynamodb:${action} ${asked.IndexName}`)
  const isRead = action === 'GetItem' || action === 'Query'
  // A refused condition costs a write too.
  if (answer === undefined) return counter.add(isRead ? 'units:read' : 'units:write')
  const units = [answer.ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
  // An empty page is billed as the smallest read; the embedded table says 0.
  counter.add(isRead ? 'units:read' : 'units:write', isRead ? Math.max(units, 0.5) : units)
  for (const [key, item] of written(asked, answer)) {
    counter.add('units:write index', indexUnits(indexed.get(key), item))
    indexed.set(key, item)
    if (key.startsWith('HISTORY#')) counter.add('bytes:history', itemBytes(item))
  }
}

/** The items as they are after the call, by key; an item that was deleted is empty. */
const written = ({ Key, RequestItems }: Wire, { Attributes }: Answer): readonly (readonly [string, WireItem])[] => {
  if (Attributes !== undefined && Key !== undefined) return [[keyOf(Key), Attributes]]
  return Object.values(RequestItems ?? {}).flat().flatMap(({ PutRequest, DeleteRequest }) => {
    const item = PutRequest?.Item ?? {}
    return [[keyOf(PutRequest?.Item ?? DeleteRequest?.Key ?? {}), item] as const]
  })
}

const keyOf = ({ pk, sk }: WireItem): string => `${String(pk?.['S'])} ${String(sk?.['S'])}`

const isIn = (item: WireItem | undefined): boolean => item?.['dueShard'] !== undefined && item['dueAt'] !== undefined

const indexUnits = (before: WireItem | undefined, after: WireItem): number => {
  const changed = INDEXED.filter((name) => before?.[name]?.['S'] !== after[name]?.['S'])
  if (changed.length === 0 || (!isIn(before) && !isIn(after))) return 0
  const moved = changed.includes('dueShard') || changed.includes('dueAt')
  return moved && isIn(before) && isIn(after) ? 2 : 1
}
