import { createCloud } from '../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import type { Instant } from '../../lib/domain/time.ts'
import { type LimitFacts, startLimitedTable } from './table-limits.ts'

/** What the process says first: where it listens. */
export interface Addresses {
  readonly tableUrl: string
  readonly queueUrl: string
}

/** What it may be told: to enforce the limits of a table so many times slower than life, or to say what happened since. */
export type Order = { readonly enforce: number } | 'tell'

/** What it says when it is asked. */
export interface CloudFacts extends LimitFacts {
  /** The bodies of all messages in the wake queue. */
  readonly wakes: readonly string[]
}

// The table with its limits and the queues, in a process of their own, as they have machines of their own on AWS.
const table = await startTable()
const limited = await startLimitedTable(table.url)
const cloud = await createCloud({ timeline: new Timeline(Date.now() as Instant), dice: dice(1), clusters: [], prices: () => undefined })
const wakes = cloud.queue('catnap-wake')
cloud.queue('catnap-work')

process.on('message', (order: Order) => {
  if (order !== 'tell') return limited.enforce(order.enforce)
  process.send?.({ ...limited.release(), wakes: wakes.receive(100_000).map(({ body }) => body) } satisfies CloudFacts)
})
process.on('disconnect', () => process.exit())
process.send?.({ tableUrl: limited.url, queueUrl: cloud.url } satisfies Addresses)
