import type { ClusterDay, EnvironmentDay } from '../../lib/domain/ledger/cluster-day.ts'
import { NO_RUNNING } from '../../lib/domain/ledger/ledger-row.ts'
import { NO_SAVINGS } from '../../lib/domain/ledger/savings.ts'
import { type Period, periodDays } from '../../lib/domain/report/period.ts'
import { priced, savingsWith } from './report-builders.ts'

const HOUR = 3600

/** A day an environment slept 12 of 24 hours, on one m5.xlarge at $0.192. */
export const environmentDay = (id: string, changes: Partial<EnvironmentDay> = {}): EnvironmentDay => ({
  id,
  mode: 'act',
  savings: savingsWith({ avoidedNodeSeconds: 12 * HOUR, realized: priced(2.304, 12) }),
  awakeSeconds: 12 * HOUR,
  asleepSeconds: 12 * HOUR,
  wakesPlanned: 1,
  wakesOnRequest: 0,
  failures: 0,
  unpricedTypes: [],
  priceSources: ['AWS Price List, on demand, us-east-1'],
  ...changes,
})

/** A closed day of us-dev, with us-dev/shop and us-dev/pay in it unless told otherwise; control plane at $0.10 an hour. */
export const clusterDay = (day: Pick<ClusterDay, 'day' | 'from' | 'to'>, changes: Partial<ClusterDay> = {}): ClusterDay => {
  const cluster = changes.cluster ?? 'us-dev'
  const environments = [environmentDay(`${cluster}/shop`), environmentDay(`${cluster}/pay`)]
  return {
    ...day,
    cluster,
    zone: 'Europe/Paris',
    upTo: day.to,
    pools: [{ pool: `${cluster}/workers`, savings: NO_SAVINGS, running: NO_RUNNING, priceSources: [], unpricedTypes: [] }],
    environments,
    unattributed: NO_SAVINGS,
    blockers: [],
    ownCosts: [{ name: 'Lambda', microUsd: 1001 }],
    residualMicroUsd: 2_400_000,
    problems: [],
    ...changes,
  }
}

/** The closed days of a cluster for a whole period. */
export const clusterDays = (period: Period, changes: Partial<ClusterDay> = {}): readonly ClusterDay[] =>
  periodDays(period).map((day) => clusterDay(day, changes))
