import type { Instant } from '../domain/time.ts'
import type { Prices, WantedPrices } from '../ports.ts'

/** Prices that were read. */
export type PriceList = Awaited<ReturnType<Prices['of']>>

/** Reads prices of a region for what is wanted from an instant on. */
export type PriceBook = (region: string, wanted: WantedPrices, from: Instant) => Promise<PriceList>

interface Page {
  readonly wanted: WantedPrices
  readonly from: Instant
  readonly list: Promise<PriceList>
}

/** Prices up to an instant, each region asked once for all clusters of a run, and again only for what no cluster wanted before. */
export const priceBook = (prices: Prices, to: Instant): PriceBook => {
  const pages = new Map<string, Page>()
  return (region, wanted, from) => {
    const page = pages.get(region)
    if (page !== undefined && page.from <= from && lacks(page.wanted, wanted).length === 0) return page.list
    const more = {
      onDemand: [...new Set([...(page?.wanted.onDemand ?? []), ...wanted.onDemand])].toSorted(),
      spot: [...new Set([...(page?.wanted.spot ?? []), ...wanted.spot])].toSorted(),
    }
    const first = Math.min(page?.from ?? from, from) as Instant
    const list = prices.of(region, more, first, to)
    pages.set(region, { wanted: more, from: first, list })
    return list
  }
}

const lacks = (has: WantedPrices, wanted: WantedPrices): readonly string[] =>
  (['onDemand', 'spot'] as const).flatMap((how) => wanted[how].filter((type) => !has[how].includes(type)))
