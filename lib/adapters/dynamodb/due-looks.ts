import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { iso } from '../../domain/time.ts'
import type { Looks } from '../../ports.ts'
import { batchWrite } from './batch-write.ts'
import { conditionalUpdate } from './conditional-update.ts'
import { keys } from './item.ts'

/** When each cluster is to be looked at: an item of its own in the due index, beside the one for its nodes. */
export const dueLooks = (client: DynamoDBDocumentClient, table: string): Looks => ({
  take: async (cluster, now, until) => {
    try {
      await client.send(new UpdateCommand({
        TableName: table,
        Key: keys.look(cluster),
        UpdateExpression: 'SET dueAt = :until',
        ConditionExpression: 'dueAt <= :now',
        ExpressionAttributeValues: { ':now': iso(now), ':until': iso(until) },
      }))
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  },
  next: async (cluster, dueAt) => void (await conditionalUpdate(client, table, keys.look(cluster), { set: { dueAt } })),
  drop: (cluster) => batchWrite(client, table, [{ drop: keys.look(cluster) }]),
})
