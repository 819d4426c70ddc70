import { DescribeSpotPriceHistoryCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { dynamodbKeptPrices } from '../../../lib/adapters/dynamodb/dynamodb-kept-prices.ts'
import { awsPrices } from '../../../lib/adapters/pricing/aws-prices.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import type { CloudOptions } from '../../../lib/sandbox/cloud/cloud.ts'
import { TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { cloudWorld, cluster, nodegroup, start } from '../../sandbox/cloud/cloud-world.ts'
import { answerInTurn } from '../answer-in-turn.ts'
import { awsAt } from '../aws-at.ts'
import { testTable } from '../dynamodb/start-table.ts'

const DAY = 86_400

/** Prices read from the simulated cloud and kept in a table of their own; the date is that of the cloud. */
const priceWorld = async (changes: Partial<CloudOptions> = {}) => {
  const asked: string[] = []
  const { intercept, ...others } = changes
  const world = await cloudWorld({ ...others, intercept: async (call) => (asked.push(`${call.action} in ${call.region}`), intercept?.(call)) })
  const { client } = await testTable()
  vi.useFakeTimers({ toFake: ['Date'], now: start })
  onTestFinished(() => void vi.useRealTimers())
  awsAt(world.cloud.url)
  const prices = awsPrices(dynamodbKeptPrices(client, TABLE))
  const onDemand = async (region: string, ...types: string[]) => {
    const read = await prices.of(region, { onDemand: types, spot: [] }, start, start)
    return { of: Object.fromEntries(types.map((type) => [type, read.onDemand(type)])), problems: read.problems }
  }
  return { ...world, client, asked, prices, onDemand }
}

const refusing = (action: string, code: string, isDown: () => boolean = () => true): Partial<CloudOptions> => ({
  intercept: async (call) => (call.action === action && isDown() ? { status: 400, code, message: `${code} says the cloud` } : undefined),
})

describe('an on-demand price', () => {
  it('is that of the Price List, in micro-dollars, by name', async () => {
    const { onDemand, prices } = await priceWorld()
    const { of, problems } = await onDemand('us-east-1', 'm5.large', 'm5.xlarge')
    expect(of).toEqual({
      'm5.large': { microUsdPerHour: 96_000, name: 'm5.large on-demand, us-east-1, Price List of 2026-03-01' },
      'm5.xlarge': { microUsdPerHour: 192_000, name: 'm5.xlarge on-demand, us-east-1, Price List of 2026-03-01' },
    })
    expect(problems).toEqual([])
    const { priceOf } = await prices.of('us-east-1', { onDemand: ['m5.large'], spot: [] }, start, start)
    expect(priceOf({ instanceType: 'm5.large', capacity: 'on-demand', zone: 'us-east-1b' }, start)?.microUsdPerHour).toBe(96_000)
    expect(priceOf({ instanceType: 'm5.xlarge', capacity: 'on-demand', zone: 'us-east-1b' }, start)).toBeUndefined()
  })

  it('is asked for once a week', async () => {
    const { onDemand, asked } = await priceWorld()
    for (const days of [0, 1, 6.9]) {
      vi.setSystemTime(later(start, days * DAY))
      expect((await onDemand('us-east-1', 'm5.large', 'm5.large')).of['m5.large']?.microUsdPerHour).toBe(96_000)
    }
    expect(asked).toEqual(['GetProducts in us-east-1'])
    vi.setSystemTime(later(start, 7 * DAY))
    await onDemand('us-east-1', 'm5.large')
    expect(asked).toHaveLength(2)
  })

  it('is kept apart for each region, and goes from the table after 60 days', async () => {
    const { onDemand, client } = await priceWorld({ clusters: [cluster(), cluster({ name: 'eu', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/eu', nodegroups: [nodegroup({ zones: ['eu-west-1a'] })] })] })
    await onDemand('us-east-1', 'm5.large')
    expect((await onDemand('eu-west-1', 'm5.large')).of['m5.large']?.name).toBe('m5.large on-demand, eu-west-1, Price List of 2026-03-01')
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }))
    expect(Items.map(({ pk, sk, expiresAt }) => [pk, sk, expiresAt]).toSorted()).toEqual([
      ['PRICES#eu-west-1', 'm5.large', start / 1000 + 60 * DAY], ['PRICES#us-east-1', 'm5.large', start / 1000 + 60 * DAY],
    ])
  })

  it('that the Price List does not have is undefined, said each time, and asked for again after a day', async () => {
    const { onDemand, asked } = await priceWorld()
    const none = { of: { 'm99.large': undefined }, problems: ['on-demand prices in us-east-1: the Price List has none for Linux and shared tenancy; instead: m99.large (no price)'] }
    expect(await onDemand('us-east-1', 'm99.large')).toEqual(none)
    expect(await onDemand('us-east-1', 'm99.large')).toEqual(none)
    expect(asked).toHaveLength(1)
    vi.setSystemTime(later(start, DAY))
    expect(await onDemand('us-east-1', 'm99.large')).toEqual(none)
    expect(asked).toHaveLength(2)
  })

  it('is the shipped one by name where the Price List refuses, and only where that list is from', async () => {
    const { onDemand, asked } = await priceWorld(refusing('GetProducts', 'AccessDeniedException'))
    const types = ['m5.large', 'm5.xlarge', 'm99.large', ...Array.from({ length: 20 }, (_, index) => `x${index}.large`)]
    const home = await onDemand('us-east-1', ...types)
    expect(home.of['m5.large']).toEqual({ microUsdPerHour: 96_000, name: 'm5.large on-demand, us-east-1, shipped list of 2026-07-20' })
    expect(home.of['m99.large']).toBeUndefined()
    expect(home.problems).toHaveLength(1)
    expect(home.problems[0]).toContain('the Price List did not answer (AccessDeniedException: AccessDeniedException says the cloud; the role needs the right pricing:GetProducts')
    expect(home.problems[0]).toContain('m99.large (no price)')
    expect(asked.length).toBeLessThanOrEqual(4)
    expect((await onDemand('eu-west-1', 'm5.large')).of['m5.large']).toBeUndefined()
  })

  it('is the last one known where the Price List refuses, and the shipped one no more', async () => {
    let isDown = false
    const { onDemand } = await priceWorld(refusing('GetProducts', 'ThrottlingException', () => isDown))
    await onDemand('us-east-1', 'm5.large')
    isDown = true
    vi.setSystemTime(later(start, 8 * DAY))
    const { of, problems } = await onDemand('us-east-1', 'm5.large')
    expect(of['m5.large']?.name).toBe('m5.large on-demand, us-east-1, Price List of 2026-03-01')
    expect(problems[0]).toContain('ThrottlingException')
    isDown = false
    expect((await onDemand('us-east-1', 'm5.large')).problems).toEqual([])
  })

  it('is found on a later page', async () => {
    const { client } = await testTable()
    const rate = { unit: 'Hrs', pricePerUnit: { USD: '0.0104000000' } }
    const entry = JSON.stringify({ publicationDate: '2026-09-01T00:00:00Z', terms: { OnDemand: { a: { priceDimensions: { b: rate } } } } })
    const { asked } = await answerInTurn([{ PriceList: [], NextToken: 'next' }, { PriceList: [entry] }])
    const { onDemand, problems } = await awsPrices(dynamodbKeptPrices(client, TABLE)).of('us-east-1', { onDemand: ['t3.micro'], spot: [] }, start, start)
    expect(onDemand('t3.micro')).toEqual({ microUsdPerHour: 10_400, name: 't3.micro on-demand, us-east-1, Price List of 2026-09-01' })
    expect([asked[1]?.['NextToken'], problems]).toEqual(['next', []])
  })
})

const spotWorld = async (changes: Partial<CloudOptions> = {}) => {
  const world = await priceWorld(changes)
  const spot = (types: readonly string[], from: number, to: number) =>
    world.prices.of('us-east-1', { onDemand: [], spot: types }, later(start, from), later(start, to))
  return { ...world, spot }
}

const microUsd = (usd = '') => Math.round(Number(usd) * 1e6)

const node = (zone: string, instanceType = 'm5.large') => ({ instanceType, zone, capacity: 'spot' }) as const

describe('a spot price', () => {
  it('is the newest at or before the instant, in the zone of the node', async () => {
    const { spot, config, pass } = await spotWorld()
    await pass(2 * DAY)
    const { priceOf, problems } = await spot(['m5.large'], 0, 2 * DAY)
    expect(problems).toEqual([])
    const { SpotPriceHistory = [] } = await new EC2Client(config).send(new DescribeSpotPriceHistoryCommand({ InstanceTypes: ['m5.large'], AvailabilityZone: 'us-east-1a', StartTime: new Date(start) }))
    const [newest, before] = SpotPriceHistory
    const changedAt = instant(newest?.Timestamp?.toISOString() ?? '')
    expect(priceOf(node('us-east-1a'), changedAt)).toEqual({
      microUsdPerHour: microUsd(newest?.SpotPrice), name: `m5.large spot, us-east-1a, price history of ${newest?.Timestamp?.toISOString().slice(0, 10)}`,
    })
    expect(priceOf(node('us-east-1a'), later(changedAt, -1))?.microUsdPerHour).toBe(microUsd(before?.SpotPrice))
    expect(priceOf(node('us-east-1a'), start)?.microUsdPerHour).toBe(microUsd(SpotPriceHistory.at(-1)?.SpotPrice))
    expect(priceOf(node('us-east-1b'), changedAt)?.microUsdPerHour).not.toBe(microUsd(newest?.SpotPrice))
  })

  it('is unknown before the history begins and in a zone that has none', async () => {
    const { spot } = await spotWorld()
    const { priceOf } = await spot(['m5.large'], -3600, 0)
    expect(priceOf(node('us-east-1a'), later(start, -DAY))).toBeUndefined()
    expect(priceOf(node('us-east-1f'), start)).toBeUndefined()
    expect(priceOf(node('us-east-1a', 'm5.xlarge'), start)).toBeUndefined()
  })

  it('is found among thousands, page after page', async () => {
    const { spot, asked } = await spotWorld()
    const { priceOf } = await spot(['m5.large', 'm5.xlarge'], -80 * DAY, 0)
    expect(asked).toEqual(['DescribeSpotPriceHistory in us-east-1', 'DescribeSpotPriceHistory in us-east-1'])
    for (const at of [-79, -40, 0]) expect(priceOf(node('us-east-1b', 'm5.xlarge'), later(start, at * DAY))?.microUsdPerHour).toBeGreaterThan(0)
  })

  it('of a type EC2 does not know is undefined and said', async () => {
    const { spot } = await spotWorld()
    const { priceOf, problems } = await spot(['m99.large', 'm5.large'], 0, 0)
    expect(priceOf(node('us-east-1a', 'm99.large'), start)).toBeUndefined()
    expect(priceOf(node('us-east-1a'), start)).toBeDefined()
    expect(problems).toEqual(['spot prices in us-east-1: EC2 has none of m99.large from 2026-11-22T08:00:00Z to 2026-11-22T08:00:00Z; it keeps 90 days'])
  })

  it('is unknown and not the on-demand price where EC2 refuses, which is said with the right that is missing', async () => {
    const { prices } = await priceWorld(refusing('DescribeSpotPriceHistory', 'UnauthorizedOperation'))
    const { priceOf, problems } = await prices.of('us-east-1', { onDemand: ['m5.large'], spot: ['m5.large'] }, start, start)
    expect(priceOf(node('us-east-1a'), start)).toBeUndefined()
    expect(priceOf({ ...node('us-east-1a'), capacity: 'on-demand' }, start)?.microUsdPerHour).toBe(96_000)
    expect(problems).toEqual([expect.stringContaining('the role needs the right ec2:DescribeSpotPriceHistory')])
  })

  it('is not asked for where no node is on spot', async () => {
    const { onDemand, asked } = await priceWorld()
    await onDemand('us-east-1', 'm5.large')
    expect(asked).toEqual(['GetProducts in us-east-1'])
  })
})
