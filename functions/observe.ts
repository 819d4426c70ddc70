import middy from '@middy/core'
import partialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { SQSEvent } from 'aws-lambda'
import { readMessage } from '../lib/adapters/sqs/read-message.ts'
import { observe } from '../lib/use-cases/observe.ts'
import { observing } from './runtime/observing.ts'

const world = observing()

/** A message from the queue `usage`: one look at one cluster. */
export const handler = middy<SQSEvent, PromiseSettledResult<void>[]>()
  .use(partialBatchFailure({ logger: (reason) => world.log.warn('message failed', { reason: String(reason) }) }))
  .handler((event: SQSEvent) => Promise.allSettled(event.Records.map(async ({ body }) => observe(world, readMessage(body, 'usage').cluster))))
