import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { variable } from './variable.ts'

/** The table, and a client for the region it is in: for a spoke that is not its own. */
export const openTable = (): { readonly client: DynamoDBDocumentClient; readonly table: string } => {
  const table = variable('CATNAP_TABLE')
  const [, , , region] = table.split(':')
  const client = new DynamoDBClient(region === undefined ? {} : { region })
  return { client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), table }
}
