import { CloudWatchClient, GetMetricDataCommand, type GetMetricDataCommandInput, ListMetricsCommand, type ListMetricsCommandInput, type MetricDataQuery, paginateGetMetricData, paginateListMetrics } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import type { CloudOptions } from '../../../lib/sandbox/cloud/cloud.ts'
import type { TargetGroup } from '../../../lib/sandbox/cloud/target-groups.ts'
import { cloudWorld, start } from './cloud-world.ts'

const MINUTE = 60

const elbWorld = async (changes: Partial<CloudOptions> = {}) => {
  const world = await cloudWorld(changes)
  const { targetGroups } = world.cloud
  const web = targetGroups.of('us-dev', 'checkout/storefront')
  targetGroups.hold('us-dev', 'checkout/storefront', { registered: 2, healthy: 2 })
  const client = new CloudWatchClient(world.config)
  const ask = (input: Partial<GetMetricDataCommandInput>) =>
    client.send(new GetMetricDataCommand({ StartTime: new Date(start), EndTime: new Date(world.timeline.now()), MetricDataQueries: [], ...input }))
  return { ...world, targetGroups, web, client, ask }
}

const query = (Id: string, MetricName: string, group: TargetGroup, stat: { Period?: number; Stat?: string } = {}): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/ApplicationELB',
      MetricName,
      Dimensions: [{ Name: 'LoadBalancer', Value: group.loadBalancer }, { Name: 'TargetGroup', Value: group.targetGroup }],
    },
    Period: MINUTE,
    Stat: 'Sum',
    ...stat,
  },
})

const minute = (at: Date): number => (at.getTime() - start) / 60_000

describe('RequestCount', () => {
  it('has a point for each minute with requests, and none without; newest first unless asked otherwise', async () => {
    const { targetGroups, web, pass, ask } = await elbWorld()
    targetGroups.request('us-dev', 'checkout/storefront', 3)
    await pass(2 * MINUTE)
    targetGroups.request('us-dev', 'checkout/storefront')
    await pass(10 * MINUTE)
    const input = { MetricDataQueries: [query('requests', 'RequestCount', web)] }
    const { MetricDataResults: [found] = [] } = await ask(input)
    expect(found).toMatchObject({ Id: 'requests', Label: 'RequestCount', StatusCode: 'Complete', Values: [1, 3] })
    expect(found?.Timestamps?.map(minute)).toEqual([2, 0])
    const ascending = await ask({ ...input, ScanBy: 'TimestampAscending' })
    expect(ascending.MetricDataResults?.[0]?.Values).toEqual([3, 1])
  })

  it('is spread over the time it stands for, and summed by the period', async () => {
    const { targetGroups, web, pass, ask } = await elbWorld()
    targetGroups.request('us-dev', 'checkout/storefront', 94, 300)
    await pass(15 * MINUTE)
    const { MetricDataResults = [] } = await ask({
      MetricDataQueries: [query('minutes', 'RequestCount', web), query('fives', 'RequestCount', web, { Period: 300 })],
    })
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([[19, 19, 19, 19, 18], [94]])
  })

  it('is published a minute after the minute is over', async () => {
    const { targetGroups, web, pass, ask } = await elbWorld()
    targetGroups.request('us-dev', 'checkout/storefront')
    const values = async () => (await ask({ MetricDataQueries: [query('requests', 'RequestCount', web)] })).MetricDataResults?.[0]?.Values
    await pass(119)
    expect(await values()).toEqual([])
    await pass(1)
    expect(await values()).toEqual([1])
  })

  it('counts only what found a healthy target', async () => {
    const { targetGroups, web, pass, ask } = await elbWorld()
    await pass(MINUTE)
    targetGroups.hold('us-dev', 'checkout/storefront', { registered: 0, healthy: 0 })
    await pass(MINUTE)
    targetGroups.request('us-dev', 'checkout/storefront', 5)
    await pass(5 * MINUTE)
    expect((await ask({ MetricDataQueries: [query('requests', 'RequestCount', web)] })).MetricDataResults?.[0]?.Values).toEqual([])
  })

  it('of a whole balancer is the sum of its groups', async () => {
    const { targetGroups, web, pass, ask } = await elbWorld()
    targetGroups.hold('us-dev', 'catalog/web', { registered: 1, healthy: 1 })
    targetGroups.request('us-dev', 'catalog/web', 2)
    targetGroups.request('us-dev', 'checkout/storefront', 5)
    await pass(5 * MINUTE)
    const whole = query('requests', 'RequestCount', web)
    const Metric = { ...whole.MetricStat?.Metric, Dimensions: [{ Name: 'LoadBalancer', Value: web.loadBalancer }] }
    const asked = { ...whole, MetricStat: { Period: 60, Stat: 'Sum', Metric } }
    expect((await ask({ MetricDataQueries: [asked] })).MetricDataResults?.[0]?.Values).toEqual([7])
  })
})

describe('HealthyHostCount', () => {
  it('has a point for each minute with targets, also without a request, and none without targets', async () => {
    const { targetGroups, web, pass, ask } = await elbWorld()
    await pass(3 * MINUTE)
    targetGroups.hold('us-dev', 'checkout/storefront', { registered: 2, healthy: 0 })
    await pass(2 * MINUTE)
    targetGroups.hold('us-dev', 'checkout/storefront', { registered: 0, healthy: 0 })
    await pass(5 * MINUTE)
    const { MetricDataResults: [found] = [] } = await ask({
      MetricDataQueries: [query('healthy', 'HealthyHostCount', web, { Stat: 'Maximum' })], ScanBy: 'TimestampAscending',
    })
    expect(found?.Values).toEqual([2, 2, 2, 0, 0])
  })
})

describe('GetMetricData', () => {
  it('answers nothing, and no error, for a metric, dimension or region that has no data', async () => {
    const { web, config, pass, ask, timeline } = await elbWorld()
    await pass(5 * MINUTE)
    const unknown = [query('metric', 'RequestCounts', web), query('group', 'HealthyHostCount', { ...web, targetGroup: 'targetgroup/none/0' })]
    const found = await ask({ MetricDataQueries: unknown })
    expect(found.MetricDataResults?.map(({ Values, StatusCode }) => [Values, StatusCode])).toEqual([[[], 'Complete'], [[], 'Complete']])
    const elsewhere = await new CloudWatchClient({ ...config, region: 'eu-west-1' }).send(new GetMetricDataCommand({
      StartTime: new Date(start), EndTime: new Date(timeline.now()), MetricDataQueries: [query('healthy', 'HealthyHostCount', web)],
    }))
    expect(elsewhere.MetricDataResults?.[0]?.Values).toEqual([])
  })

  it('comes in pages, on each of which every metric stands', async () => {
    const { client, web, timeline, pass } = await elbWorld()
    await pass(12 * MINUTE)
    const input = {
      StartTime: new Date(start), EndTime: new Date(later(start, 10 * MINUTE)), MaxDatapoints: 7,
      MetricDataQueries: [query('a', 'HealthyHostCount', web), query('b', 'HealthyHostCount', web)],
    }
    const pages = []
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
      pages.push(MetricDataResults.map(({ Id, Values = [], StatusCode }) => `${Id} ${Values.length} ${StatusCode}`))
    }
    expect(pages).toEqual([
      ['a 7 PartialData', 'b 0 PartialData'],
      ['a 3 Complete', 'b 4 PartialData'],
      ['a 0 Complete', 'b 6 Complete'],
    ])
    expect(timeline.now()).toBe(later(start, 12 * MINUTE))
  })

  it('costs $0.01 for 1,000 metrics asked for', async () => {
    const { cloud, web, pass, ask } = await elbWorld()
    await pass(5 * MINUTE)
    const MetricDataQueries = Array.from({ length: 500 }, (_, index) => query(`q${index}`, 'RequestCount', web))
    await ask({ MetricDataQueries })
    await ask({ MetricDataQueries })
    expect(cloud.charges()).toEqual([{ use: 'cloudwatch-metric', units: 1000, usd: 0.01 }])
  })

  it.each([
    [{ MetricDataQueries: [] }, 'MetricDataQueries is required'],
    [{ MetricDataQueries: Array.from({ length: 501 }, (_, index) => ({ Id: `q${index}` })) }, 'size greater than 500'],
    [{ MetricDataQueries: [{ Id: 'Upper' }] }, 'Invalid metric query id "Upper"'],
    [{ MetricDataQueries: [{ Id: 'a' }, { Id: 'a' }] }, 'not unique'],
    [{ MetricDataQueries: [{ Id: 'a', Expression: 'SEARCH()' }] }, 'computes no expressions'],
    [{ StartTime: new Date(start), EndTime: new Date(start), MetricDataQueries: [{ Id: 'a' }] }, 'StartTime must be less than'],
  ] as const)('refuses %j', async (input, message) => {
    const { ask, pass } = await elbWorld()
    await pass(MINUTE)
    await expect(ask(input as unknown as GetMetricDataCommandInput)).rejects.toMatchObject({ name: 'ValidationException', Code: 'ValidationError', message: expect.stringContaining(message) })
  })

  it('is throttled where a test says so', async () => {
    const throttled = { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }
    const { ask, web, pass } = await elbWorld({ intercept: async ({ action }) => (action === 'GetMetricData' ? throttled : undefined) })
    await pass(MINUTE)
    await expect(ask({ MetricDataQueries: [query('a', 'RequestCount', web)] })).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' })
  })
})

const listed = async ({ client }: Awaited<ReturnType<typeof elbWorld>>, input: ListMetricsCommandInput = {}) => {
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: 'AWS/ApplicationELB', ...input }))
  return Metrics.map(({ MetricName, Dimensions = [] }) => [MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join(' '))
}

describe('ListMetrics', () => {
  it('has what was published, by the dimensions it is published with, a quarter of an hour after it was first', async () => {
    const world = await elbWorld()
    const { web, pass, targetGroups } = world
    await pass(14 * MINUTE)
    expect(await listed(world)).toEqual([])
    targetGroups.request('us-dev', 'checkout/storefront')
    await pass(2 * MINUTE)
    const ofGroup = `TargetGroup=${web.targetGroup} LoadBalancer=${web.loadBalancer}`
    expect(await listed(world)).toEqual([`HealthyHostCount ${ofGroup}`])
    await pass(14 * MINUTE)
    expect(await listed(world)).toEqual([`RequestCount LoadBalancer=${web.loadBalancer}`, `RequestCount ${ofGroup}`, `HealthyHostCount ${ofGroup}`])
    expect(await listed(world, { MetricName: 'RequestCount', Dimensions: [{ Name: 'TargetGroup', Value: web.targetGroup }] })).toEqual([`RequestCount ${ofGroup}`])
    expect(await listed(world, { Dimensions: [{ Name: 'TargetGroup' }] })).toHaveLength(2)
    expect(await listed(world, { Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/none/0' }] })).toEqual([])
    expect(await listed(world, { Namespace: 'AWS/NetworkELB' })).toEqual([])
  })

  it('forgets what had no data for two weeks', async () => {
    const world = await elbWorld()
    await world.pass(20 * MINUTE)
    world.targetGroups.hold('us-dev', 'checkout/storefront', { registered: 0, healthy: 0 })
    await world.pass(13 * 86_400)
    expect(await listed(world)).toHaveLength(1)
    await world.pass(86_400)
    expect(await listed(world)).toEqual([])
  })

  it('comes in pages of 500', async () => {
    const { targetGroups, client, pass } = await elbWorld()
    for (let index = 0; index < 600; index += 1) targetGroups.hold('us-dev', `shop/web-${index}`, { registered: 1, healthy: 1 })
    await pass(20 * MINUTE)
    const pages: number[] = []
    for await (const { Metrics = [] } of paginateListMetrics({ client }, { MetricName: 'HealthyHostCount' })) pages.push(Metrics.length)
    expect(pages).toEqual([500, 101])
  })
})
