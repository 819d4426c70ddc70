import { createHash } from 'node:crypto'
import type { InstanceTypeFacts } from './fleet.ts'
import { usageTypeIn } from './usage-type.ts'

/** One product of the Price List: an instance type with one operating system, tenancy and capacity status in a region. */
export interface Product {
  readonly attributes: Readonly<Record<string, string>>
  readonly usdPerHour: number
}

const publishedAt = '2026-03-01T00:00:00Z'
/** AWS's code for the on-demand offer, and for its one rate by the hour. */
const offerTermCode = 'JRTCKXETXF'
const rateCode = '6YS6EN2CT7'
/** What Windows adds for each vCPU-hour, and what dedicated tenancy adds. */
const windowsUsdPerVcpu = 0.046
const dedicatedFactor = 1.06

const locations: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
}

/** What tells the products of one type and region apart. */
const variants = ['Linux', 'Windows'].flatMap((operatingSystem) =>
  ['Shared', 'Dedicated'].flatMap((tenancy) =>
    ['Used', 'UnusedCapacityReservation', 'AllocatedCapacityReservation'].map((capacitystatus) => ({
      operatingSystem, tenancy, capacitystatus,
    }))))

/**
 * The products AWS lists for an instance type in a region: 12, of which one is what a node costs. A price is the same
 * in every region, as it is on the simulated bill.
 */
export const productsOf = (instanceType: string, regionCode: string, facts: InstanceTypeFacts): readonly Product[] =>
  variants.map((variant) => ({
    attributes: {
      servicecode: 'AmazonEC2',
      servicename: 'Amazon Elastic Compute Cloud',
      instanceType,
      vcpu: String(facts.vcpu),
      memory: `${facts.memoryMiB / 1024} GiB`,
      ...variant,
      licenseModel: 'No License required',
      preInstalledSw: 'NA',
      marketoption: 'OnDemand',
      operation: variant.operatingSystem === 'Linux' ? 'RunInstances' : 'RunInstances:0002',
      location: locations[regionCode] ?? regionCode,
      locationType: 'AWS Region',
      regionCode,
      usagetype: usageTypeIn(regionCode, `BoxUsage:${instanceType}`),
    },
    usdPerHour: priceOf(variant, facts),
  }))

const priceOf = (variant: (typeof variants)[number], { vcpu, usdPerHour }: InstanceTypeFacts): number => {
  const { operatingSystem, tenancy, capacitystatus } = variant
  // A reservation that is used costs nothing more: it is paid for as such.
  if (capacitystatus === 'AllocatedCapacityReservation') return 0
  const base = usdPerHour * (tenancy === 'Dedicated' ? dedicatedFactor : 1)
  return base + (operatingSystem === 'Windows' ? vcpu * windowsUsdPerVcpu : 0)
}

/** A product as one entry of `PriceList`: JSON in a string, the price under keys that are codes. */
export const priceListEntry = ({ attributes, usdPerHour }: Product): string => {
  const sku = createHash('sha256').update(JSON.stringify(attributes)).digest('hex').slice(0, 16).toUpperCase()
  const rate = `${sku}.${offerTermCode}.${rateCode}`
  const dimension = {
    unit: 'Hrs',
    endRange: 'Inf',
    description: `$${usdPerHour} per On Demand ${attributes['operatingSystem']} ${attributes['instanceType']} Instance Hour`,
    appliesTo: [],
    rateCode: rate,
    beginRange: '0',
    pricePerUnit: { USD: usdPerHour.toFixed(10) },
  }
  const term = { priceDimensions: { [rate]: dimension }, sku, effectiveDate: publishedAt, offerTermCode, termAttributes: {} }
  return JSON.stringify({
    product: { productFamily: 'Compute Instance', attributes, sku },
    serviceCode: 'AmazonEC2',
    terms: { OnDemand: { [`${sku}.${offerTermCode}`]: term } },
    version: '20260301000000',
    publicationDate: publishedAt,
  })
}
