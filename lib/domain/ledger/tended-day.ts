import { clusterAddress, type Cluster, type Fleet } from '../fleet.ts'
import { zoneNamed } from '../hours/zone.ts'
import { askSeconds, lookSeconds } from '../look-interval.ts'
import { latestSending, parseCadence } from '../report/cadence.ts'
import { type Instant, later } from '../time.ts'
import { secondOf, type Span } from './clock-hour.ts'
import type { EnvironmentDay } from './cluster-day.ts'
import type { ClusterStory } from './cluster-story.ts'
import type { TendedDay } from './own-cost.ts'

/** What the clusters of a fleet have in common when their own costs are reckoned. */
export interface SharedWork {
  /** All clusters of the fleet. */
  readonly clusters: readonly Pick<Cluster, 'arn'>[]
  /** Requests to Cost Explorer on the day, of the whole fleet. */
  readonly costExplorerRequests: number
}

/** A day of a cluster as the work it made for Catnap. */
export const tendedDay = ({ fleet, cluster, environments }: ClusterStory, days: readonly EnvironmentDay[], { clusters, costExplorerRequests }: SharedWork, span: Span): TendedDay => {
  const idleOf = new Map(environments.map(({ id, terms }) => [id, terms.idle]))
  return {
    seconds: secondOf(span.to) - secondOf(span.from),
    clustersOfFleet: clusters.length,
    clustersOfSpoke: clusters.filter(({ arn }) => spokeOf(arn) === spokeOf(cluster.arn)).length,
    lookSeconds: lookSeconds(environments.map(({ terms }) => ({ terms, phase: 'awake' as const }))),
    environments: days.map(({ id, awakeSeconds }) => {
      const idle = idleOf.get(id)
      return { awakeSeconds, ...(idle === undefined ? {} : { askSeconds: askSeconds(idle) }) }
    }),
    costExplorerRequests,
    mails: mailsIn(fleet, span),
  }
}

const spokeOf = (arn: string): string => {
  const { account, region } = clusterAddress(arn)
  return `${account}/${region}`
}

/** Mails that were due, one for each address. */
const mailsIn = ({ reports, timezone }: Fleet, { from, to }: Span): number =>
  reports.reduce((sum, { every, to: addresses }) => {
    const { at } = latestSending(parseCadence(every), zoneNamed(timezone), later(to, -1) as Instant)
    return sum + (at >= from && at < to ? addresses.length : 0)
  }, 0)
