import { AwsError } from './aws-error.ts'
import type { Fleet } from './fleet.ts'
import { refuseOtherRegions } from './home-region.ts'
import { JsonInput } from './json-input.ts'
import { page } from './page.ts'
import { priceListEntry, type Product, productsOf } from './price-list.ts'
import type { Service } from './service.ts'
import { awsJsonAnswer, awsJsonRefusal } from './wire.ts'

const target = 'AWSPriceListService.GetProducts'
const largestPage = 100

/** AWS Price List Query API (awsJson1_1, 2017-10-15): GetProducts of AmazonEC2, for the types the cloud has prices of. */
export const pricingService = (fleet: Fleet): Service => ({
  action: (request) => (request.target === target ? 'GetProducts' : undefined),
  handle: (_, { body, region, requestId }) => {
    refuseOtherRegions(region)
    return awsJsonAnswer(getProducts(fleet, JsonInput.parse(body)), requestId, '1.1')
  },
  refuse: (error, requestId) => awsJsonRefusal(error, requestId, { namespace: 'com.amazonaws.pricing', version: '1.1' }),
})

const invalid = (message: string): AwsError => new AwsError(400, 'InvalidParameterException', message)

const getProducts = (fleet: Fleet, input: JsonInput): object => {
  const service = input.text('ServiceCode')
  if (service !== 'AmazonEC2') {
    throw invalid(`the simulated Price List has the service AmazonEC2 only: found ${service ?? 'none'}`)
  }
  const limit = input.number('MaxResults') ?? largestPage
  if (limit < 1 || limit > largestPage) throw invalid(`MaxResults must be between 1 and ${largestPage}: found ${limit}`)
  const wanted = filtersOf(input)
  const found = catalogue(fleet, wanted).filter(({ attributes }) =>
    wanted.every(({ field, value }) => attributes[field] === value))
  const { items, nextToken } = page(found, { limit, token: input.text('NextToken'), code: 'InvalidNextTokenException' })
  return { FormatVersion: 'aws_v1', PriceList: items.map((product) => priceListEntry(product)), NextToken: nextToken }
}

interface Filter {
  readonly field: string
  readonly value: string
}

const filtersOf = (input: JsonInput): readonly Filter[] =>
  input.objects('Filters').map((filter) => {
    const [type, field, value] = [filter.text('Type'), filter.text('Field'), filter.text('Value')]
    if (type !== 'TERM_MATCH' || field === undefined || value === undefined) {
      throw invalid(`the simulated Price List takes filters with Type TERM_MATCH, Field and Value: found Type ${type ?? 'none'}`)
    }
    return { field, value }
  })

/** Products of the types asked for, or of all the fleet has, in each region it is in. */
const catalogue = (fleet: Fleet, wanted: readonly Filter[]): readonly Product[] => {
  const asked = wanted.filter(({ field }) => field === 'instanceType').map(({ value }) => value)
  const types = asked.length > 0 ? asked : fleet.instanceTypes
  const regions = new Set([...fleet.clusters.values()].map(({ region }) => region))
  return [...new Set(types)].toSorted().flatMap((type) => {
    const facts = fleet.facts(type)
    return facts === undefined ? [] : [...regions].toSorted().flatMap((region) => productsOf(type, region, facts))
  })
}
