import type { Cluster, Fleet } from '../../../lib/domain/fleet.ts'
import type { HistoryEntry } from '../../../lib/domain/history.ts'
import type { ClusterDay } from '../../../lib/domain/ledger/cluster-day.ts'
import { NO_RUNNING } from '../../../lib/domain/ledger/ledger-row.ts'
import { NO_SAVINGS, type Savings } from '../../../lib/domain/ledger/savings.ts'
import { instant } from '../../../lib/domain/time.ts'
import type { ConsoleView, PoolNodes } from '../../../lib/views/console/console-view.ts'
import type { EnvironmentStatus } from '../../../lib/views/status-table.ts'
import { environmentWith, termsWith } from '../../domain/build-environment.ts'

/** Wednesday, 21:30 in Paris. */
export const NOW = instant('2026-03-25T20:30:00Z')

export const fleetWith = (changes: Partial<Fleet> = {}): Fleet => ({
  mode: 'act', timezone: 'Europe/Paris', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [], ...changes,
})

export const clusterWith = (changes: Partial<Cluster> = {}): Cluster => ({
  name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false, ...changes,
})

/** us-dev/shop, asleep since 19:00 until its hours open at 08:00, unless told otherwise. */
export const statusWith = (
  environment: Parameters<typeof environmentWith>[0] = {},
  outlook: EnvironmentStatus['outlook'] = {
    decision: { desired: 'asleep', rule: 'hours', reason: 'outside hours; next is Mon-Fri 08:00-19:00 Europe/Paris' },
    next: { at: instant('2026-03-26T06:57:00Z'), becomes: 'awake' },
  },
  cluster: Cluster = clusterWith(),
): EnvironmentStatus => ({
  environment: environmentWith({
    phase: 'asleep',
    since: instant('2026-03-25T18:00:10Z'),
    terms: termsWith({ timezone: 'Europe/Paris', wake: { hosts: ['shop.localhost'], by: 'click', stayAwakeSeconds: 7200 } }),
    ...environment,
  }),
  cluster,
  outlook,
})

/** us-dev/workers: one m5.xlarge of seven left, at $0.192 an hour. */
export const poolNodesWith = (changes: Partial<PoolNodes> = {}): PoolNodes => ({
  cluster: 'us-dev', name: 'workers', instanceType: 'm5.xlarge', running: 1, original: 7, keep: 1, leaving: 0, microUsdPerHour: 192_000, counts: [7, 7, 3, 1], ...changes,
})

export const dayWith = (day: string, savings: Partial<Savings> = {}, changes: Partial<ClusterDay> = {}): ClusterDay => ({
  cluster: 'us-dev', day, zone: 'Europe/Paris', from: NOW, to: NOW, upTo: instant('2026-03-25T20:00:00Z'),
  pools: [{ pool: 'us-dev/workers', savings: { ...NO_SAVINGS, ...savings }, running: NO_RUNNING, priceSources: [], unpricedTypes: [] }],
  environments: [], unattributed: NO_SAVINGS, blockers: [], ownCosts: [], problems: [], ...changes,
})

export const entryWith = (changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  at: instant('2026-03-25T18:00:10Z'), subject: 'us-dev/shop', what: 'phase', text: 'asleep: outside hours; next is 2026-03-26T07:00:00Z', ...changes,
})

/** One cluster, one environment asleep, one pool, and no hour of the ledger yet, unless told otherwise. */
export const consoleViewWith = (changes: Partial<ConsoleView> = {}): ConsoleView => ({
  now: NOW, speed: 60, port: 4780,
  fleet: fleetWith(), clusters: [clusterWith()], statuses: [statusWith()], pools: [poolNodesWith()], left: [],
  steps: [instant('2026-03-25T20:00:00Z'), instant('2026-03-25T20:10:00Z'), instant('2026-03-25T20:20:00Z'), NOW],
  days: [], advice: [], history: [entryWith()], sendings: [], mails: [],
  bill: { microUsd: 12_340_000, nodeHours: 64, since: instant('2026-03-23T00:00:00Z') },
  ...changes,
})
