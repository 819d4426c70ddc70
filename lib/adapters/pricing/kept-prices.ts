import type { Price } from '../../domain/ledger/ledger-input.ts'
import type { Instant } from '../../domain/time.ts'

/** The on-demand price of an instance type as it was read; without a price: there was none. */
export interface KeptPrice {
  readonly instanceType: string
  readonly price?: Price
  readonly readAt: Instant
}

/** Keeps on-demand prices of a region, so that the Price List is asked for each once a week. */
export interface KeptPrices {
  of(region: string): Promise<readonly KeptPrice[]>
  keep(region: string, prices: readonly KeptPrice[]): Promise<void>
}
