import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { paginateQuery } from '@aws-sdk/lib-dynamodb'
import { later } from '../../domain/time.ts'
import type { KeptPrice, KeptPrices } from '../pricing/kept-prices.ts'
import { batchWrite } from './batch-write.ts'
import { type Item, keys } from './item.ts'

/** A price is good for a week; it is kept longer, because an old price stands in better than none. */
const KEPT_DAYS = 60

/** On-demand prices in the table: one small item (about 160 bytes) for each instance type of a region. */
export const dynamodbKeptPrices = (client: DynamoDBDocumentClient, table: string): KeptPrices => ({
  of: async (region) => {
    const pages = paginateQuery({ client }, {
      TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': keys.price(region, '').pk },
    })
    const kept: KeptPrice[] = []
    for await (const { Items = [] } of pages) kept.push(...Items.map(({ pk: _pk, sk: _sk, expiresAt: _expiresAt, ...price }) => price as KeptPrice))
    return kept
  },
  keep: (region, prices) => batchWrite(client, table, prices.map((price): { readonly put: Item } => ({
    put: { ...keys.price(region, price.instanceType), ...price, expiresAt: Math.floor(later(price.readAt, KEPT_DAYS * 86_400) / 1000) },
  }))),
})
