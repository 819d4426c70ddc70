import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Sending } from '../../domain/report/sending.ts'
import { later } from '../../domain/time.ts'
import type { Sendings } from '../../ports.ts'
import { type Item, type ItemKey, keys } from './item.ts'

/** Kept so long: a period's mail is never sent again, and no period comes back after a year. */
const KEPT_DAYS = 400

/** What became of the mails, in the table: one item for each mail, those of a recipient in one partition by their first day. */
export const dynamodbSendings = (client: DynamoDBDocumentClient, table: string): Sendings => ({
  get: async (key) => {
    const { Item: item } = await client.send(new GetCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }))
    return item === undefined ? undefined : toSending(item as Item)
  },
  put: async (sending, before) => {
    try {
      await client.send(new PutCommand({ TableName: table, Item: toItem(sending), ...unchanged(before) }))
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  },
  latest: async (recipient, limit) => {
    const { Items: items = [] } = await client.send(new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.sending(recipient, '').pk },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }))
    return items.map((item) => toSending(item as Item))
  },
})

/** The condition that nobody wrote since `before` was read. */
const unchanged = (before: Sending | undefined) =>
  before === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#state = :state AND #times = :times',
        ExpressionAttributeNames: { '#state': 'state', '#times': 'times' },
        ExpressionAttributeValues: { ':state': before.state, ':times': before.times },
      }

/** A key of `reportKey`, `<recipient>/<kind>/<first day>`, day first: so the newest come last. */
const itemKey = (key: string): ItemKey => {
  const [recipient = '', kind = '', firstDay = ''] = key.split('/')
  return keys.sending(decodeURIComponent(recipient), `${firstDay}#${kind}`)
}

const toItem = (sending: Sending): Item => ({
  ...itemKey(sending.key),
  ...sending,
  expiresAt: Math.floor(later(sending.at, KEPT_DAYS * 86_400) / 1000),
})

// The table is ours alone: what is in it was written by `toItem` from this very type.
const toSending = ({ pk: _pk, sk: _sk, expiresAt: _expiresAt, ...sending }: Item): Sending => sending as unknown as Sending
