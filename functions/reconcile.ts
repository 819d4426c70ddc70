import middy from '@middy/core'
import partialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent } from 'aws-lambda'
import { readMessage } from '../lib/adapters/sqs/read-message.ts'
import { reconcile } from '../lib/use-cases/reconcile.ts'
import { warningNotice } from '../lib/views/warning-notice.ts'
import { reconciling } from './runtime/reconciling.ts'

const world = { ...reconciling(), compose: warningNotice }

/** A message from the queues `wake` and `work`: one environment, one step. */
export const handler = middy<SQSEvent, PromiseSettledResult<void>[]>()
  .use(partialBatchFailure({ logger: (reason) => world.log.warn('message failed', { reason: String(reason) }) }))
  .handler((event: SQSEvent, { awsRequestId }: Context) =>
    Promise.allSettled(event.Records.map(async ({ body, messageId }) => reconcile(world, readMessage(body, 'environment').id, `${awsRequestId}/${messageId}`))))
