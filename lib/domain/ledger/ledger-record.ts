import { iso } from '../time.ts'
import type { LedgerRow } from './ledger-row.ts'

/** A row as it is shown: node-hours rounded to four places, money that is not known absent. */
export interface LedgerRecord {
  /** `cluster/pool` */
  readonly pool: string
  /** The hour, UTC, as in 2026-11-23T20:00:00Z. */
  readonly hour: string
  readonly baselineNodeHours: number
  readonly ranNodeHours: number
  readonly avoidedNodeHours: number
  readonly realizedMicroUsd?: number
  readonly freedCommitmentMicroUsd?: number
  readonly strandedMicroUsd?: number
  readonly potentialMicroUsd?: number
  readonly wakeMicroUsd?: number
  /** Avoided without a price. */
  readonly unpricedNodeSeconds: number
  /** The prices it rests on: name and micro-dollars an hour. */
  readonly price: string
  readonly blockers: readonly string[]
  readonly currency: 'USD'
}

/** The only place where node-seconds become rounded node-hours. */
export const nodeHours = (nodeSeconds: number): number => Math.round((nodeSeconds / 3600) * 10_000) / 10_000

/** A row for people and exports. */
export const ledgerRecord = ({ pool, hour, running, savings, prices, blockers, currency }: LedgerRow): LedgerRecord => {
  const { realized, freedCommitment, stranded, potential, wake } = savings
  return {
    pool,
    hour: iso(hour),
    baselineNodeHours: nodeHours(running.baselineNodeSeconds),
    ranNodeHours: nodeHours(running.ranNodeSeconds),
    avoidedNodeHours: nodeHours(savings.avoidedNodeSeconds),
    ...(realized.microUsd === undefined ? {} : { realizedMicroUsd: realized.microUsd }),
    ...(freedCommitment.microUsd === undefined ? {} : { freedCommitmentMicroUsd: freedCommitment.microUsd }),
    ...(stranded.microUsd === undefined ? {} : { strandedMicroUsd: stranded.microUsd }),
    ...(potential.microUsd === undefined ? {} : { potentialMicroUsd: potential.microUsd }),
    ...(wake.microUsd === undefined ? {} : { wakeMicroUsd: wake.microUsd }),
    unpricedNodeSeconds: realized.unpricedNodeSeconds + freedCommitment.unpricedNodeSeconds,
    price: prices.map(({ name, microUsdPerHour }) => `${name}: ${microUsdPerHour}`).join('; '),
    blockers,
    currency,
  }
}
