import type { Instant } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { AwsError } from './aws-error.ts'
import { JsonInput } from './json-input.ts'
import type { Meter } from './meter.ts'
import { albNamespace, listMetrics } from './metric-list.ts'
import { page } from './page.ts'
import { insightsNamespace, type PodNetworks } from './pod-networks.ts'
import type { Service } from './service.ts'
import { isPublished, type TargetGroup, type TargetGroups } from './target-groups.ts'
import { awsJsonAnswer, awsJsonRefusal } from './wire.ts'

const targetPrefix = 'GraniteServiceVersion20100801.'
const mostQueries = 500
const mostDatapoints = 100_800

/** What CloudWatch knows the numbers of. */
export interface CloudWatchWorld {
  readonly timeline: Timeline
  readonly targetGroups: TargetGroups
  readonly podNetworks: PodNetworks
  readonly meter: Meter
}

/** One metric that is asked for, with the values it has. */
interface Query {
  readonly id: string
  readonly label: string
  readonly points: readonly Point[]
}

interface Point {
  readonly at: number
  readonly value: number
}

type Handler = (world: CloudWatchWorld, input: JsonInput, region: string) => object

/**
 * Amazon CloudWatch (awsJson1_0, 2010-08-01): GetMetricData of the balancers' RequestCount and HealthyHostCount, and
 * ListMetrics of them; GetMetricData of the network of pods.
 */
export const cloudWatchService = (world: CloudWatchWorld): Service => ({
  action: ({ target }) => {
    const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : ''
    return Object.hasOwn(handlers, name) ? name : undefined
  },
  handle: (action, { body, region, requestId }) =>
    awsJsonAnswer(handlers[action]?.(world, JsonInput.parse(body), region) ?? {}, requestId),
  refuse: (error, requestId) =>
    awsJsonRefusal(error, requestId, {
      namespace: 'com.amazonaws.cloudwatch',
      queryCode: queryCodes[error.code] ?? error.code,
    }),
})

/** Codes of the older query protocol, where they differ. */
const queryCodes: Readonly<Record<string, string>> = { ValidationException: 'ValidationError' }

const invalid = (message: string): AwsError => new AwsError(400, 'ValidationException', message)

/** Values of the metrics asked for, newest first unless ScanBy says otherwise, in pages of MaxDatapoints. */
const getMetricData = (world: CloudWatchWorld, input: JsonInput, region: string): object => {
  const queries = input.objects('MetricDataQueries')
  const ids = queries.map((query) => query.text('Id') ?? '')
  refuseBadQueries(ids)
  const [start, end] = [input.number('StartTime') ?? 0, input.number('EndTime') ?? 0]
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.')
  const limit = input.number('MaxDatapoints') ?? mostDatapoints
  if (limit < 1 || limit > mostDatapoints) {
    throw invalid(`MaxDatapoints must be between 1 and ${mostDatapoints}, found ${limit}`)
  }
  world.meter.count('cloudwatch-metric', queries.length)
  const isAscending = input.text('ScanBy') === 'TimestampAscending'
  const found = queries.map((query) => answered(world, query, region, start, end))
  const points = found.flatMap((query) =>
    (isAscending ? query.points : query.points.toReversed()).map((point) => ({ query, ...point })))
  const { items, nextToken } = page(points, { limit, token: input.text('NextToken'), code: 'InvalidNextToken' })
  const last = items.at(-1)?.query
  return {
    MetricDataResults: found.map((query) => {
      const own = items.filter((point) => point.query === query)
      const isPartial = nextToken !== undefined && (query === last || found.indexOf(query) > found.indexOf(last ?? query))
      return {
        Id: query.id,
        Label: query.label,
        Timestamps: own.map(({ at }) => at),
        Values: own.map(({ value }) => value),
        StatusCode: isPartial ? 'PartialData' : 'Complete',
      }
    }),
    NextToken: nextToken,
    Messages: [],
  }
}

const refuseBadQueries = (ids: readonly string[]): void => {
  if (ids.length === 0) throw invalid('The parameter MetricDataQueries is required.')
  if (ids.length > mostQueries) {
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${mostQueries}.`)
  }
  const malformed = ids.find((id) => !/^[a-z][a-zA-Z0-9_]*$/.test(id))
  if (malformed !== undefined) throw invalid(`Invalid metric query id "${malformed}": ids begin with a lower-case letter`)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw invalid(`The values for parameter Id in MetricDataQueries are not unique: ${twice}`)
}

const answered = (world: CloudWatchWorld, query: JsonInput, region: string, start: number, end: number): Query => {
  const id = query.text('Id') ?? ''
  const stat = query.object('MetricStat')
  const metric = stat?.object('Metric')
  if (stat === undefined || metric === undefined) {
    throw invalid(`the simulated CloudWatch computes no expressions: found query "${id}" without MetricStat`)
  }
  const period = stat.number('Period') ?? 0
  if (period <= 0 || period % 60 !== 0) throw invalid(`Period must be a multiple of 60: found ${period} in query "${id}"`)
  const name = metric.text('MetricName') ?? ''
  const statistic = stat.text('Stat') ?? ''
  const values = metric.text('Namespace') === insightsNamespace
    ? world.podNetworks.samples(name, dimensionsOf(metric), minutesBetween(start, end, world.timeline.now()))
    : balancerSamples(world, metric, name, region, start, end)
  return { id, label: query.text('Label') ?? name, points: inPeriods(values, period, start, statisticOf(statistic, id)) }
}

const balancerSamples = (world: CloudWatchWorld, metric: JsonInput, name: string, region: string, start: number, end: number): readonly Samples[] => {
  const read = readers[name]
  const groups = metric.text('Namespace') === albNamespace ? groupsOf(world.targetGroups, metric, region) : []
  return read === undefined || groups.length === 0 ? [] : read(world, groups, minutesBetween(start, end, world.timeline.now()))
}

const dimensionsOf = (metric: JsonInput): ReadonlyMap<string, string> =>
  new Map(metric.objects('Dimensions').map((one) => [one.text('Name') ?? '', one.text('Value') ?? '']))

/** The groups that have all the dimensions asked for; like AWS, none and no error where nothing has. */
const groupsOf = (targetGroups: TargetGroups, metric: JsonInput, region: string): readonly TargetGroup[] => {
  const dimensions = dimensionsOf(metric)
  const [loadBalancer, targetGroup] = [dimensions.get('LoadBalancer'), dimensions.get('TargetGroup')]
  const isPublishedSo = loadBalancer !== undefined && dimensions.size === (targetGroup === undefined ? 1 : 2)
  // HealthyHostCount is published for a target group only, never for a whole balancer.
  if (!isPublishedSo || (metric.text('MetricName') === 'HealthyHostCount' && targetGroup === undefined)) return []
  return targetGroups.all.filter((group) =>
    group.region === region && group.loadBalancer === loadBalancer &&
    (targetGroup === undefined || group.targetGroup === targetGroup))
}

/** The whole minutes since 1970 that are asked for and published by now. */
const minutesBetween = (start: number, end: number, now: Instant): readonly number[] => {
  const minutes: number[] = []
  for (let minute = Math.floor(start / 60); minute * 60 < end && isPublished(minute, now); minute += 1) minutes.push(minute)
  return minutes
}

/** The samples of one minute: `count` of them, `sum` in all. */
interface Samples {
  readonly minute: number
  readonly count: number
  readonly sum: number
  readonly lowest: number
  readonly highest: number
}

type Reader = (world: CloudWatchWorld, groups: readonly TargetGroup[], minutes: readonly number[]) => readonly Samples[]

const readers: Readonly<Record<string, Reader>> = {
  /** Absent where there was no request. Each request is a sample of value 1: only Sum says anything. */
  RequestCount: ({ targetGroups }, groups, minutes) =>
    minutes.flatMap((minute) => {
      const count = groups.reduce((sum, group) => sum + targetGroups.served(group, minute), 0)
      return count === 0 ? [] : { minute, count, sum: count, lowest: 1, highest: 1 }
    }),
  /** Absent while nothing is registered. */
  HealthyHostCount: ({ targetGroups }, groups, minutes) =>
    minutes.flatMap((minute) =>
      groups.flatMap((group) => {
        const { registered, healthy } = targetGroups.targets(group, minute)
        return registered === 0 ? [] : { minute, count: 1, sum: healthy, lowest: healthy, highest: healthy }
      }),
    ),
}

type Statistic = (samples: readonly Samples[]) => number

const total = (samples: readonly Samples[], field: 'sum' | 'count'): number =>
  samples.reduce((sum, one) => sum + one[field], 0)

const statistics: Readonly<Record<string, Statistic>> = {
  Sum: (samples) => total(samples, 'sum'),
  SampleCount: (samples) => total(samples, 'count'),
  Average: (samples) => total(samples, 'sum') / total(samples, 'count'),
  Minimum: (samples) => Math.min(...samples.map(({ lowest }) => lowest)),
  Maximum: (samples) => Math.max(...samples.map(({ highest }) => highest)),
}

const statisticOf = (name: string, id: string): Statistic => {
  const statistic = Object.hasOwn(statistics, name) ? statistics[name] : undefined
  if (statistic === undefined) {
    const expected = Object.keys(statistics).join(', ')
    throw invalid(`The value ${name} for parameter Stat is not supported, in query "${id}": expected one of ${expected}`)
  }
  return statistic
}

/** One point for each period with samples, oldest first, at the period's beginning; periods count from the start's minute. */
const inPeriods = (values: readonly Samples[], period: number, start: number, statistic: Statistic): readonly Point[] => {
  const first = Math.floor(start / 60) * 60
  const periods = Map.groupBy(values, ({ minute }) => Math.floor((minute * 60 - first) / period) * period + first)
  return [...periods].map(([at, samples]) => ({ at, value: statistic(samples) }))
}

const handlers: Readonly<Record<string, Handler>> = {
  GetMetricData: getMetricData,
  ListMetrics: listMetrics,
}
