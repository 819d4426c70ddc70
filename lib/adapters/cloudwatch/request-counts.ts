import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import pMap from 'p-map'
import { clusterAddress } from '../../domain/fleet.ts'
import type { RequestPeriod, TargetGroupTraffic } from '../../domain/idleness/judge-requests.ts'
import { periodOf, periodsBetween } from '../../domain/idleness/period.ts'
import { type Instant, secondsBetween } from '../../domain/time.ts'
import type { Traffic } from '../../ports.ts'
import { balancersOf } from './balancers-of.ts'
import { type Counted, type CountedGroup, metricData } from './metric-data.ts'

/** Searches for balancers at once; CloudWatch answers 25 ListMetrics a second in a region. */
const SEARCHES_AT_ONCE = 4

/** How long the balancers of a group are remembered: one that is put before it later must not be missed for long. */
const REMEMBERED_SECONDS = 3600

/**
 * What the Application Load Balancers count for target groups, from CloudWatch. Each group costs two metrics a time
 * ($0.00001 each), and one ListMetrics an hour, of which the first million a month are free.
 */
export const requestCounts = (): Pick<Traffic, 'requests'> => {
  const clients = new Map<string, CloudWatchClient>()
  const remembered = new Map<string, { readonly balancers: readonly string[]; readonly at: Instant }>()

  const find = async (client: CloudWatchClient, arn: string, now: Instant): Promise<CountedGroup | { readonly problem: string }> => {
    const targetGroup = /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:(targetgroup\/[^/]+\/[0-9a-f]+)$/.exec(arn)?.[1]
    if (targetGroup === undefined) {
      return { problem: `not the ARN of a target group: found "${arn}", expected arn:aws:elasticloadbalancing:…:targetgroup/<name>/<id>` }
    }
    const known = remembered.get(arn)
    if (known !== undefined && Math.abs(secondsBetween(known.at, now)) < REMEMBERED_SECONDS) return { targetGroup, balancers: known.balancers }
    const found = await balancersOf(client, targetGroup)
    if ('problem' in found) return found
    remembered.set(arn, { balancers: found.balancers, at: now })
    return { targetGroup, balancers: found.balancers }
  }

  return {
    requests: async (cluster, targetGroupArns, from, to) => {
      const { region } = clusterAddress(cluster.arn)
      const client = clients.get(region) ?? new CloudWatchClient({ region })
      clients.set(region, client)
      const arns = [...new Set(targetGroupArns)]
      const searched = await pMap(arns, (arn) => find(client, arn, to), { concurrency: SEARCHES_AT_ONCE })
      const span = { from: periodOf(from), to: periodOf(to) }
      const counted = await metricData(client, searched.filter((group) => 'targetGroup' in group), span)
      const answers = searched.map((group) => {
        if ('problem' in group) return group
        const count = counted.get(group.targetGroup)
        return count === undefined || 'problem' in count ? (count ?? { problem: 'CloudWatch answered nothing' }) : { periods: inPeriods(count, span) }
      })
      return new Map(arns.map((arn, index): [string, TargetGroupTraffic] => [arn, answers[index] ?? { problem: 'nothing was answered' }]))
    },
  }
}

/** Every period by name, so that what is missing can be seen. */
const inPeriods = ({ requests, healthyHosts }: Counted, { from, to }: { readonly from: Instant; readonly to: Instant }): readonly RequestPeriod[] =>
  periodsBetween(from, to).map((at) => {
    const [came, healthy] = [requests.get(at), healthyHosts.get(at)]
    return { from: at, ...(came === undefined ? {} : { requests: came }), ...(healthy === undefined ? {} : { healthyHosts: healthy }) }
  })
