import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { ClaimWish, RecordChange } from '../../ports.ts'
import { type Item, type ItemKey, toAttribute } from './item.ts'

/** Names and values of an expression, collected while it is written. */
class Expression {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, unknown> = {}

  name(attribute: string): string {
    this.names[`#${attribute}`] = attribute
    return `#${attribute}`
  }

  value(label: string, value: unknown): string {
    this.values[`:${label}`] = value
    return `:${label}`
  }
}

/** Changes one item in one conditional write; undefined when the condition did not hold. */
export const conditionalUpdate = async <T>(
  client: DynamoDBDocumentClient,
  table: string,
  key: ItemKey,
  { set, when = {}, claimedBy }: RecordChange<T>,
  also: Readonly<Record<string, unknown>> = {},
): Promise<Item | undefined> => {
  const expression = new Expression()
  const sets: string[] = []
  const removes: string[] = []
  for (const [attribute, value] of Object.entries({ ...set, ...also })) {
    if (value === undefined) removes.push(expression.name(attribute))
    else sets.push(`${expression.name(attribute)} = ${expression.value(`new_${attribute}`, toAttribute(attribute, value))}`)
  }
  const conditions = Object.entries(when).map(([attribute, value]) =>
    value === undefined
      ? `attribute_not_exists(${expression.name(attribute)})`
      : `${expression.name(attribute)} = ${expression.value(`old_${attribute}`, toAttribute(attribute, value))}`)
  if (claimedBy !== undefined) conditions.push(`${expression.name('claim')}.${expression.name('owner')} = ${expression.value('claimedBy', claimedBy)}`)
  return send(client, table, key, expression, sets, removes, conditions)
}

/** Takes the claim on an item when nobody has it or its time is up, or (a wake) from a worker of an older epoch. */
export const claimItem = async (client: DynamoDBDocumentClient, table: string, key: ItemKey, wish: ClaimWish): Promise<Item | undefined> => {
  const { owner, epoch, now, until } = wish
  const expression = new Expression()
  for (const attribute of ['claim', 'until', 'epoch']) expression.name(attribute)
  const sets = [`#claim = ${expression.value('claim', { owner, epoch, until })}`]
  const sameEpoch = `#epoch = ${expression.value('epoch', epoch)}`
  const claimed = await send(client, table, key, { names: { ...expression.names, '#owner': 'owner' }, values: { ...expression.values, ':now': now, ':owner': owner } }, sets, [], [
    sameEpoch,
    '(attribute_not_exists(#claim) OR #claim.#until < :now OR #claim.#owner = :owner)',
  ])
  if (claimed !== undefined || wish.overOlderEpoch !== true) return claimed
  // Whoever we take it from may write until its old deadline: that instant is kept, and `awake` waits for it.
  const remember = `${expression.name('olderWriterUntil')} = #claim.#until`
  return send(client, table, key, expression, [...sets, remember], [], [sameEpoch, '#claim.#epoch < :epoch'])
}

const send = async (
  client: DynamoDBDocumentClient,
  table: string,
  key: ItemKey,
  { names, values }: Pick<Expression, 'names' | 'values'>,
  sets: readonly string[],
  removes: readonly string[],
  conditions: readonly string[],
): Promise<Item | undefined> => {
  const update = [sets.length > 0 ? `SET ${sets.join(', ')}` : '', removes.length > 0 ? `REMOVE ${removes.join(', ')}` : ''].join(' ').trim()
  try {
    const { Attributes } = await client.send(new UpdateCommand({
      TableName: table,
      Key: key,
      UpdateExpression: update,
      ConditionExpression: ['attribute_exists(pk)', ...conditions].join(' AND '),
      ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
      ReturnValues: 'ALL_NEW',
    }))
    return Attributes as Item | undefined
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}
