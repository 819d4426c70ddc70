import { clusterAddress } from '../../domain/fleet.ts'
import { toFocus } from '../../domain/ledger/focus.ts'
import type { PoolEntry } from '../../domain/report/report-for.ts'
import { type CsvTable, tableOf } from './csv.ts'

/** The pools of the period under the names of FOCUS 1.2, one row each; undefined where there is none to tell of. */
export const ledgerCsv = (pools: readonly PoolEntry[]): CsvTable | undefined =>
  pools.length === 0 ? undefined : tableOf(toFocus(pools, ({ pool, clusterArn }) => ({ name: pool, type: 'Node pool', ...placeOf(clusterArn) })))

const placeOf = (arn: string | undefined): { readonly regionId?: string; readonly accountId?: string } => {
  if (arn === undefined) return {}
  const { region, account } = clusterAddress(arn)
  return { regionId: region, accountId: account }
}
