import { networkRates } from '../../lib/adapters/cloudwatch/network-rates.ts'
import { requestCounts } from '../../lib/adapters/cloudwatch/request-counts.ts'
import { dynamodbJournal } from '../../lib/adapters/dynamodb/dynamodb-journal.ts'
import { dynamodbUsageRecords } from '../../lib/adapters/dynamodb/dynamodb-usage-records.ts'
import { prometheusQueries } from '../../lib/adapters/prometheus/prometheus-queries.ts'
import { secretParameters } from '../../lib/adapters/ssm/secret-parameter.ts'
import type { ObserveWorld } from '../../lib/use-cases/world.ts'
import { openTable } from './table.ts'
import { world } from './world.ts'

/** The world of `observe`: that of a worker, the records of what it sees, CloudWatch in the region of each cluster, and Prometheus. */
export const observing = (): ObserveWorld => {
  const opened = openTable()
  const { client, table } = opened
  const worker = world(opened)
  return {
    ...worker,
    journal: dynamodbJournal(client, table),
    usage: dynamodbUsageRecords(client, table, worker.clock),
    traffic: { ...requestCounts(), ...networkRates() },
    queries: prometheusQueries(secretParameters(worker.clock)),
  }
}
