import type { CloudWatchClient, MetricStat } from '@aws-sdk/client-cloudwatch'
import { PERIOD_SECONDS } from '../../domain/idleness/period.ts'
import type { Instant } from '../../domain/time.ts'
import { ALB_NAMESPACE } from './balancers-of.ts'
import { type MetricAnswer, metricAnswers, type MetricSpan } from './metric-answers.ts'

/** A target group and the balancers before it. */
export interface CountedGroup {
  readonly targetGroup: string
  readonly balancers: readonly string[]
}

/** What the balancers counted for a group, by the beginning of the period. */
export interface Counted {
  readonly requests: ReadonlyMap<Instant, number>
  readonly healthyHosts: ReadonlyMap<Instant, number>
}

/**
 * Each request is a sample of 1: their Sum counts. Of the healthy hosts the Maximum, because each node of a balancer
 * reports its own view: the Minimum and the Average of a balancer with a zone without targets are low though all is well.
 * A Maximum of 0 means that nobody could be served.
 */
const METRICS = [['RequestCount', 'Sum'], ['HealthyHostCount', 'Maximum']] as const

/** One metric of one balancer of one group. */
interface Question {
  readonly targetGroup: string
  readonly metric: (typeof METRICS)[number][0]
  readonly stat: MetricStat
}

/** Asks for the counts of target groups, by group; several balancers of one are added up. A group of which not all was answered has a problem. */
export const metricData = async (
  client: CloudWatchClient, groups: readonly CountedGroup[], span: MetricSpan,
): Promise<ReadonlyMap<string, Counted | { readonly problem: string }>> => {
  const questions = groups.flatMap(questionsOf)
  const answers = await metricAnswers(client, questions.map(({ stat }) => stat), span)
  const byGroup = Map.groupBy(questions.map((question, index) => ({ ...question, answer: answers[index] })), ({ targetGroup }) => targetGroup)
  return new Map(groups.map(({ targetGroup }) => [targetGroup, sumUp(byGroup.get(targetGroup) ?? [])]))
}

const questionsOf = ({ targetGroup, balancers }: CountedGroup): readonly Question[] =>
  balancers.flatMap((balancer) =>
    METRICS.map(([metric, Stat]) => {
      const Dimensions = [{ Name: 'LoadBalancer', Value: balancer }, { Name: 'TargetGroup', Value: targetGroup }]
      return { targetGroup, metric, stat: { Metric: { Namespace: ALB_NAMESPACE, MetricName: metric, Dimensions }, Period: PERIOD_SECONDS, Stat } }
    }),
  )

const sumUp = (answered: readonly (Question & { readonly answer: MetricAnswer | undefined })[]): Counted | { readonly problem: string } => {
  const totals = { RequestCount: new Map<Instant, number>(), HealthyHostCount: new Map<Instant, number>() }
  for (const { metric, answer } of answered) {
    const { values = new Map<Instant, number>(), problem } = answer ?? { problem: `CloudWatch left its ${metric} out of the answer` }
    if (problem !== undefined) return { problem }
    const add = metric === 'RequestCount' ? (a: number, b: number) => a + b : Math.max
    for (const [at, value] of values) totals[metric].set(at, add(totals[metric].get(at) ?? 0, value))
  }
  return { requests: totals.RequestCount, healthyHosts: totals.HealthyHostCount }
}
