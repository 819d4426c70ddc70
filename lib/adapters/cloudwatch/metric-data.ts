import { type CloudWatchClient, type MetricDataQuery, type MetricDataResult, paginateGetMetricData } from '@aws-sdk/client-cloudwatch'
import { PERIOD_SECONDS } from '../../domain/activity.ts'
import type { Instant } from '../../domain/time.ts'
import { sayRefusal } from '../aws/say-refusal.ts'
import { ALB_NAMESPACE } from './balancers-of.ts'

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

type MetricName = (typeof METRICS)[number][0]

/** One metric of one balancer of one group. */
interface Question {
  readonly id: string
  readonly targetGroup: string
  readonly metric: MetricName
  readonly stat: NonNullable<MetricDataQuery['MetricStat']>
}

/** Metrics in one call; the most there may be. */
const METRICS_A_CALL = 500

/** Asks for the counts of target groups, by group; several balancers of one are added up. A group of which not all was answered has a problem. */
export const metricData = async (
  client: CloudWatchClient, groups: readonly CountedGroup[], span: { readonly from: Instant; readonly to: Instant },
): Promise<ReadonlyMap<string, Counted | { readonly problem: string }>> => {
  const questions = span.from >= span.to ? [] : groups.flatMap(questionsOf).map((question, index) => ({ ...question, id: `m${index}` }))
  const answers = new Map<string, Answer>()
  for (let first = 0; first < questions.length; first += METRICS_A_CALL) {
    const some = questions.slice(first, first + METRICS_A_CALL)
    for (const [id, answer] of await ask(client, some, span)) answers.set(id, answer)
  }
  const byGroup = Map.groupBy(questions, ({ targetGroup }) => targetGroup)
  return new Map(groups.map(({ targetGroup }) => [targetGroup, sumUp(byGroup.get(targetGroup) ?? [], answers)]))
}

const questionsOf = ({ targetGroup, balancers }: CountedGroup): readonly Omit<Question, 'id'>[] =>
  balancers.flatMap((balancer) =>
    METRICS.map(([metric, Stat]) => {
      const Dimensions = [{ Name: 'LoadBalancer', Value: balancer }, { Name: 'TargetGroup', Value: targetGroup }]
      return { targetGroup, metric, stat: { Metric: { Namespace: ALB_NAMESPACE, MetricName: metric, Dimensions }, Period: PERIOD_SECONDS, Stat } }
    }),
  )

/** Values so far, and what is wrong with them; undefined: all is there. */
interface Answer {
  readonly values: ReadonlyMap<Instant, number>
  readonly problem?: string
}

const ask = async (
  client: CloudWatchClient, questions: readonly Question[], { from, to }: { readonly from: Instant; readonly to: Instant },
): Promise<ReadonlyMap<string, Answer>> => {
  const input = { StartTime: new Date(from), EndTime: new Date(to), MetricDataQueries: questions.map(({ id, stat }) => ({ Id: id, MetricStat: stat })) }
  const answers = new Map<string, Answer>()
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
      for (const result of MetricDataResults) answers.set(result.Id ?? '', withPage(answers.get(result.Id ?? ''), result))
    }
    return answers
  } catch (error) {
    const problem = `CloudWatch could not be asked: ${sayRefusal(error, 'cloudwatch:GetMetricData')}`
    return new Map(questions.map(({ id }) => [id, { values: new Map(), problem }]))
  }
}

/** A metric is PartialData on each page but its last: the last word on it counts. */
const withPage = (before: Answer | undefined, { Timestamps = [], Values = [], StatusCode, Messages = [] }: MetricDataResult): Answer => {
  const values = new Map(before?.values)
  Timestamps.forEach((at, index) => values.set(at.getTime() as Instant, Values[index] ?? Number.NaN))
  if (StatusCode === 'Complete') return { values }
  const why = Messages.map(({ Value = '' }) => Value).join('; ')
  return { values, problem: `CloudWatch answered ${StatusCode ?? 'no status'}, expected Complete${why === '' ? '' : `: ${why}`}` }
}

const sumUp = (questions: readonly Question[], answers: ReadonlyMap<string, Answer>): Counted | { readonly problem: string } => {
  const totals = { RequestCount: new Map<Instant, number>(), HealthyHostCount: new Map<Instant, number>() }
  for (const { id, metric } of questions) {
    const { values, problem } = answers.get(id) ?? { values: new Map<Instant, number>(), problem: `CloudWatch left its ${metric} out of the answer` }
    if (problem !== undefined) return { problem }
    const add = metric === 'RequestCount' ? (a: number, b: number) => a + b : Math.max
    for (const [at, value] of values) totals[metric].set(at, add(totals[metric].get(at) ?? 0, value))
  }
  return { requests: totals.RequestCount, healthyHosts: totals.HealthyHostCount }
}
