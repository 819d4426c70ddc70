import { type Instant, instant, iso, later } from '../../domain/time.ts'
import { hasExtendedSupport } from './cluster-versions.ts'
import type { Fleet, FleetCluster } from './fleet.ts'
import type { Instance } from './instance.ts'
import type { Meter, MeteredUse } from './meter.ts'
import { usageTypeIn } from './usage-type.ts'

/** One line of the bill for a part of a day. */
export interface BillLine {
  readonly service: string
  readonly usageType: string
  readonly region: string
  readonly account: string
  readonly instanceType?: string
  readonly tags: Readonly<Record<string, string>>
  /** Amortized and unblended alike: the simulated accounts hold no Savings Plan and no reservation. */
  readonly usd: number
}

/** What the bill is written from. */
export interface BillWorld {
  readonly fleet: Fleet
  readonly meter: Meter
  /** When the fleet came to be. */
  readonly since: Instant
}

const SERVICES = {
  ec2: 'Amazon Elastic Compute Cloud - Compute',
  other: 'EC2 - Other',
  balancer: 'Amazon Elastic Load Balancing',
  eks: 'Amazon Elastic Container Service for Kubernetes',
} as const

/** A control plane: $0.10 an hour, and $0.50 more in extended support. */
const CONTROL_PLANE_USD_PER_HOUR = 0.1
const EXTENDED_SUPPORT_USD_PER_HOUR = 0.5
/** A cluster's volumes: 200 GiB of gp3 at $0.08 a GiB-month of 730 hours, asleep or awake. */
const VOLUMES_USD_PER_HOUR = (200 * 0.08) / 730
/** A cluster's balancer: $0.0225 an hour and half a capacity unit of $0.008. */
const BALANCER_USD_PER_HOUR = 0.0225 + 0.5 * 0.008

const METERED: Readonly<Record<MeteredUse, { readonly service: string; readonly usageType: string }>> = {
  'cost-explorer-request': { service: 'AWS Cost Explorer', usageType: 'USE1-APIRequest' },
  'cloudwatch-metric': { service: 'AmazonCloudWatch', usageType: 'CW:GMD-Metrics' },
  mail: { service: 'Amazon Simple Email Service', usageType: 'Recipients' },
}

/** The bill of the whole organisation for a time within one day (UTC). */
const billLines = (world: BillWorld, from: Instant, to: Instant): readonly BillLine[] => {
  const begin = Math.max(from, world.since) as Instant
  if (begin >= to) return []
  return [...instanceLines(world, begin, to), ...clusterLines(world, begin, to), ...meteredLines(world, begin, to)]
}

const secondsWithin = (instance: Instance, from: Instant, to: Instant): number => {
  const { runningAt, terminatedAt } = instance
  if (runningAt === undefined) return 0
  return Math.max(0, Math.min(terminatedAt ?? to, to) - Math.max(runningAt, from)) / 1000
}

const instanceLines = ({ fleet }: BillWorld, from: Instant, to: Instant): readonly BillLine[] => {
  const secondsByGroup = new Map<string, { seconds: number; readonly one: Instance }>()
  for (const instance of fleet.instances) {
    const seconds = secondsWithin(instance, from, to)
    if (seconds === 0) continue
    const { cluster, pool, instanceType } = instance.identity
    const group = `${cluster}/${pool}/${instanceType}`
    const sum = secondsByGroup.get(group)
    if (sum === undefined) secondsByGroup.set(group, { seconds, one: instance })
    else sum.seconds += seconds
  }
  return [...secondsByGroup.values()].map(({ seconds, one: { identity } }) => ({
    service: SERVICES.ec2,
    usageType: usageTypeIn(identity.region, `BoxUsage:${identity.instanceType}`),
    region: identity.region,
    account: identity.account,
    instanceType: identity.instanceType,
    tags: {
      ...clusterTags(identity.cluster),
      ...(identity.node.nodegroup === undefined ? {} : { 'eks:nodegroup-name': identity.node.nodegroup }),
      ...(identity.groupName === undefined ? { 'karpenter.sh/nodepool': identity.pool } : { 'aws:autoscaling:groupName': identity.groupName }),
    },
    usd: (seconds / 3600) * (fleet.facts(identity.instanceType)?.usdPerHour ?? 0),
  }))
}

const clusterTags = (cluster: string): Readonly<Record<string, string>> => ({
  'aws:eks:cluster-name': cluster,
  'eks:cluster-name': cluster,
})

const clusterLines = ({ fleet }: BillWorld, from: Instant, to: Instant): readonly BillLine[] => {
  const hours = (to - from) / 3_600_000
  return [...fleet.clusters.values()].flatMap((cluster) => [
    constantLine(cluster, SERVICES.eks, 'AmazonEKS-Hours:perCluster', hours * CONTROL_PLANE_USD_PER_HOUR),
    ...(hasExtendedSupport(cluster.version, from)
      ? [constantLine(cluster, SERVICES.eks, 'AmazonEKS-Hours:extendedSupport', hours * EXTENDED_SUPPORT_USD_PER_HOUR)]
      : []),
    constantLine(cluster, SERVICES.other, 'EBS:VolumeUsage.gp3', hours * VOLUMES_USD_PER_HOUR),
    constantLine(cluster, SERVICES.balancer, 'LoadBalancerUsage', hours * BALANCER_USD_PER_HOUR),
  ])
}

const constantLine = (
  { cluster, region, account }: FleetCluster, service: string, usageType: string, usd: number,
): BillLine => ({
  service, usageType: usageTypeIn(region, usageType), region, account, tags: clusterTags(cluster.name), usd,
})

/** Calls are charged to the first account of the fleet. */
const meteredLines = ({ fleet, meter }: BillWorld, from: Instant, to: Instant): readonly BillLine[] => {
  const [payer] = fleet.clusters.values()
  return meter.charges(from, to).map(({ use, usd }) => ({
    ...METERED[use], region: 'us-east-1', account: payer?.account ?? '', tags: {}, usd,
  }))
}

/** Cost Explorer learns of usage three times a day, and 24 hours late. */
const REFRESH_SECONDS = 8 * 3600
const LATE_SECONDS = 24 * 3600
const DAY_SECONDS = 86_400
/** Days whose amounts may still change: D+1 and D+2 count, from D+3 on they are final. */
const ESTIMATED_SECONDS = 3 * DAY_SECONDS

/** A day of the bill as Cost Explorer knows it at some time. */
export interface KnownDay {
  /** YYYY-MM-DD, UTC. */
  readonly date: string
  readonly nextDate: string
  readonly isEstimated: boolean
  readonly lines: readonly BillLine[]
}

/** A day as Cost Explorer knows it `now`: late, and up to `unsettled` too low until it is final. */
export const knownDay = (world: BillWorld, date: string, now: Instant, unsettled: (key: string) => number): KnownDay => {
  const from = instant(`${date}T00:00:00Z`)
  const end = later(from, DAY_SECONDS)
  const refresh = Math.floor(now / 1000 / REFRESH_SECONDS) * REFRESH_SECONDS
  const known = Math.min(end, (refresh - LATE_SECONDS) * 1000) as Instant
  const isEstimated = now < later(from, ESTIMATED_SECONDS)
  const lines = billLines(world, from, known)
  const key = ({ usageType, account, tags }: BillLine): string =>
    [date, refresh, usageType, account, tags['aws:eks:cluster-name'], tags['aws:autoscaling:groupName'] ?? tags['karpenter.sh/nodepool']].join('/')
  return {
    date,
    nextDate: iso(end).slice(0, 10),
    isEstimated,
    lines: isEstimated ? lines.map((line) => ({ ...line, usd: line.usd * (1 - unsettled(key(line))) })) : lines,
  }
}
