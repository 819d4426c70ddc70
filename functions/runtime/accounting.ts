import { costExplorerBills } from '../../lib/adapters/cost-explorer/cost-explorer-bills.ts'
import { dynamodbJournal } from '../../lib/adapters/dynamodb/dynamodb-journal.ts'
import { dynamodbKeptPrices } from '../../lib/adapters/dynamodb/dynamodb-kept-prices.ts'
import { dynamodbLedgers } from '../../lib/adapters/dynamodb/dynamodb-ledgers.ts'
import { dynamodbMemory } from '../../lib/adapters/dynamodb/dynamodb-memory.ts'
import { dynamodbUsageRecords } from '../../lib/adapters/dynamodb/dynamodb-usage-records.ts'
import { jsonLog } from '../../lib/adapters/log/json-log.ts'
import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import { awsPrices } from '../../lib/adapters/pricing/aws-prices.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { Accounting } from '../../lib/use-cases/accounting.ts'
import { openTable } from './table.ts'

/** The world of `account`: the table, and what AWS says of prices and bills. No cluster and no queue. */
export const accounting = ({ client, table } = openTable()): Accounting => {
  const clock = { now: () => Date.now() as Instant }
  return {
    clock,
    memory: dynamodbMemory(client, table),
    journal: dynamodbJournal(client, table),
    ledgers: dynamodbLedgers(client, table),
    usage: dynamodbUsageRecords(client, table, clock),
    prices: awsPrices(dynamodbKeptPrices(client, table)),
    bills: costExplorerBills(),
    sizeOf: shippedPrice,
    log: jsonLog((line) => process.stdout.write(`${line}\n`)),
  }
}
