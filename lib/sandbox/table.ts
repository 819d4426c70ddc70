import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { CREDENTIALS, TABLE } from './environment-variables.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** An embedded DynamoDB with Catnap's table in it, as infra/ makes it. */
export interface SandboxTable {
  readonly url: string
  close(): Promise<void>
}

/** Starts the embedded DynamoDB on a free port of this machine. */
export const startTable = async (): Promise<SandboxTable> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 })
  const open = await listenOnLoopback(server)
  const client = new DynamoDBClient({ endpoint: open.url, region: 'us-east-1', credentials: CREDENTIALS })
  await client.send(new CreateTableCommand({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'dueShard', 'dueAt'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    GlobalSecondaryIndexes: [{
      IndexName: 'due',
      KeySchema: [{ AttributeName: 'dueShard', KeyType: 'HASH' }, { AttributeName: 'dueAt', KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['id', 'queue', 'clusterArn'] },
    }],
  }))
  client.destroy()
  return open
}
