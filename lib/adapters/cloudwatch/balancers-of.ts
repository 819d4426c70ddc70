import { type CloudWatchClient, type Metric, paginateListMetrics } from '@aws-sdk/client-cloudwatch'
import { sayRefusal } from '../aws/say-refusal.ts'

/** Where Application Load Balancers publish. Network Load Balancers, elsewhere, count connections and no requests. */
export const ALB_NAMESPACE = 'AWS/ApplicationELB'

/**
 * The balancers before a target group, as CloudWatch's dimension LoadBalancer names them: those that published for it in
 * the last two weeks. A new one shows after up to 15 minutes. Needs no right but cloudwatch:ListMetrics.
 */
export const balancersOf = async (
  client: CloudWatchClient, targetGroup: string,
): Promise<{ readonly balancers: readonly string[] } | { readonly problem: string }> => {
  const asked = { Namespace: ALB_NAMESPACE, MetricName: 'HealthyHostCount', Dimensions: [{ Name: 'TargetGroup', Value: targetGroup }] }
  const balancers = new Set<string>()
  try {
    for await (const { Metrics = [] } of paginateListMetrics({ client }, asked)) for (const name of Metrics.flatMap(wholeBalancer)) balancers.add(name)
  } catch (error) {
    return { problem: `its balancer could not be looked for: ${sayRefusal(error, 'cloudwatch:ListMetrics')}` }
  }
  if (balancers.size > 0) return { balancers: [...balancers].toSorted() }
  const problem = 'no Application Load Balancer published a HealthyHostCount for it in two weeks; a new one shows after 15 minutes, a Network Load Balancer never'
  return { problem }
}

/** Metrics come once for the balancer and once more for each of its zones, which would count everything twice. */
const wholeBalancer = ({ Dimensions = [] }: Metric): readonly string[] =>
  Dimensions.length === 2 ? Dimensions.flatMap(({ Name, Value }) => (Name === 'LoadBalancer' && Value !== undefined ? Value : [])) : []
