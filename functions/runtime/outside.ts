import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbMemory } from '../../lib/adapters/dynamodb/dynamodb-memory.ts'
import { jsonLog } from '../../lib/adapters/log/json-log.ts'
import { sqsMailbox } from '../../lib/adapters/sqs/sqs-mailbox.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { Outside } from '../../lib/use-cases/world.ts'

/** Reads an environment variable; a function without it cannot do anything right. */
const variable = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set: found nothing, expected what infra/ sets; was the function deployed by the CDK app?`)
  return value
}

/** The table's ARN names its region, which for a spoke is not its own. */
const regionOf = (table: string): { region?: string } => {
  const [, , , region] = table.split(':')
  return region === undefined ? {} : { region }
}

/** The world of `tick` and `wake`: everything but the clusters. Built once per container. */
export const outside = (): Outside => {
  const table = variable('CATNAP_TABLE')
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(regionOf(table)), { marshallOptions: { removeUndefinedValues: true } })
  return {
    clock: { now: () => Date.now() as Instant },
    memory: dynamodbMemory(client, table),
    mailbox: sqsMailbox(),
    log: jsonLog((line) => process.stdout.write(`${line}\n`)),
  }
}
