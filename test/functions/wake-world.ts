import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { ALBEvent, APIGatewayProxyEventV2, Context } from 'aws-lambda'
import dynalite from 'dynalite'
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { vi } from 'vitest'
import { ssmLinkKeys } from '../../lib/adapters/ssm/ssm-link-keys.ts'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import type { Fleet } from '../../lib/domain/fleet.ts'
import { instant, type Instant } from '../../lib/domain/time.ts'
import type { LinkKeys, Registry } from '../../lib/ports.ts'
import { createCloud } from '../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { LINK_KEY } from '../../lib/sandbox/environment-variables.ts'
import { listenOnLoopback } from '../../lib/sandbox/listen-on-loopback.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'

const TABLE = 'catnap'

/** The table and the queues behind their own wire protocols, and as many containers of the function as are asked for. */
export interface WakeWorld {
  readonly registry: Registry
  /** Those of the operator, beside the function's own. */
  readonly linkKeys: LinkKeys
  /** The bodies of the messages that were sent, with the queue's name. */
  readonly messages: readonly string[]
  /** How often each kind of request came to the table. */
  readonly calls: ReadonlyMap<string, number>
  /** What the function wrote to its log. */
  readonly log: readonly string[]
  /** From now on the keys of links cannot be read. */
  breakKeys(): void
  /** From now on the queues refuse everything. */
  breakQueues(): void
  putFleet(changes?: Partial<Fleet>): Promise<void>
  /** Imports the function afresh, as a new container does. */
  container(): Promise<(event: unknown) => Promise<FrontResponse>>
  close(): Promise<void>
}

/** What the fronts read of a response. */
export interface FrontResponse {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly body: string
}

export const wakeWorld = async (): Promise<WakeWorld> => {
  const calls = new Map<string, number>()
  const messages: string[] = []
  const log: string[] = []
  let broken = false
  const table: Server = dynalite({ createTableMs: 0 })
  table.prependListener('request', ({ headers }) => {
    const name = String(headers['x-amz-target']).replace(/.*\./, '')
    calls.set(name, (calls.get(name) ?? 0) + 1)
  })
  const queues = createServer(async (incoming, outgoing) => {
    const { QueueUrl = '', Entries = [] } = JSON.parse(await text(incoming)) as { QueueUrl?: string; Entries?: { Id: string; MessageBody: string }[] }
    if (broken) return outgoing.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' }).end('{"__type":"AccessDenied","message":"no"}')
    messages.push(...Entries.map(({ MessageBody }) => `${QueueUrl.split('/').at(-1)} ${MessageBody}`))
    const Successful = Entries.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') }))
    return outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ Successful }))
  })
  const [tableServer, queueServer] = await Promise.all([listenOnLoopback(table), listenOnLoopback(queues)])
  let locked = false
  const cloud = await createCloud({
    timeline: new Timeline(instant('2026-11-23T08:00:00Z')), dice: dice(1), clusters: [], prices: () => undefined, parameters: { [LINK_KEY]: 'k'.repeat(43) },
    intercept: async () => (locked ? { status: 400, code: 'AccessDeniedException', message: `no right on ${LINK_KEY}` } : undefined),
  })
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', cloud.url)
  vi.stubEnv('CATNAP_LINK_KEY', LINK_KEY)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', tableServer.url)
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', queueServer.url)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('CATNAP_TABLE', TABLE)
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((line) => log.push(String(line)) > 0)

  const client = new DynamoDBClient({})
  await createTable(client)
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), TABLE)
  return {
    registry, messages, calls, log,
    linkKeys: ssmLinkKeys(LINK_KEY, { now: () => Date.now() as Instant }),
    breakKeys: () => {
      locked = true
    },
    breakQueues: () => {
      broken = true
    },
    putFleet: async (changes = {}) => {
      await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 4, reports: [], ...changes })
      await registry.putCluster({ name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false }, 4)
    },
    container: async () => {
      vi.resetModules()
      const { handler } = await import('../../functions/wake.ts')
      return async (event) => (await handler(event as APIGatewayProxyEventV2 | ALBEvent, {} as Context)) as FrontResponse
    },
    close: async () => {
      written.mockRestore()
      vi.unstubAllEnvs()
      client.destroy()
      await Promise.all([cloud.close(), tableServer.close(), queueServer.close()])
    },
  }
}

const createTable = (client: DynamoDBClient) =>
  client.send(new CreateTableCommand({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: ['pk', 'sk', 'dueShard', 'dueAt'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    GlobalSecondaryIndexes: [{
      IndexName: 'due',
      KeySchema: [{ AttributeName: 'dueShard', KeyType: 'HASH' }, { AttributeName: 'dueAt', KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['id', 'queue', 'clusterArn'] },
    }],
  }))
