import { type LoopbackProxy, startLoopbackProxy } from '../loopback-proxy.ts'
import type { CallCounter } from './call-counter.ts'
import { IndexMeter, type TableAnswer, type TableCall } from './index-meter.ts'
import { itemBytes } from './item-bytes.ts'

/** Starts a proxy before a table that counts calls and the units DynamoDB would bill, those of the due index too. */
export const meterTable = (tableUrl: string, counter: CallCounter): Promise<LoopbackProxy> => {
  const index = new IndexMeter()
  return startLoopbackProxy(tableUrl, async (request, forward) => {
    const action = String(request.headers['x-amz-target'] ?? '').replace(/.*\./, '')
    const asked = JSON.parse(request.body.toString()) as TableCall
    const answer = await forward({ ...request, body: Buffer.from(JSON.stringify({ ...asked, ReturnConsumedCapacity: 'TOTAL' })) })
    count(counter, index, action, asked, answer.status === 200 ? (JSON.parse(answer.body.toString()) as TableAnswer) : undefined)
    return answer
  })
}

const count = (counter: CallCounter, index: IndexMeter, action: string, asked: TableCall, answer: TableAnswer | undefined): void => {
  counter.add(asked.IndexName === undefined ? `dynamodb:${action}` : `dynamodb:${action} ${asked.IndexName}`)
  const isRead = action === 'GetItem' || action === 'Query'
  // A refused condition costs a write too.
  if (answer === undefined) return counter.add(isRead ? 'units:read' : 'units:write')
  const units = [answer.ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
  // An empty page is billed as the smallest read; the embedded table says 0.
  counter.add(isRead ? 'units:read' : 'units:write', isRead ? Math.max(units, 0.5) : units)
  for (const { key, item, units: inIndex } of index.take(asked, answer)) {
    counter.add('units:write index', inIndex)
    if (key.startsWith('HISTORY#')) counter.add('bytes:history', itemBytes(item))
  }
}
