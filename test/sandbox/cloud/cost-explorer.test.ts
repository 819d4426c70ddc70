import { CostExplorerClient, type Expression, GetCostAndUsageCommand, type GetCostAndUsageCommandInput, type ResultByTime } from '@aws-sdk/client-cost-explorer'
import { UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks'
import { describe, expect, it } from 'vitest'
import { instant } from '../../../lib/domain/time.ts'
import type { CloudOptions } from '../../../lib/sandbox/cloud/cloud.ts'
import { cloudWorld, cluster, nodegroup } from './cloud-world.ts'

const DAY = 86_400
const EC2 = 'Amazon Elastic Compute Cloud - Compute'
const EKS = 'Amazon Elastic Container Service for Kubernetes'

/** A fleet of two m5.large ($0.096 an hour, the shipped price) from Nov 22nd 2026, 08:00 UTC. */
const billWorld = async (changes: Partial<CloudOptions> = {}) => {
  const world = await cloudWorld(changes)
  const client = new CostExplorerClient(world.config)
  const ask = (input: Partial<GetCostAndUsageCommandInput>) =>
    client.send(new GetCostAndUsageCommand({
      TimePeriod: { Start: '2026-11-23', End: '2026-11-24' }, Granularity: 'DAILY', Metrics: ['AmortizedCost'], ...input,
    }))
  return { ...world, ask, until: (text: string) => world.timeline.runUntil(instant(text)) }
}

const totals = (results: readonly ResultByTime[] = []) => results.map(({ Total }) => Number(Total?.['AmortizedCost']?.Amount))
const groups = (results: readonly ResultByTime[] = []) =>
  Object.fromEntries(results.flatMap(({ Groups = [] }) => Groups.map(({ Keys = [], Metrics }) => [Keys.join(' / '), Number(Metrics?.['AmortizedCost']?.Amount)])))
const groupCount = (results: readonly ResultByTime[]) => results.reduce((sum, { Groups = [] }) => sum + Groups.length, 0)
const only = (Key: 'SERVICE' | 'REGION' | 'LINKED_ACCOUNT', ...Values: string[]): Expression => ({ Dimensions: { Key, Values } })

const tagged = (value: string): Expression => ({ Tags: { Key: 'eks:cluster-name', Values: [value] } })

/** Final from the third day after. */
const FINAL = '2026-11-26T00:00:00Z'

describe('the bill', () => {
  it('has instances by the hour, control planes at $0.10, volumes and a balancer', async () => {
    const { until, ask } = await billWorld()
    await until(FINAL)
    const { ResultsByTime } = await ask({ GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }] })
    const bill = groups(ResultsByTime)
    expect(bill[EC2]).toBeCloseTo(2 * 24 * 0.096, 8)
    expect(bill[EKS]).toBeCloseTo(24 * 0.1, 8)
    expect(bill['EC2 - Other']).toBeCloseTo((24 * 200 * 0.08) / 730, 8)
    expect(bill['Amazon Elastic Load Balancing']).toBeCloseTo(24 * 0.0265, 8)
    expect(ResultsByTime).toMatchObject([{ TimePeriod: { Start: '2026-11-23', End: '2026-11-24' }, Total: {}, Estimated: false }])
  })

  it('agrees with the node-hours of the cloud, to the second an instance ends', async () => {
    const { until, ask, cloud, eks } = await billWorld()
    await until('2026-11-23T06:00:00Z')
    await eks.send(new UpdateNodegroupConfigCommand({ clusterName: 'us-dev', nodegroupName: 'workers', scalingConfig: { desiredSize: 1 } }))
    await until(FINAL)
    const { ResultsByTime } = await ask({ TimePeriod: { Start: '2026-11-22', End: '2026-11-26' }, Filter: only('SERVICE', EC2) })
    const known = totals(ResultsByTime)
    expect(known[1]).toBeLessThan(31 * 0.096)
    expect(known[1]).toBeGreaterThan(30 * 0.096)
    const gone = cloud.instances().find(({ terminatedAt }) => terminatedAt !== undefined)
    const hours = 24 + ((gone?.terminatedAt ?? 0) - instant('2026-11-23T00:00:00Z')) / 3_600_000
    expect(known[1]).toBeCloseTo(hours * 0.096, 8)
  })

  it('charges $0.50 more an hour for a version in extended support', async () => {
    const { until, ask } = await billWorld({ clusters: [cluster({ version: '1.32' })] })
    await until(FINAL)
    const { ResultsByTime } = await ask({ Filter: only('SERVICE', EKS), GroupBy: [{ Type: 'DIMENSION', Key: 'USAGE_TYPE' }] })
    const found = groups(ResultsByTime)
    expect(found['AmazonEKS-Hours:perCluster']).toBeCloseTo(2.4, 8)
    expect(found['AmazonEKS-Hours:extendedSupport']).toBeCloseTo(12, 8)
  })

  it('has what Cost Explorer itself costs: $0.01 a request', async () => {
    const { until, ask, cloud } = await billWorld()
    await until('2026-11-23T09:00:00Z')
    await ask({})
    await ask({})
    expect(cloud.charges()).toEqual([{ use: 'cost-explorer-request', units: 2, usd: 0.02 }])
    await until(FINAL)
    const { ResultsByTime } = await ask({ GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }] })
    expect(groups(ResultsByTime)['AWS Cost Explorer']).toBeCloseTo(0.02, 8)
  })
})

describe('the time', () => {
  it('of a day without End is one day: End is not in it', async () => {
    const { until, ask } = await billWorld()
    await until(FINAL)
    const { ResultsByTime = [] } = await ask({ TimePeriod: { Start: '2026-11-22', End: '2026-11-24' } })
    expect(ResultsByTime.map(({ TimePeriod }) => TimePeriod?.Start)).toEqual(['2026-11-22', '2026-11-23'])
  })

  it('is 24 hours late, and a day is whole on the day after the next', async () => {
    const { until, ask } = await billWorld()
    const Filter = only('SERVICE', EKS)
    const seen = async (text: string) => {
      await until(text)
      const { ResultsByTime } = await ask({ Filter })
      return [totals(ResultsByTime)[0], ResultsByTime?.[0]?.Estimated] as const
    }
    expect(await seen('2026-11-23T23:00:00Z')).toEqual([0, true])
    const [partly, isEstimated] = await seen('2026-11-24T17:00:00Z')
    expect(isEstimated).toBe(true)
    expect(partly).toBeGreaterThan(1.5)
    expect(partly).toBeLessThan(1.6)
    const [whole] = await seen('2026-11-25T01:00:00Z')
    expect(whole).toBeGreaterThan(2.4 * 0.987)
    expect(whole).toBeLessThan(2.4)
    const [later] = await seen('2026-11-25T17:00:00Z')
    expect(later).not.toBe(whole)
    expect(await seen(FINAL)).toEqual([expect.closeTo(2.4, 8), false])
  })

  it('before the fleet and after today has no cost', async () => {
    const { until, ask } = await billWorld()
    await until(FINAL)
    const { ResultsByTime } = await ask({ TimePeriod: { Start: '2026-11-20', End: '2026-11-22' } })
    expect(totals(ResultsByTime)).toEqual([0, 0])
    const future = await ask({ TimePeriod: { Start: '2026-11-27', End: '2026-11-28' }, GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }] })
    expect(future.ResultsByTime).toMatchObject([{ Groups: [], Estimated: true }])
  })
})

describe('filters', () => {
  it('choose by service, account and tag, alone and together', async () => {
    const other = cluster({ name: 'eu-dev', arn: 'arn:aws:eks:eu-west-1:444455556666:cluster/eu-dev', nodegroups: [nodegroup({ zones: ['eu-west-1a'], desiredSize: 1 })] })
    const { until, ask } = await billWorld({ clusters: [cluster(), other] })
    await until(FINAL)
    const of = async (Filter: Expression) => totals((await ask({ Filter })).ResultsByTime)[0]
    expect(await of(only('SERVICE', EC2))).toBeCloseTo(72 * 0.096, 8)
    expect(await of({ And: [only('SERVICE', EC2), only('LINKED_ACCOUNT', '444455556666')] })).toBeCloseTo(24 * 0.096, 8)
    expect(await of({ And: [only('SERVICE', EC2), tagged('us-dev')] })).toBeCloseTo(48 * 0.096, 8)
    expect(await of({ And: [only('SERVICE', EC2), { Not: tagged('us-dev') }] })).toBeCloseTo(24 * 0.096, 8)
    expect(await of({ And: [only('SERVICE', EC2), { Or: [tagged('us-dev'), tagged('eu-dev')] }] })).toBeCloseTo(72 * 0.096, 8)
    const { ResultsByTime } = await ask({ Filter: only('SERVICE', EC2), GroupBy: [{ Type: 'DIMENSION', Key: 'REGION' }, { Type: 'TAG', Key: 'eks:cluster-name' }] })
    expect(groups(ResultsByTime)).toEqual({
      'eu-west-1 / eks:cluster-name$eu-dev': expect.closeTo(24 * 0.096, 8), 'us-east-1 / eks:cluster-name$us-dev': expect.closeTo(48 * 0.096, 8),
    })
  })

  it('with a value nobody has answer nothing, and no error', async () => {
    const { until, ask } = await billWorld()
    await until(FINAL)
    expect((await ask({ Filter: only('SERVICE', 'Amazon EC2') })).ResultsByTime).toMatchObject([{ Total: { AmortizedCost: { Amount: '0', Unit: 'USD' } }, Groups: [] }])
    const { ResultsByTime } = await ask({ Filter: { Tags: { Key: 'cluster', Values: ['us-dev'] } }, GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }] })
    expect(ResultsByTime).toMatchObject([{ Groups: [] }])
  })
})

describe('pages', () => {
  const GroupBy = [{ Type: 'DIMENSION' as const, Key: 'USAGE_TYPE' }]
  const TimePeriod = { Start: '2026-11-22', End: '2026-11-29' }

  it('hold ten groups, cut days in two, and together are everything once', async () => {
    const { until, ask } = await billWorld()
    await until('2026-12-10T00:00:00Z')
    const pages: ResultByTime[][] = []
    let token: string | undefined
    do {
      const answer = await ask({ TimePeriod, GroupBy, ...(token === undefined ? {} : { NextPageToken: token }) })
      pages.push(answer.ResultsByTime ?? [])
      token = answer.NextPageToken
    } while (token !== undefined)
    expect(pages.map(groupCount)).toEqual([10, 10, 8])
    expect(pages[0]?.at(-1)?.TimePeriod).toEqual(pages[1]?.[0]?.TimePeriod)
    const seen = pages.flat().flatMap(({ TimePeriod: day, Groups = [] }) => Groups.map(({ Keys }) => `${day?.Start} ${Keys?.[0]}`))
    expect(new Set(seen).size).toBe(7 * 4)
  })

  it('want the same parameters each time, and a token that was given', async () => {
    const { until, ask } = await billWorld()
    await until('2026-12-10T00:00:00Z')
    const { NextPageToken = '' } = await ask({ TimePeriod, GroupBy })
    await expect(ask({ TimePeriod, GroupBy, Metrics: ['UnblendedCost'], NextPageToken })).rejects.toMatchObject({ name: 'RequestChangedException' })
    await expect(ask({ TimePeriod, GroupBy, NextPageToken: 'mine' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' })
  })
})

describe('GetCostAndUsage', () => {
  it.each([
    [{ GroupBy: ['SERVICE', 'REGION', 'LINKED_ACCOUNT'].map((Key) => ({ Type: 'DIMENSION', Key })) }, 'must be 2 or fewer: found 3'],
    [{ GroupBy: [{ Type: 'DIMENSION', Key: 'COLOUR' }] }, 'found COLOUR'],
    [{ Metrics: [] }, 'Metrics: expected some of'],
    [{ Metrics: ['Cost'] }, 'found Cost'],
    [{ TimePeriod: { Start: '2026-11-23', End: '2026-11-23' } }, 'should be before end date'],
    [{ TimePeriod: { Start: '23.11.2026', End: '2026-11-24' } }, 'must be dates'],
    [{ Filter: { ...only('SERVICE', EC2), Not: only('SERVICE', EKS) } }, 'only one root'],
  ] as const)('refuses %j', async (input, message) => {
    const { ask } = await billWorld()
    await expect(ask(input as unknown as GetCostAndUsageCommandInput)).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) })
  })

  it('is served in us-east-1 only, and throttled where a test says so', async () => {
    const { config, timeline, cloud } = await billWorld()
    const abroad = new CostExplorerClient({ ...config, region: 'eu-west-1' })
    const input = { TimePeriod: { Start: '2026-11-22', End: '2026-11-23' }, Granularity: 'DAILY', Metrics: ['AmortizedCost'] } as const
    await expect(abroad.send(new GetCostAndUsageCommand({ ...input, Metrics: [...input.Metrics] }))).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    expect(cloud.charges()).toEqual([])
    expect(timeline.next()).toBe(undefined)
    const throttled = { status: 400, code: 'LimitExceededException', message: 'Rate exceeded' }
    const busy = await billWorld({ intercept: async ({ service }) => (service === 'ce' ? throttled : undefined) })
    await expect(busy.ask({})).rejects.toMatchObject({ name: 'LimitExceededException' })
  })

  it('answers the same for the same seed', async () => {
    const [one, other] = [await billWorld(), await billWorld()]
    await one.pass(2 * DAY)
    await other.pass(2 * DAY)
    expect((await one.ask({})).ResultsByTime).toEqual((await other.ask({})).ResultsByTime)
  })
})
