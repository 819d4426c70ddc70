import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbLedgers } from '../../adapters/dynamodb/dynamodb-ledgers.ts'
import { dynamodbSendings } from '../../adapters/dynamodb/dynamodb-sendings.ts'
import type { Instant } from '../../domain/time.ts'
import type { SandboxOperator } from '../operator.ts'
import type { Sandbox } from '../sandbox.ts'
import { TABLE } from '../environment-variables.ts'
import { brief } from './brief.ts'
import { type Answer, consoleListener } from './console-listener.ts'
import { consoleRoutes } from './console-routes.ts'
import { gatherView } from './gather-view.ts'
import type { MailRoom } from './mail-room.ts'

/** What a console is opened on. */
export interface ConsoleOptions {
  readonly sandbox: Pick<Sandbox, 'timeline' | 'cloud'>
  readonly operator: SandboxOperator
  readonly mailRoom: Pick<MailRoom, 'open'>
  /** When the sandbox began. */
  readonly since: Instant
  readonly speed: number
  readonly port: number
  readonly warn: (text: string) => void
}

/** Several open tabs ask for the same view within a second. */
const KEEP_MS = 900

/** Answers the requests that are the console's. The process's environment must be the sandbox's. */
export const openConsole = ({ sandbox: { timeline, cloud }, operator, mailRoom, since, speed, port, warn }: ConsoleOptions): Answer => {
  const { registry, mailbox } = operator
  const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
  const [ledgers, sendings] = [dynamodbLedgers(table, TABLE), dynamodbSendings(table, TABLE)]
  const clock = { now: () => timeline.now() }
  const log = { info: () => {}, warn: (text: string, fields: Readonly<Record<string, unknown>> = {}) => warn(`console: ${text} ${JSON.stringify(fields)}`) }
  return consoleListener(consoleRoutes({
    outside: { clock, memory: registry, mailbox, log },
    view: brief(() => gatherView({ clock, registry, ledgers, sendings, cloud, since, speed, port }), KEEP_MS),
    mailbox: () => mailRoom.open(),
  }))
}
