import { type CloudWatchClient, type MetricDataResult, type MetricStat, paginateGetMetricData } from '@aws-sdk/client-cloudwatch'
import type { Instant } from '../../domain/time.ts'
import { sayRefusal } from '../aws/say-refusal.ts'

/** Values of one metric by the beginning of the period, and what is wrong with them; undefined: all is there. */
export interface MetricAnswer {
  readonly values: ReadonlyMap<Instant, number>
  readonly problem?: string
}

/** From one instant to another, the latter not included. */
export interface MetricSpan {
  readonly from: Instant
  readonly to: Instant
}

/** Metrics in one call; the most there may be. */
const METRICS_A_CALL = 500

/** Asks for metrics and answers in their order. Each costs $0.00001. What did not come whole has a problem; never throws for what AWS refuses. */
export const metricAnswers = async (client: CloudWatchClient, stats: readonly MetricStat[], span: MetricSpan): Promise<readonly MetricAnswer[]> => {
  if (span.from >= span.to) return stats.map(() => ({ values: new Map() }))
  const answers: MetricAnswer[] = []
  for (let first = 0; first < stats.length; first += METRICS_A_CALL) answers.push(...(await ask(client, stats.slice(first, first + METRICS_A_CALL), span)))
  return answers
}

const ask = async (client: CloudWatchClient, stats: readonly MetricStat[], { from, to }: MetricSpan): Promise<readonly MetricAnswer[]> => {
  const queries = stats.map((MetricStat, index) => ({ Id: `m${index}`, MetricStat }))
  const answers = new Map<string, MetricAnswer>()
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, { StartTime: new Date(from), EndTime: new Date(to), MetricDataQueries: queries })) {
      for (const result of MetricDataResults) answers.set(result.Id ?? '', withPage(answers.get(result.Id ?? ''), result))
    }
    return queries.map(({ Id, MetricStat }) =>
      answers.get(Id) ?? { values: new Map(), problem: `CloudWatch left its ${MetricStat.Metric?.MetricName ?? 'metric'} out of the answer` })
  } catch (error) {
    const problem = `CloudWatch could not be asked: ${sayRefusal(error, 'cloudwatch:GetMetricData')}`
    return queries.map(() => ({ values: new Map(), problem }))
  }
}

/** A metric is PartialData on each page but its last: the last word on it counts. */
const withPage = (before: MetricAnswer | undefined, { Timestamps = [], Values = [], StatusCode, Messages = [] }: MetricDataResult): MetricAnswer => {
  const values = new Map(before?.values)
  Timestamps.forEach((at, index) => values.set(at.getTime() as Instant, Values[index] ?? Number.NaN))
  if (StatusCode === 'Complete') return { values }
  const why = Messages.map(({ Value = '' }) => Value).join('; ')
  return { values, problem: `CloudWatch answered ${StatusCode ?? 'no status'}, expected Complete${why === '' ? '' : `: ${why}`}` }
}
