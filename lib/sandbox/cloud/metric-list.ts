import { later } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { AwsError } from './aws-error.ts'
import type { JsonInput } from './json-input.ts'
import { page } from './page.ts'
import type { TargetGroup, TargetGroups } from './target-groups.ts'

/** Where Application Load Balancers publish. */
export const albNamespace = 'AWS/ApplicationELB'

/** What publishes metrics, and when. */
interface ListedWorld {
  readonly timeline: Timeline
  readonly targetGroups: TargetGroups
}

/** CloudWatch lists what had data in the last two weeks, and shows a new metric after up to a quarter of an hour. */
const listedSeconds = 14 * 86_400
const newAfterSeconds = 15 * 60
const metricsAPage = 500

/** A metric with the dimensions it is published by. */
interface Listed {
  readonly name: string
  readonly dimensions: readonly (readonly [name: string, value: string])[]
}

/** Metrics of a namespace, name and dimensions, where they are asked for, in pages of 500. */
export const listMetrics = (world: ListedWorld, input: JsonInput, region: string): object => {
  const wanted = input.objects('Dimensions').map((one) => ({ name: one.text('Name') ?? '', value: one.text('Value') }))
  if (wanted.length > 10) throw new AwsError(400, 'ValidationException', 'The collection Dimensions must not have a size greater than 10.')
  const [inNamespace, name] = [input.text('Namespace') ?? albNamespace, input.text('MetricName')]
  const found = (inNamespace === albNamespace ? listed(world, region) : [])
    .filter((metric) => name === undefined || metric.name === name)
    .filter(({ dimensions }) => wanted.every((one) =>
      dimensions.some(([known, value]) => known === one.name && (one.value === undefined || value === one.value))))
  const { items, nextToken } = page(found, { limit: metricsAPage, token: input.text('NextToken'), code: 'InvalidParameterValueException' })
  return {
    Metrics: items.map((metric) => ({
      Namespace: albNamespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions.map(([Name, Value]) => ({ Name, Value })),
    })),
    NextToken: nextToken,
  }
}

const listed = ({ targetGroups, timeline }: ListedWorld, region: string): readonly Listed[] => {
  const [from, to] = [later(timeline.now(), -listedSeconds), later(timeline.now(), -newAfterSeconds)]
  const groups = targetGroups.all.filter((group) => group.region === region)
  const busy = groups.filter((group) => targetGroups.hadRequests(group, from, to))
  return [
    ...[...new Set(busy.map(({ loadBalancer }) => loadBalancer))].map((balancer) => ({ name: 'RequestCount', dimensions: [['LoadBalancer', balancer]] as const })),
    ...busy.map((group) => ({ name: 'RequestCount', dimensions: dimensionsOf(group) })),
    ...groups.filter((group) => targetGroups.hadTargets(group, from, to)).map((group) => ({ name: 'HealthyHostCount', dimensions: dimensionsOf(group) })),
  ]
}

const dimensionsOf = ({ loadBalancer, targetGroup }: TargetGroup): Listed['dimensions'] =>
  [['TargetGroup', targetGroup], ['LoadBalancer', loadBalancer]]
