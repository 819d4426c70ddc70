import pMap from 'p-map'
import type { AdviceRecord } from '../domain/advice/advice-record.ts'
import { advise } from '../domain/advice/advise.ts'
import { awakeHoursPerMonth, type UnitPrice, unitPrice } from '../domain/advice/unit-price.ts'
import type { Environment } from '../domain/environment.ts'
import { clusterAddress } from '../domain/fleet.ts'
import type { ClusterDay } from '../domain/ledger/cluster-day.ts'
import type { ClusterStory } from '../domain/ledger/cluster-story.ts'
import { shutSpans } from '../domain/shut-spans.ts'
import { later, secondsBetween } from '../domain/time.ts'
import type { ContainerRecord } from '../domain/usage/container-record.ts'
import type { Accounting, AccountRun } from './accounting.ts'
import type { PriceList } from './price-book.ts'

/** Environments of a cluster looked at at once. */
const AT_ONCE = 8

const WEEK_HOURS = 168

/** Gives advice anew for each container of a cluster that was ever seen, from what it used and what its nodes cost. */
export const adviseCluster = async (
  world: Accounting,
  run: AccountRun,
  { cluster, environments, fleet }: Pick<ClusterStory, 'cluster' | 'environments' | 'fleet'>,
  days: readonly ClusterDay[],
): Promise<void> => {
  await pMap(environments, async (environment) => {
    const records = await world.usage.of(environment.id)
    const types = [...new Set(records.flatMap(({ instanceType }) => instanceType ?? []))].toSorted()
    const list = types.length === 0 ? undefined : await run.priceBook(clusterAddress(cluster.arn).region, { onDemand: types, spot: [] }, run.asOf)
    const hours = awakeHoursOf(environment, days) ?? hoursOpen(environment, fleet.holidays, run)
    await world.ledgers.keepAdvice(environment.id, records.map((record): AdviceRecord => ({
      environment: environment.id,
      at: run.asOf,
      advice: advise(
        { ...record, words: record.heapFlags, env: {}, usage: record.usage },
        { replicas: record.replicas, awakeHoursPerMonth: hours, price: priceOf(world, list, record) },
      ),
    })))
  }, { concurrency: AT_ONCE })
}

/** Awake hours of a month as they were in the last days; undefined where less than a week was watched. */
const awakeHoursOf = ({ id }: Environment, days: readonly ClusterDay[]): number | undefined => {
  const watched = days.flatMap(({ environments, from, to, upTo }) => (upTo === to ? environments.filter((day) => day.id === id).map((day) => ({ ...day, hours: secondsBetween(from, to) / 3600 })) : []))
  if (watched.length < 7) return undefined
  const sum = (figure: (day: (typeof watched)[number]) => number): number => watched.reduce((total, day) => total + figure(day), 0)
  return awakeHoursPerMonth(sum(({ awakeSeconds }) => awakeSeconds) / 3600, sum(({ hours }) => hours))
}

/** By the hours of the coming week. */
const hoursOpen = ({ terms }: Environment, holidays: readonly string[], { asOf }: AccountRun): number => {
  const shut = shutSpans(terms, holidays, { from: asOf, to: later(asOf, WEEK_HOURS * 3600) })
  return awakeHoursPerMonth(WEEK_HOURS - shut.reduce((sum, { from, to }) => sum + secondsBetween(from, to) / 3600, 0), WEEK_HOURS)
}

/** On demand, whatever its nodes were: what a request less is worth in the long run. */
const priceOf = ({ sizeOf }: Accounting, list: PriceList | undefined, { instanceType }: ContainerRecord): UnitPrice | undefined => {
  if (instanceType === undefined) return undefined
  const [price, size] = [list?.onDemand(instanceType), sizeOf(instanceType)]
  return price === undefined || size === undefined ? undefined : unitPrice({ instanceType, ...size, microUsdPerHour: price.microUsdPerHour })
}
