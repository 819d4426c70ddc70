import { dynamodbMemory } from '../../lib/adapters/dynamodb/dynamodb-memory.ts'
import { jsonLog } from '../../lib/adapters/log/json-log.ts'
import { sqsMailbox } from '../../lib/adapters/sqs/sqs-mailbox.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { Outside } from '../../lib/use-cases/world.ts'
import { openTable } from './table.ts'

/** The world of `tick` and `wake`: everything but the clusters. Built once per container. */
export const outside = ({ client, table } = openTable()): Outside => ({
  clock: { now: () => Date.now() as Instant },
  memory: dynamodbMemory(client, table),
  mailbox: sqsMailbox(),
  log: jsonLog((line) => process.stdout.write(`${line}\n`)),
})
