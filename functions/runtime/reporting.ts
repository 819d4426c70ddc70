import { dynamodbLedgers } from '../../lib/adapters/dynamodb/dynamodb-ledgers.ts'
import { dynamodbMemory } from '../../lib/adapters/dynamodb/dynamodb-memory.ts'
import { dynamodbSendings } from '../../lib/adapters/dynamodb/dynamodb-sendings.ts'
import { jsonLog } from '../../lib/adapters/log/json-log.ts'
import { sesMail } from '../../lib/adapters/ses/ses-mail.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { ReportWorld } from '../../lib/use-cases/report.ts'
import { linking } from './linking.ts'
import { openTable } from './table.ts'
import { variable } from './variable.ts'

/** The world of `report`: the table, SES in the function's own region, and the key of signed links where there is one. */
export const reporting = (): Omit<ReportWorld, 'compose'> => {
  const { client, table } = openTable()
  const clock = { now: () => Date.now() as Instant }
  const linkKeys = linking(clock)
  const { CATNAP_WAKE_URL: wakeAddress } = process.env
  return {
    clock,
    memory: dynamodbMemory(client, table),
    ledgers: dynamodbLedgers(client, table),
    sendings: dynamodbSendings(client, table),
    mail: sesMail({ from: variable('CATNAP_MAIL_FROM') }),
    ...(linkKeys === undefined ? {} : { linkKeys }),
    ...(wakeAddress === undefined ? {} : { wakeAddress }),
    log: jsonLog((line) => process.stdout.write(`${line}\n`)),
  }
}
