import middy from '@middy/core'
import partialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent } from 'aws-lambda'
import { readMessage } from '../lib/adapters/sqs/read-message.ts'
import { reclaim } from '../lib/use-cases/reclaim.ts'
import { world as worldOf } from './runtime/world.ts'

const world = worldOf()

/** A message from the queue `nodes`: the nodes of one cluster, one step. */
export const handler = middy<SQSEvent, PromiseSettledResult<void>[]>()
  .use(partialBatchFailure({ logger: (reason) => world.log.warn('message failed', { reason: String(reason) }) }))
  .handler((event: SQSEvent, { awsRequestId }: Context) =>
    Promise.allSettled(event.Records.map(async ({ body, messageId }) => reclaim(world, readMessage(body, 'nodes').cluster, `${awsRequestId}/${messageId}`))))
