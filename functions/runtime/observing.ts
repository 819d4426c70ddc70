import { requestCounts } from '../../lib/adapters/cloudwatch/request-counts.ts'
import { dynamodbJournal } from '../../lib/adapters/dynamodb/dynamodb-journal.ts'
import { dynamodbUsageRecords } from '../../lib/adapters/dynamodb/dynamodb-usage-records.ts'
import type { ObserveWorld } from '../../lib/use-cases/world.ts'
import { openTable } from './table.ts'
import { world } from './world.ts'

/** The world of `observe`: that of a worker, the records of what it sees, and CloudWatch in the region of each cluster. */
export const observing = (): ObserveWorld => {
  const opened = openTable()
  const { client, table } = opened
  const worker = world(opened)
  return { ...worker, journal: dynamodbJournal(client, table), usage: dynamodbUsageRecords(client, table, worker.clock), traffic: requestCounts() }
}
