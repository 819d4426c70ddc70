import { shippedPrice } from '../../adapters/prices/shipped-prices.ts'
import type { Delivered } from '../../domain/delivery.ts'
import type { Fleet } from '../../domain/fleet.ts'
import type { HistoryEntry } from '../../domain/history.ts'
import { leftBehind, strandedPools } from '../../domain/left-behind.ts'
import { outlookOf } from '../../domain/outlook.ts'
import { type Instant, later } from '../../domain/time.ts'
import type { Clock, Ledgers, Registry, Sendings } from '../../ports.ts'
import { readDelivered } from '../../use-cases/deliver-intent.ts'
import { dayIn } from '../../views/console/console-figures.ts'
import type { ConsoleView, PoolNodes } from '../../views/console/console-view.ts'
import { TIMELINE_STEPS } from '../../views/console/nodes-section.ts'
import type { SimulatedCloud } from '../cloud/cloud.ts'
import { countNodes, stepsUntil } from './count-nodes.ts'

/** What the console is told from: the table through the ports, and the simulated cloud for the bill and the mails. */
export interface ConsoleSources {
  readonly clock: Clock
  readonly registry: Registry
  readonly ledgers: Pick<Ledgers, 'days' | 'advice'>
  readonly sendings: Pick<Sendings, 'latest'>
  readonly cloud: Pick<SimulatedCloud, 'instances' | 'pools' | 'mails' | 'usd' | 'nodeHours'>
  /** When the sandbox began. */
  readonly since: Instant
  readonly speed: number
  readonly port: number
}

const DAYS_SHOWN = 7
const ENTRIES_SHOWN = 12
/** Looked through of each subject: some are of kinds that are not shown. */
const ENTRIES_READ = 24
const STEP_SECONDS = 15 * 60

/** Gathers everything the console shows; undefined before the first intent is delivered. */
export const gatherView = async (sources: ConsoleSources): Promise<ConsoleView | undefined> => {
  const { clock, registry, cloud, since, speed, port } = sources
  const delivered = await readDelivered({ clock, registry })
  const { fleet, clusters } = delivered
  if (fleet === undefined) return undefined
  const now = clock.now()
  const [history, days, advice] = await Promise.all([newest(registry, delivered), daysOf(sources, fleet, now), adviceOf(sources, delivered)])
  const steps = stepsUntil(now, since, STEP_SECONDS, TIMELINE_STEPS)
  return {
    now, speed, port, fleet, steps, days, advice, history,
    clusters: clusters.toSorted(byName),
    statuses: statusesOf(fleet, delivered, now),
    pools: poolsOf(cloud, delivered, steps),
    left: leftBehind(delivered.environments, delivered.pools),
    sendings: await sendingsOf(sources, fleet),
    mails: cloud.mails().map(({ at, to, subject }) => ({ at, to, subject })).toReversed(),
    bill: { microUsd: Math.round(cloud.usd() * 1e6), nodeHours: cloud.nodeHours(), since },
  }
}

const byName = ({ name: a }: { readonly name: string }, { name: b }: { readonly name: string }): number => (a < b ? -1 : Number(a > b))

const statusesOf = (fleet: Fleet, { clusters, environments }: Delivered, now: Instant): ConsoleView['statuses'] => {
  const named = new Map(clusters.map((cluster) => [cluster.name, cluster]))
  return environments.toSorted(byName).flatMap((environment) => {
    const cluster = named.get(environment.cluster)
    return cluster === undefined ? [] : [{ environment, cluster, outlook: outlookOf(fleet, cluster, environment, now) }]
  })
}

/** What was asked, decided and came of it; single steps and sizes are for `catnap history`. */
const SHOWN: ReadonlySet<HistoryEntry['what']> = new Set(['decision', 'phase', 'request', 'problem', 'notice'])

const newest = async (registry: Registry, { clusters, environments, pools }: Delivered): Promise<readonly HistoryEntry[]> => {
  const subjects = ['fleet', ...clusters.map(({ name }) => name), ...environments.map(({ id }) => id), ...pools.map(({ cluster, name }) => `${cluster}/pool/${name}`)]
  const entries = await Promise.all(subjects.map((subject) => registry.history(subject, ENTRIES_READ)))
  return entries.flat().filter(({ what }) => SHOWN.has(what)).toSorted((a, b) => b.at - a.at).slice(0, ENTRIES_SHOWN)
}

const daysOf = async ({ ledgers }: ConsoleSources, { clusters, timezone }: Fleet, now: Instant): Promise<ConsoleView['days']> => {
  const [first, last] = [dayIn(timezone, later(now, -(DAYS_SHOWN - 1) * 86_400)), dayIn(timezone, now)]
  return (await Promise.all(clusters.map((cluster) => ledgers.days(cluster, first, last)))).flat()
}

const adviceOf = async ({ ledgers }: ConsoleSources, { environments }: Delivered): Promise<ConsoleView['advice']> =>
  (await Promise.all(environments.map(({ id }) => ledgers.advice(id)))).flat()

/** The newest of each report. */
const sendingsOf = async ({ sendings }: ConsoleSources, { reports }: Fleet): Promise<ConsoleView['sendings']> =>
  (await Promise.all(reports.map(({ name }) => sendings.latest(name, 1)))).flat()

/** The pools as the bill has them; those the intent does not name too, because they are on it. */
const poolsOf = (cloud: ConsoleSources['cloud'], { environments, pools }: Delivered, steps: readonly Instant[]): readonly PoolNodes[] => {
  const records = new Map(pools.map((pool) => [`${pool.cluster}/${pool.name}`, pool]))
  const stranded = new Map(strandedPools(environments, pools).map((pool) => [`${pool.cluster}/${pool.name}`, pool.stranded]))
  const instances = Map.groupBy(cloud.instances(), ({ cluster, pool }) => `${cluster}/${pool}`)
  return [...cloud.pools(), ...ungrouped(cloud)].toSorted((a, b) => (a.cluster < b.cluster ? -1 : Number(a.cluster > b.cluster))).map(({ cluster, pool: name, instanceType, desiredSize }) => {
    const record = records.get(`${cluster}/${name}`)
    const left = stranded.get(`${cluster}/${name}`)
    const counts = countNodes(instances.get(`${cluster}/${name}`) ?? [], steps)
    const running = counts.at(-1) ?? 0
    const microUsdPerHour = shippedPrice(instanceType)?.microUsdPerHour
    return {
      cluster, name, instanceType, running,
      original: record?.original?.desiredSize ?? record?.baseline?.nodes ?? desiredSize,
      leaving: Object.values(record?.leaving ?? {}).filter(({ offAt }) => offAt === undefined).length,
      counts,
      ...(record === undefined ? {} : { keep: record.keep }),
      ...(left === undefined ? {} : { stranded: left }),
      ...(microUsdPerHour === undefined ? {} : { microUsdPerHour }),
    }
  })
}

/** The pools of instances that are in no group, Karpenter's; they are as many as run. */
const ungrouped = (cloud: ConsoleSources['cloud']): readonly Pick<ReturnType<SimulatedCloud['pools']>[number], 'cluster' | 'pool' | 'instanceType' | 'desiredSize'>[] => {
  const grouped = new Set(cloud.pools().map(({ cluster, pool }) => `${cluster}/${pool}`))
  const others = Map.groupBy(cloud.instances().filter(({ cluster, pool }) => !grouped.has(`${cluster}/${pool}`)), ({ cluster, pool }) => `${cluster}/${pool}`)
  return [...others.values()].flatMap(([one, ...more]) =>
    (one === undefined ? [] : [{ cluster: one.cluster, pool: one.pool, instanceType: one.instanceType, desiredSize: [one, ...more].filter(({ state }) => state === 'running').length }]))
}
