import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '../adapters/dynamodb/dynamodb-registry.ts'
import { sqsMailbox } from '../adapters/sqs/sqs-mailbox.ts'
import { planDelivery } from '../domain/delivery.ts'
import type { Intent } from '../domain/intent/schema.ts'
import type { Mailbox, Registry } from '../ports.ts'
import { deliverIntent, readDelivered } from '../use-cases/deliver-intent.ts'
import type { Sandbox } from './sandbox.ts'

/** The person in the sandbox: applies the intent and reads the records, with what `catnap` itself uses. */
export interface SandboxOperator {
  readonly registry: Registry
  readonly mailbox: Mailbox
  apply(intent: Intent): Promise<void>
}

/** An operator of this sandbox. The process's environment must be the sandbox's. */
export const sandboxOperator = ({ timeline, environment }: Sandbox): SandboxOperator => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
  const registry = dynamodbRegistry(client, environment['CATNAP_TABLE'] ?? '')
  const clock = { now: () => timeline.now() }
  return {
    registry,
    mailbox: sqsMailbox(),
    apply: async (intent) => {
      const now = await readDelivered({ clock, registry })
      await deliverIntent({ clock, registry }, now, planDelivery(intent, now, timeline.now()), 'sandbox')
    },
  }
}
