import { paginateGetProducts, type PricingClient } from '@aws-sdk/client-pricing'
import type { Price } from '../../domain/ledger/ledger-input.ts'

/** What the Price List says of one instance type: its price, that there is none, or that what it says cannot be used. */
export type ListAnswer = { readonly price: Price } | { readonly none: true } | { readonly unusable: string }

/** What is the same for every node Catnap knows: FIELD §5, and no software licence or capacity block in the price. */
const NODE = { operatingSystem: 'Linux', tenancy: 'Shared', capacitystatus: 'Used', preInstalledSw: 'NA', marketoption: 'OnDemand' }

/**
 * Asks the Price List Query API for the on-demand price of an instance type in a region: Linux, shared tenancy, capacity
 * in use. Throws what the SDK throws; what is answered is never an error.
 */
export const askListPrice = async (client: PricingClient, region: string, instanceType: string): Promise<ListAnswer> => {
  const fields = { ...NODE, instanceType, regionCode: region }
  const pages = paginateGetProducts({ client, stopOnSameToken: true }, {
    ServiceCode: 'AmazonEC2',
    Filters: Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
  })
  const entries: string[] = []
  for await (const { PriceList = [] } of pages) entries.push(...PriceList.map(String))
  return readListPrice(entries, region, instanceType)
}

/** Reads the one price out of the entries of `PriceList`. Several that agree are one; several that do not are none. */
export const readListPrice = (entries: readonly string[], region: string, instanceType: string): ListAnswer => {
  if (entries.length === 0) return { none: true }
  const products = entries.map((entry) => parse(entry))
  const rates = products.flatMap((product) => ratesOf(product))
  if (rates.length === 0) return { unusable: `found ${entries.length} products without an on-demand rate, expected one with` }
  const read = rates.map((rate) => microUsdOf(rate))
  const wrong = read.find((amount) => typeof amount === 'string')
  if (typeof wrong === 'string') return { unusable: wrong }
  const [microUsdPerHour, ...others] = [...new Set(read)]
  if (typeof microUsdPerHour !== 'number' || others.length > 0) return { unusable: `found ${others.length + 1} different prices, expected one` }
  const published = products.map((product) => text(product, 'publicationDate').slice(0, 10)).toSorted().at(-1)
  return { price: { microUsdPerHour, name: `${instanceType} on-demand, ${region}, Price List${published === undefined || published === '' ? '' : ` of ${published}`}` } }
}

/** The rates of all on-demand terms of a product; each under keys that are codes. */
const ratesOf = (product: unknown): readonly unknown[] =>
  Object.values(inside(inside(product, 'terms'), 'OnDemand')).flatMap((term) => Object.values(inside(term, 'priceDimensions')))

/** The price in integer micro-dollars an hour, or why it is none. A product of 0 is billed elsewhere, never an instance. */
const microUsdOf = (rate: unknown): number | string => {
  const unit = text(rate, 'unit')
  if (unit !== 'Hrs') return `found a price per ${unit === '' ? 'nothing' : unit}, expected one per Hrs`
  const amounts = inside(rate, 'pricePerUnit')
  const usd = text(amounts, 'USD')
  if (usd === '') return `found a price in ${Object.keys(amounts).join(', ') || 'no currency'}, expected USD`
  const microUsd = Math.round(Number(usd) * 1e6)
  return Number.isSafeInteger(microUsd) && microUsd > 0 ? microUsd : `found a price of ${usd} USD, expected a number above 0`
}

const parse = (entry: string): unknown => {
  try {
    return JSON.parse(entry)
  } catch {
    return undefined
  }
}

const inside = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  const found: unknown = Object(value)[name]
  return typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : {}
}

const text = (value: unknown, name: string): string => {
  const found: unknown = Object(value)[name]
  return typeof found === 'string' ? found : ''
}
