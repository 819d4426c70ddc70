import { setTimeout as wait } from 'node:timers/promises'
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbLedgers } from '../adapters/dynamodb/dynamodb-ledgers.ts'
import { dynamodbRegistry } from '../adapters/dynamodb/dynamodb-registry.ts'
import { dynamodbSendings } from '../adapters/dynamodb/dynamodb-sendings.ts'
import { sqsMailbox } from '../adapters/sqs/sqs-mailbox.ts'
import { ssmLinkKeys } from '../adapters/ssm/ssm-link-keys.ts'
import { type Instant, iso } from '../domain/time.ts'
import type { Examinations, Ledgers, LinkKeys, OpenClusters, Sendings, Surveys } from '../ports.ts'
import { SESSION_FILE } from '../sandbox/session.ts'
import type { Operator } from '../use-cases/deliver-intent.ts'
import type { Outside } from '../use-cases/world.ts'
import { LINK_KEY, TABLE } from './own-names.ts'
import { runningSandbox, sandboxNow } from './running-sandbox.ts'

/** Which table the caller means. */
export interface Target {
  readonly table?: string
  readonly region?: string
  /** AWS, also where a sandbox runs in this folder. */
  readonly aws?: true
}

/** The table and the queues, with the caller's own rights, and the time where they are. */
export interface Connection extends Outside, Operator {
  readonly ledgers: Ledgers
  readonly sendings: Sendings
  readonly linkKeys: LinkKeys
  /** Loaded when it is asked for: the Kubernetes client takes most of a second. */
  readonly examinations: Examinations
  /** Loaded when it is asked for, too. */
  readonly surveys: Surveys
  /** And so are these. */
  readonly clusters: OpenClusters
  /** Where the wake function answers, where the caller said it. */
  readonly wakeUrl?: string
  /** Waits so many seconds of its own time. */
  wait(seconds: number): Promise<void>
  close(): void
}

/** A person waits: an endpoint that does not answer is told soon. */
const PATIENCE: DynamoDBClientConfig = { requestHandler: { connectionTimeout: 3000, requestTimeout: 15_000 } }

/**
 * Connects to the sandbox that runs in this folder, unless AWS was asked for or CATNAP_TABLE is set; else to the table
 * on AWS. Throws where neither a sandbox nor credentials are found.
 */
export const connect = async (target: Target, say: (line: string) => void, sessionFile: URL = SESSION_FILE): Promise<Connection> => {
  const asked = target.aws === true || target.table !== undefined || (process.env['CATNAP_TABLE'] ?? '') !== ''
  const sandbox = asked ? undefined : await runningSandbox(sessionFile)
  if (sandbox === undefined) return connectToAws(target, say)
  useVariables(sandbox.environment)
  const now = (): Instant => sandboxNow(sandbox, Date.now())
  say(`acting on the sandbox at ${iso(now())}`)
  const waitThere = async (seconds: number): Promise<void> => void (await wait((seconds * 1000) / sandbox.speed))
  return connection(new DynamoDBClient(PATIENCE), process.env['CATNAP_TABLE'] ?? TABLE, { now }, waitThere, say)
}

const connectToAws = async ({ table = process.env['CATNAP_TABLE'] || TABLE, region = regionIn(table) }: Target, say: (line: string) => void): Promise<Connection> => {
  const client = new DynamoDBClient({ ...PATIENCE, ...(region === undefined ? {} : { region }) })
  // Asked for now, so that what is missing is told before anything else and by its own name.
  await client.config.credentials()
  await client.config.region()
  const clock = { now: () => Date.now() as Instant }
  return connection(client, table, clock, async (seconds) => void (await wait(seconds * 1000)), say, region)
}

/** A table's ARN names its region. */
const regionIn = (table: string): string | undefined => {
  const [, , , region] = table.split(':')
  return region
}

const connection = (client: DynamoDBClient, table: string, clock: Outside['clock'], waitThere: Connection['wait'], say: (line: string) => void, region?: string): Connection => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  const registry = dynamodbRegistry(documents, table)
  const { CATNAP_LINK_KEY: linkKey, CATNAP_WAKE_URL: wakeUrl } = process.env
  return {
    clock, registry, memory: registry, mailbox: sqsMailbox(), ledgers: dynamodbLedgers(documents, table), sendings: dynamodbSendings(documents, table),
    linkKeys: ssmLinkKeys(linkKey || LINK_KEY, clock, region), ...(wakeUrl === undefined || wakeUrl === '' ? {} : { wakeUrl }),
    examinations: { open: async (cluster) => (await import('../adapters/eks/eks-examinations.ts')).eksExaminations(clock).open(cluster) },
    surveys: { of: async (cluster) => (await import('../adapters/eks/eks-surveys.ts')).eksSurveys(clock).of(cluster) },
    clusters: { open: async (cluster) => (await import('../adapters/eks/eks-open-clusters.ts')).eksOpenClusters(clock).open(cluster) },
    log: { info: () => {}, warn: (text, { reason } = {}) => say(`warning: ${text}${reason === undefined ? '' : ` (${String(reason)})`}`) },
    wait: waitThere,
    close: () => client.destroy(),
  }
}

/** The sandbox's own variables and none that would lead the SDK elsewhere: a profile goes before keys. */
const useVariables = (variables: Readonly<Record<string, string>>): void => {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_(?:PROFILE|SESSION_TOKEN|ENDPOINT_URL.*|DEFAULT_REGION)$/.test(name)) delete process.env[name]
  }
  Object.assign(process.env, variables)
}
