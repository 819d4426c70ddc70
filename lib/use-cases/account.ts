import pMap from 'p-map'
import { calendarDate } from '../domain/calendar-date.ts'
import { hourOf } from '../domain/ledger/clock-hour.ts'
import { localDayNumber } from '../domain/ledger/local-day.ts'
import { later } from '../domain/time.ts'
import { accountCluster } from './account-cluster.ts'
import type { Accounting, AccountRun } from './accounting.ts'
import { priceBook } from './price-book.ts'
import { reconcileBills } from './reconcile-bills.ts'

/** Clusters reckoned at once: each holds a day of its journal in memory. */
const AT_ONCE = 8

/** What a run came to. */
export interface Accounted {
  readonly clusters: number
  readonly days: number
  readonly failed: number
}

/**
 * Reckons what the fleet cost, saved and could save, from the journal: for each cluster today up to the last full hour,
 * and the days before it that are not settled; once a day the bill and the advice. It writes findings and changes nothing
 * else, so it goes on in a fleet that is paused: its nodes cost what they cost. Called again within the hour it does only
 * what is left to do, and an hour that was missed comes with the next.
 */
export const account = async (world: Accounting): Promise<Accounted> => {
  const { clock, memory, ledgers, prices, log } = world
  const fleet = await memory.fleet()
  if (fleet === undefined) return { clusters: 0, days: 0, failed: 0 }
  const asOf = hourOf(clock.now())
  const clusters = (await pMap(fleet.clusters, (name) => memory.cluster(name), { concurrency: AT_ONCE })).flatMap((cluster) => cluster ?? [])
  const run: AccountRun = { fleet, clusters, asOf, priceBook: priceBook(prices, asOf), billQuestion: onceEach((day) => ledgers.billQuestion(day)) }
  const made = await pMap(clusters, async (cluster) => {
    try {
      return { days: await accountCluster(world, run, cluster), failed: 0 }
    } catch (error) {
      // These words are alarmed (infra/catnap-function.ts): tried again in an hour, from the same journal.
      log.warn('a cluster could not be accounted', { cluster: cluster.name, reason: error instanceof Error ? error.message : String(error) })
      return { days: 0, failed: 1 }
    }
  }, { concurrency: AT_ONCE })
  await reconcileBills(world, calendarDate(localDayNumber(fleet.timezone, later(asOf, -1))), clusters)
  const sum = (what: 'days' | 'failed'): number => made.reduce((total, each) => total + each[what], 0)
  const accounted = { clusters: made.length, days: sum('days'), failed: sum('failed') }
  log.info('accounted', { ...accounted })
  return accounted
}

const onceEach = <T>(read: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const known = new Map<string, Promise<T>>()
  return (key) => {
    const value = known.get(key) ?? read(key)
    known.set(key, value)
    return value
  }
}
