import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { CostExplorerClient, type Expression, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer'
import { expect, onTestFinished, test } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { CREDENTIALS } from '../../lib/sandbox/environment-variables.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { createSandbox } from '../../lib/sandbox/sandbox.ts'

const plan = readFleetPlan(fileURLToPath(new URL('../../lib/sandbox/example/fleet.yaml', import.meta.url)))

const sandboxWorld = async () => {
  const read = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if (!('intent' in read)) throw new Error(`the example's intent has problems:\n${JSON.stringify(read.problems, undefined, 2)}`)
  const sandbox = await createSandbox(plan, read.intent, 1)
  onTestFinished(() => sandbox.close())
  return { ...sandbox, config: { endpoint: sandbox.cloud.url, region: 'us-east-1', credentials: CREDENTIALS } }
}

const tagged = (name: string): Expression => ({ Tags: { Key: 'eks:cluster-name', Values: [name] } })

test("a day in Cost Explorer, once final, is what the cloud billed that day, and the clusters' parts add up to it", async () => {
  const { timeline, cloud, config } = await sandboxWorld()
  await timeline.runUntil(instant('2026-03-24T00:00:00Z'))
  const billed = cloud.usd()
  await timeline.runUntil(instant('2026-03-26T00:00:00Z'))
  const client = new CostExplorerClient(config)
  const ec2: Expression = { Dimensions: { Key: 'SERVICE', Values: ['Amazon Elastic Compute Cloud - Compute'] } }
  const cost = async (Filter: Expression) => {
    const input = { TimePeriod: { Start: '2026-03-23', End: '2026-03-24' }, Granularity: 'DAILY' as const, Metrics: ['UnblendedCost'], Filter }
    const { ResultsByTime: [day] = [] } = await client.send(new GetCostAndUsageCommand(input))
    expect(day?.Estimated).toBe(false)
    return Number(day?.Total?.['UnblendedCost']?.Amount)
  }
  const parts = await Promise.all(Object.keys(plan.clusters).map((name) => cost({ And: [ec2, tagged(name)] })))
  expect(await cost(ec2)).toBeCloseTo(billed, 6)
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(billed, 6)
  // FIELD §5: extended support is $0.60 instead of $0.10 an hour; ap-test runs a version in it.
  const eks: Expression = { Dimensions: { Key: 'SERVICE', Values: ['Amazon Elastic Container Service for Kubernetes'] } }
  expect(await cost({ And: [eks, tagged('ap-test')] })).toBeCloseTo(24 * 0.6, 6)
  expect(await cost({ And: [eks, tagged('us-dev')] })).toBeCloseTo(24 * 0.1, 6)
})

test('each host of the fleet is a target group of its cluster, whose pods CloudWatch counts', async () => {
  const { timeline, cloud, config } = await sandboxWorld()
  await timeline.runUntil(later(timeline.now(), 600))
  expect(cloud.targetGroups.all.map(({ cluster, service }) => `${cluster}/${service}`).toSorted()).toEqual(Object.values(plan.hosts).toSorted())
  const { loadBalancer, targetGroup } = cloud.targetGroups.of('us-dev', 'checkout/storefront')
  const Dimensions = [{ Name: 'LoadBalancer', Value: loadBalancer }, { Name: 'TargetGroup', Value: targetGroup }]
  const MetricStat = { Metric: { Namespace: 'AWS/ApplicationELB', MetricName: 'HealthyHostCount', Dimensions }, Period: 60, Stat: 'Maximum' }
  const { MetricDataResults: [found] = [] } = await new CloudWatchClient(config).send(new GetMetricDataCommand({
    StartTime: new Date(later(timeline.now(), -300)), EndTime: new Date(timeline.now()), MetricDataQueries: [{ Id: 'healthy', MetricStat }],
  }))
  expect(found?.Values).toEqual([6, 6, 6, 6])
})
