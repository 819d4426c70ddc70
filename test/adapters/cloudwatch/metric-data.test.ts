import { describe, expect, it } from 'vitest'
import { balancersOf } from '../../../lib/adapters/cloudwatch/balancers-of.ts'
import { metricData } from '../../../lib/adapters/cloudwatch/metric-data.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { cannedClient } from './canned-client.ts'

const FROM = instant('2026-11-23T08:00:00Z')
const SPAN = { from: FROM, to: later(FROM, 600) }
const SECOND = later(FROM, 300)

/** What CloudWatch says of a metric: values by the place of their period. */
const result = (Id: string, values: Readonly<Record<number, unknown>>, StatusCode = 'Complete', Messages: readonly object[] = []) => ({
  Id, StatusCode, Messages, Timestamps: Object.keys(values).map((place) => FROM / 1000 + Number(place) * 300), Values: Object.values(values),
})

const metric = (...dimensions: readonly (readonly [string, string])[]) => ({ Namespace: 'AWS/ApplicationELB', MetricName: 'HealthyHostCount', Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })) })

describe('the counts of a target group', () => {
  it('are put together from pages, and whole once the last page says Complete', async () => {
    const { client, asked } = await cannedClient(
      { MetricDataResults: [result('m0', { 1: 7 }, 'PartialData'), result('m1', {}, 'PartialData')], NextToken: 'more' },
      { MetricDataResults: [result('m0', { 0: 5 }), result('m1', { 0: 2, 1: 2 })] },
    )
    const counted = await metricData(client, [{ targetGroup: 'targetgroup/web/1', balancers: ['app/a/1'] }], SPAN)
    expect(counted.get('targetgroup/web/1')).toEqual({ requests: new Map([[SECOND, 7], [FROM, 5]]), healthyHosts: new Map([[FROM, 2], [SECOND, 2]]) })
    expect(asked).toMatchObject([{ StartTime: FROM / 1000, EndTime: FROM / 1000 + 600 }, { NextToken: 'more' }])
  })

  it('of several balancers are added up; their healthy hosts are the same ones', async () => {
    const { client } = await cannedClient({ MetricDataResults: [result('m0', { 0: 5 }), result('m1', { 0: 2, 1: 2 }), result('m2', { 0: 1, 1: 3 }), result('m3', { 0: 1 })] })
    const counted = await metricData(client, [{ targetGroup: 'targetgroup/web/1', balancers: ['app/a/1', 'app/b/2'] }], SPAN)
    expect(counted.get('targetgroup/web/1')).toEqual({ requests: new Map([[FROM, 6], [SECOND, 3]]), healthyHosts: new Map([[FROM, 2], [SECOND, 2]]) })
  })

  it.each([
    ['is cut short', [result('m0', { 0: 5 }), result('m1', { 0: 2 }, 'PartialData')], 'CloudWatch answered PartialData, expected Complete'],
    ['failed inside', [result('m0', {}, 'InternalError'), result('m1', { 0: 2 })], 'CloudWatch answered InternalError, expected Complete'],
    ['is forbidden', [result('m0', { 0: 5 }), result('m1', {}, 'Forbidden', [{ Code: 'ArchivedMetric', Value: 'not yours' }])], 'CloudWatch answered Forbidden, expected Complete: not yours'],
    ['leaves one out', [result('m0', { 0: 5 })], 'CloudWatch left its HealthyHostCount out of the answer'],
  ])('are a problem where the answer %s, of that group alone', async (_, broken, problem) => {
    const whole = [result('m2', { 0: 1 }), result('m3', { 0: 1 })]
    const { client } = await cannedClient({ MetricDataResults: [...broken, ...whole] })
    const groups = ['targetgroup/web/1', 'targetgroup/api/2'].map((targetGroup) => ({ targetGroup, balancers: ['app/a/1'] }))
    const counted = await metricData(client, groups, SPAN)
    expect(counted.get('targetgroup/web/1')).toEqual({ problem })
    expect(counted.get('targetgroup/api/2')).toHaveProperty('requests')
  })

  it('are no number where CloudWatch wrote none', async () => {
    const { client } = await cannedClient({ MetricDataResults: [{ ...result('m0', { 0: 5 }), Values: [] }, result('m1', { 0: 'NaN' })] })
    const counted = await metricData(client, [{ targetGroup: 'targetgroup/web/1', balancers: ['app/a/1'] }], SPAN)
    expect(counted.get('targetgroup/web/1')).toEqual({ requests: new Map([[FROM, Number.NaN]]), healthyHosts: new Map([[FROM, Number.NaN]]) })
  })
})

describe('the balancers before a target group', () => {
  it('are each named once, over all pages and whatever zones they publish for', async () => {
    const group = ['TargetGroup', 'targetgroup/web/1'] as const
    const { client, asked } = await cannedClient(
      { Metrics: [metric(group, ['LoadBalancer', 'app/b/2'], ['AvailabilityZone', 'us-east-1a']), metric(['LoadBalancer', 'app/b/2'], group)], NextToken: 'more' },
      { Metrics: [metric(group, ['LoadBalancer', 'app/a/1']), metric(group, ['AvailabilityZone', 'us-east-1a'])] },
    )
    expect(await balancersOf(client, 'targetgroup/web/1')).toEqual({ balancers: ['app/a/1', 'app/b/2'] })
    expect(asked[0]).toEqual({ Namespace: 'AWS/ApplicationELB', MetricName: 'HealthyHostCount', Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/web/1' }] })
  })
})
