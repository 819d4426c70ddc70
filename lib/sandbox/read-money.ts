import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbLedgers } from '../adapters/dynamodb/dynamodb-ledgers.ts'
import type { Intent } from '../domain/intent/schema.ts'
import { hourOf, type Span } from '../domain/ledger/clock-hour.ts'
import { rollUp } from '../domain/ledger/roll-up.ts'
import { addSavings, NO_SAVINGS } from '../domain/ledger/savings.ts'
import { iso, later } from '../domain/time.ts'
import type { Run } from './run.ts'

/** What Catnap itself says of the money of a run. */
export interface MoneyFigures {
  readonly realizedUsd: number
  /** What waking cost: to be taken off what was realised before it is held against the bill. */
  readonly wakeUsd: number
  readonly potentialUsd: number
  readonly strandedUsd: number
  /** What Cost Explorer said of the days that it has told of so far. */
  readonly costExplorerUsd: number
  readonly rightSizingRecords: number
}

/**
 * Reads the ledger of a span that begins with Catnap: of its first hour all counts, because before it nothing was saved.
 * Its last hour may not be over: the world goes on until it is, Catnap accounts once more, and of that hour only the
 * part within the span counts.
 */
export const readMoney = async ({ sandbox: { timeline, environment }, functions }: Run, intent: Intent, span: Span): Promise<MoneyFigures> => {
  const end = hourOf(later(span.to, 3599))
  await timeline.runUntil(end)
  await functions?.account()
  const client = new DynamoDBClient({})
  const ledgers = dynamodbLedgers(DynamoDBDocumentClient.from(client), environment['CATNAP_TABLE'] ?? '')
  const clusters = Object.keys(intent.clusters)
  const [rows, bills, advice] = await Promise.all([
    Promise.all(clusters.map((name) => ledgers.rows(name, hourOf(span.from), end))),
    Promise.all(clusters.map((name) => ledgers.bills(name, iso(span.from).slice(0, 10), iso(span.to).slice(0, 10)))),
    Promise.all(Object.keys(intent.environments).map((id) => ledgers.advice(id))),
  ])
  client.destroy()
  const { realized, wake, potential, stranded } = rollUp(rows.flat(), [hourOf(span.from), span.to]).map(({ savings }) => savings).reduce(addSavings, NO_SAVINGS)
  return {
    realizedUsd: usd(realized.microUsd ?? 0),
    wakeUsd: usd(wake.microUsd ?? 0),
    potentialUsd: usd(potential.microUsd ?? 0),
    strandedUsd: usd(stranded.microUsd ?? 0),
    costExplorerUsd: usd(bills.flat().reduce((sum, { actual }) => sum + (actual?.unblendedMicroUsd ?? 0), 0)),
    rightSizingRecords: advice.flat().length,
  }
}

const usd = (microUsd: number): number => Math.round(microUsd / 10_000) / 100
