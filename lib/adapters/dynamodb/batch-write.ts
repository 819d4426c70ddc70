import { setTimeout as wait } from 'node:timers/promises'
import type { BatchWriteCommandInput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Item, ItemKey } from './item.ts'

/** One item to write or to drop. */
export type BatchEntry = { readonly put: Item } | { readonly drop: ItemKey }

/** BatchWriteItem takes so many at once. */
const AT_ONCE = 25

/** What the table did not take is sent again so often, with growing pauses: 50, 100 … 1,600 ms. */
const TRIES = 6

/**
 * Writes items, 25 in one request; of several for one key the last counts, since the table refuses a batch that names a
 * key twice. Throws when the table still refuses some after several tries.
 */
export const batchWrite = async (client: DynamoDBDocumentClient, table: string, all: readonly BatchEntry[]): Promise<void> => {
  const entries = [...new Map(all.map((entry) => [keyOf(entry), entry])).values()]
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    let left: BatchWriteCommandInput['RequestItems'] = { [table]: entries.slice(from, from + AT_ONCE).map(toRequest) }
    for (let attempt = 0; left !== undefined && Object.keys(left).length > 0; attempt += 1) {
      if (attempt === TRIES) throw new Error(`the table ${table} did not take ${left[table]?.length ?? 0} writes in ${TRIES} tries: it is throttled; tried again with the next message`)
      if (attempt > 0) await wait(25 * 2 ** attempt)
      const answer: { UnprocessedItems?: BatchWriteCommandInput['RequestItems'] } = await client.send(new BatchWriteCommand({ RequestItems: left }))
      left = answer.UnprocessedItems
    }
  }
}

const keyOf = (entry: BatchEntry): string => {
  const { pk, sk } = 'put' in entry ? entry.put : entry.drop
  return `${pk}\0${sk}`
}

const toRequest = (entry: BatchEntry) => ('put' in entry ? { PutRequest: { Item: entry.put } } : { DeleteRequest: { Key: entry.drop } })
