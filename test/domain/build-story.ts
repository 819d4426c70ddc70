import type { Environment } from '../../lib/domain/environment.ts'
import type { Cluster, Fleet } from '../../lib/domain/fleet.ts'
import type { Fact } from '../../lib/domain/journal/fact.ts'
import type { ClusterStory } from '../../lib/domain/ledger/cluster-story.ts'
import { type DayBooks, closeDay } from '../../lib/domain/ledger/close-day.ts'
import { hourOf } from '../../lib/domain/ledger/clock-hour.ts'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import { ledgerFromJournal } from '../../lib/domain/ledger/ledger-from-journal.ts'
import type { LocalDay } from '../../lib/domain/ledger/local-day.ts'
import type { Pool } from '../../lib/domain/pool.ts'
import type { Instant } from '../../lib/domain/time.ts'
import { poolWith } from './build-cluster.ts'
import { environmentWith, termsWith } from './build-environment.ts'
import { at, listPrice, nodeLife, POOL, SHOP } from './build-ledger.ts'

export const fleetWith = (changes: Partial<Fleet> = {}): Fleet => ({
  mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [], ...changes,
})

export const clusterWith = (changes: Partial<Cluster> = {}): Cluster =>
  ({ name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false, ...changes })

/** The environment us-dev/shop with a core and a GiB on the pool workers, asleep since midnight, its hours always open. */
export const sleeper = (changes: Partial<Environment> = {}): Environment => environmentWith({
  phase: 'asleep', since: at('00:00'), terms: termsWith({ hours: 'always' }), uses: { workers: { cpuMilli: 1000, memoryMiB: 1024 } }, ...changes,
})

/** The pool workers that keeps none, held at so many nodes and asking for none. */
export const heldPool = (heldNodes: number, changes: Partial<Pool> = {}): Pool =>
  poolWith({ keep: 0, standing: { heldNodes, wantedNodes: 0 }, ...changes })

export const phase = (time: string, was: Environment['phase'], is: Environment['phase'], more: { readonly rule?: 'hours' | 'lease' | 'hold'; readonly environment?: string } = {}): Fact =>
  ({ kind: 'phase', at: at(time), environment: SHOP, was, is, ...more })

export const standing = (time: string, was: number | undefined, is: number | undefined, wanted = { was: 0, is: 0 }): Fact =>
  ({ kind: 'standing', at: at(time), pool: POOL, was: standingOf(was, wanted.was), is: standingOf(is, wanted.is) })

const standingOf = (heldNodes: number | undefined, wantedNodes: number) => ({ ...(heldNodes === undefined ? {} : { heldNodes }), wantedNodes })

/** us-dev from 10:00 to 11:00: one environment that sleeps, a pool held at one node that was terminated at 09:00. */
export const storyWith = (changes: Partial<ClusterStory> = {}): ClusterStory => ({
  span: { from: at('10:00'), to: at('11:00') },
  fleet: fleetWith(),
  cluster: clusterWith(),
  environments: [sleeper()],
  pools: [heldPool(1)],
  facts: [],
  lives: [nodeLife('a', { terminatedAt: at('09:00') })],
  ...changes,
})

export const MONDAY: LocalDay = { day: '2026-11-23', zone: 'UTC', from: at('00:00'), to: (at('00:00') + 86_400_000) as Instant }

/** Closes a day, Monday in UTC unless told otherwise, as `account` does: the ledger of its hours first. */
export const closed = (story: ClusterStory, { day = MONDAY, asOf = day.to, ...changes }: Partial<Omit<DayBooks, 'story' | 'input' | 'ledger'>> = {}) => {
  const to = Math.min(asOf, hourOf((day.to + 3_599_999) as Instant)) as Instant
  const told = { ...story, span: { from: hourOf(day.from), to } }
  const input = ledgerFromJournal(told, listPrice)
  const ledger = keepLedger(input)
  const sharedWork = { clusters: [told.cluster], costExplorerRequests: 0 }
  return { ledger, day: closeDay({ day, asOf, story: told, input, ledger, sharedWork, problems: [], ...changes }) }
}
