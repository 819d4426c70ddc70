import { DescribeSpotPriceHistoryCommand, type DescribeSpotPriceHistoryCommandInput, EC2Client, paginateDescribeSpotPriceHistory } from '@aws-sdk/client-ec2'
import { DescribeClusterCommand, DescribeClusterVersionsCommand } from '@aws-sdk/client-eks'
import { type Filter, GetProductsCommand, paginateGetProducts, PricingClient } from '@aws-sdk/client-pricing'
import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { cloudWorld, cluster, nodegroup, start } from './cloud-world.ts'

const filters = (fields: Readonly<Record<string, string>>): Filter[] =>
  Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }))

/** FIELD §5: what finds the one price of a node. */
const node = { regionCode: 'us-east-1', operatingSystem: 'Linux', tenancy: 'Shared', capacitystatus: 'Used' }

describe('the price list', () => {
  it('has one product of a type for Linux, shared tenancy and used capacity, with its price as a string in JSON', async () => {
    const { config } = await cloudWorld()
    const client = new PricingClient(config)
    const { PriceList = [], NextToken } = await client.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters: filters({ ...node, instanceType: 'm5.xlarge' }) }))
    expect(NextToken).toBe(undefined)
    expect(PriceList).toHaveLength(1)
    const { product, terms } = JSON.parse(String(PriceList[0]))
    expect(product.attributes).toMatchObject({ instanceType: 'm5.xlarge', vcpu: '4', memory: '16 GiB', location: 'US East (N. Virginia)' })
    const [term] = Object.values<{ priceDimensions: object }>(terms.OnDemand)
    expect(Object.values(term?.priceDimensions ?? {})).toMatchObject([{ unit: 'Hrs', pricePerUnit: { USD: '0.1920000000' } }])
  })

  it('has twelve products where tenancy, system and capacity are left open, in pages', async () => {
    const { config } = await cloudWorld()
    const pages: string[][] = []
    for await (const { PriceList = [] } of paginateGetProducts({ client: new PricingClient(config), pageSize: 5 }, { ServiceCode: 'AmazonEC2', Filters: filters({ instanceType: 'm5.xlarge' }) })) {
      pages.push(PriceList.map((entry: unknown) => String(JSON.parse(String(entry)).product.sku)))
    }
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 2])
    expect(new Set(pages.flat()).size).toBe(12)
  })

  it('is empty for a type, a region or a value it does not have', async () => {
    const { config } = await cloudWorld()
    const client = new PricingClient(config)
    const found = async (fields: Readonly<Record<string, string>>) =>
      (await client.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters: filters({ ...node, instanceType: 'm5.xlarge', ...fields }) }))).PriceList
    expect(await found({ instanceType: 'm99.xlarge' })).toEqual([])
    expect(await found({ regionCode: 'moon-1' })).toEqual([])
    expect(await found({ capacitystatus: 'used' })).toEqual([])
  })

  it('is served in us-east-1 only, and refuses filters and services it has not', async () => {
    const { config } = await cloudWorld()
    const abroad = new PricingClient({ ...config, region: 'eu-west-1' })
    await expect(abroad.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2' }))).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    const client = new PricingClient(config)
    await expect(client.send(new GetProductsCommand({ ServiceCode: 'AmazonS3' }))).rejects.toMatchObject({ name: 'InvalidParameterException' })
    const contains: Filter[] = [{ Type: 'CONTAINS', Field: 'instanceType', Value: 'm5' }]
    await expect(client.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters: contains }))).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})

const spotWorld = async () => {
  const world = await cloudWorld()
  const client = new EC2Client(world.config)
  const history = async (input: DescribeSpotPriceHistoryCommandInput) => (await client.send(new DescribeSpotPriceHistoryCommand(input))).SpotPriceHistory ?? []
  return { ...world, client, history }
}

describe('spot prices', () => {
  it('at one instant are one a zone, below on-demand, in force since some hours', async () => {
    const { history } = await spotWorld()
    const now = new Date(start)
    const found = await history({ InstanceTypes: ['m5.large'], ProductDescriptions: ['Linux/UNIX'], StartTime: now, EndTime: now })
    expect(found.map(({ AvailabilityZone }) => AvailabilityZone).toSorted()).toEqual(['us-east-1a', 'us-east-1b'])
    for (const { SpotPrice, Timestamp, InstanceType } of found) {
      expect(InstanceType).toBe('m5.large')
      expect(Number(SpotPrice)).toBeGreaterThan(0.25 * 0.096)
      expect(Number(SpotPrice)).toBeLessThan(0.5 * 0.096)
      expect(Timestamp?.getTime()).toBeLessThanOrEqual(start)
      expect(Timestamp?.getTime()).toBeGreaterThan(later(start, -6 * 3600))
    }
  })

  it('of a time are newest first, begin with what held at its start, and come in pages', async () => {
    const { client, pass, timeline } = await spotWorld()
    await pass(86_400)
    const input = { InstanceTypes: ['m5.large' as const], AvailabilityZone: 'us-east-1a', StartTime: new Date(start), EndTime: new Date(timeline.now()) }
    const pages = []
    for await (const { SpotPriceHistory = [] } of paginateDescribeSpotPriceHistory({ client, pageSize: 3 }, input)) pages.push(SpotPriceHistory)
    const times = pages.flat().map(({ Timestamp }) => Timestamp?.getTime() ?? 0)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(times).toHaveLength(5)
    expect(times.at(-1)).toBeLessThanOrEqual(start)
    expect(pages.map(({ length }) => length)).toEqual([3, 2])
    const { NextToken } = await client.send(new DescribeSpotPriceHistoryCommand(input))
    expect(NextToken).toBe('')
  })

  it('are none for Windows, an unknown type or another region', async () => {
    const { history, config } = await spotWorld()
    const now = new Date(start)
    expect(await history({ ProductDescriptions: ['Windows'], StartTime: now })).toEqual([])
    expect(await history({ InstanceTypes: ['m99.large' as 'm5.large'], StartTime: now })).toEqual([])
    const { SpotPriceHistory } = await new EC2Client({ ...config, region: 'eu-west-1' }).send(new DescribeSpotPriceHistoryCommand({ StartTime: now }))
    expect(SpotPriceHistory).toEqual([])
  })
})

describe('cluster versions', () => {
  it('have the ends of their support, and those past it are left out unless asked for', async () => {
    const { eks } = await cloudWorld()
    const { clusterVersions = [] } = await eks.send(new DescribeClusterVersionsCommand({}))
    expect(clusterVersions.map(({ clusterVersion, versionStatus }) => `${clusterVersion} ${versionStatus}`)).toEqual([
      '1.35 STANDARD_SUPPORT', '1.34 STANDARD_SUPPORT', '1.33 EXTENDED_SUPPORT', '1.32 EXTENDED_SUPPORT', '1.31 EXTENDED_SUPPORT',
    ])
    expect(clusterVersions[1]).toMatchObject({
      endOfStandardSupportDate: new Date('2026-12-02T00:00:00Z'), endOfExtendedSupportDate: new Date('2027-12-02T00:00:00Z'), defaultVersion: false,
    })
    const all = await eks.send(new DescribeClusterVersionsCommand({ includeAll: true, maxResults: 6 }))
    expect(all.clusterVersions).toHaveLength(6)
    expect((await eks.send(new DescribeClusterVersionsCommand({ includeAll: true, nextToken: all.nextToken }))).clusterVersions).toHaveLength(2)
    const [one, ...others] = (await eks.send(new DescribeClusterVersionsCommand({ clusterVersions: ['1.32'] }))).clusterVersions ?? []
    expect([one?.clusterVersion, others]).toEqual(['1.32', []])
  })

  it('move from standard to extended support as time passes, and a cluster says which it runs', async () => {
    const { eks, pass } = await cloudWorld({ clusters: [cluster({ version: '1.34', nodegroups: [nodegroup({ minSize: 0, desiredSize: 0 })] })] })
    const status = async () => (await eks.send(new DescribeClusterVersionsCommand({ clusterVersions: ['1.34'] }))).clusterVersions?.[0]?.versionStatus
    expect(await status()).toBe('STANDARD_SUPPORT')
    await pass(10 * 86_400)
    expect(await status()).toBe('EXTENDED_SUPPORT')
    const answer = await eks.send(new DescribeClusterCommand({ name: 'us-dev' }))
    expect(answer.cluster).toMatchObject({ version: '1.34', upgradePolicy: { supportType: 'EXTENDED' } })
  })
})
