import { CloudWatchClient, type MetricStat } from '@aws-sdk/client-cloudwatch'
import { clusterAddress } from '../../domain/fleet.ts'
import type { NamespaceNetwork, NetworkPeriod } from '../../domain/idleness/judge-network.ts'
import { PERIOD_SECONDS, periodOf, periodsBetween } from '../../domain/idleness/period.ts'
import type { Instant } from '../../domain/time.ts'
import type { Traffic } from '../../ports.ts'
import { type MetricAnswer, metricAnswers, type MetricSpan } from './metric-answers.ts'

/** Where the CloudWatch agent of a cluster publishes, where the cluster has one. */
const INSIGHTS_NAMESPACE = 'ContainerInsights'

/** An agent measures each pod once a minute, in bytes a second: the sum of a period over its minutes is what all pods had together. */
const MINUTES_A_PERIOD = PERIOD_SECONDS / 60

/** What is asked of a namespace, in this order. */
const ASKED = [['pod_network_rx_bytes', 'Sum'], ['pod_network_tx_bytes', 'Sum'], ['pod_network_rx_bytes', 'SampleCount']] as const

/** What the pods of a cluster receive and send, from CloudWatch Container Insights. Each namespace costs three metrics a time ($0.00001 each). */
export const networkRates = (): Pick<Traffic, 'network'> => {
  const clients = new Map<string, CloudWatchClient>()
  return {
    network: async (cluster, namespaces, from, to) => {
      const { region, eksName } = clusterAddress(cluster.arn)
      const client = clients.get(region) ?? new CloudWatchClient({ region })
      clients.set(region, client)
      const asked = [...new Set(namespaces)]
      const span = { from: periodOf(from), to: periodOf(to) }
      const answers = await metricAnswers(client, asked.flatMap((namespace) => statsOf(eksName, namespace)), span)
      return new Map(asked.map((namespace, index) => [namespace, networkOf(answers.slice(index * ASKED.length, (index + 1) * ASKED.length), span)]))
    },
  }
}

const statsOf = (cluster: string, namespace: string): readonly MetricStat[] =>
  ASKED.map(([MetricName, Stat]) => {
    const Dimensions = [{ Name: 'ClusterName', Value: cluster }, { Name: 'Namespace', Value: namespace }]
    return { Metric: { Namespace: INSIGHTS_NAMESPACE, MetricName, Dimensions }, Period: PERIOD_SECONDS, Stat }
  })

const networkOf = ([received, sent, measured]: readonly MetricAnswer[], { from, to }: MetricSpan): NamespaceNetwork => {
  const problem = [received, sent, measured].find((answer) => answer?.problem !== undefined)?.problem
  if (problem !== undefined) return { problem }
  return {
    periods: periodsBetween(from, to).map((at): NetworkPeriod => {
      const measurements = measured?.values.get(at)
      return { from: at, ...rate('receivedPerSecond', received, at), ...rate('sentPerSecond', sent, at), ...(measurements === undefined ? {} : { measurements }) }
    }),
  }
}

const rate = (name: 'receivedPerSecond' | 'sentPerSecond', answer: MetricAnswer | undefined, at: Instant): Partial<NetworkPeriod> => {
  const sum = answer?.values.get(at)
  return sum === undefined ? {} : { [name]: sum / MINUTES_A_PERIOD }
}
