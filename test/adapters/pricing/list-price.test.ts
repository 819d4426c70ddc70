import { describe, expect, it } from 'vitest'
import { readListPrice } from '../../../lib/adapters/pricing/list-price.ts'

/** An entry of `PriceList` with one rate, as the Price List Query API writes it: codes for keys, JSON in a string. */
const entry = (rate: object) => JSON.stringify({
  product: { productFamily: 'Compute Instance' },
  terms: { OnDemand: { 'AAAA.JRTCKXETXF': { priceDimensions: { 'AAAA.JRTCKXETXF.6YS6EN2CT7': rate } } } },
  publicationDate: '2026-09-01T12:00:00Z',
})

const hourly = (USD: string) => entry({ unit: 'Hrs', pricePerUnit: { USD } })
const read = (...entries: string[]) => readListPrice(entries, 'us-east-1', 'm5.xlarge')

describe('a price of the Price List', () => {
  it('is text with ten decimals, and becomes whole micro-dollars', () => {
    expect(read(hourly('0.1920000000'))).toEqual({ price: { microUsdPerHour: 192_000, name: 'm5.xlarge on-demand, us-east-1, Price List of 2026-09-01' } })
    expect(read(hourly('0.0042015000'))).toMatchObject({ price: { microUsdPerHour: 4202 } })
  })

  it('may stand there twice when both agree', () => {
    expect(read(hourly('0.192'), hourly('0.1920000000'))).toMatchObject({ price: { microUsdPerHour: 192_000 } })
  })

  it('is none where nothing was found', () => {
    expect(read()).toEqual({ none: true })
  })

  it.each([
    ['of nothing, which is billed elsewhere', [hourly('0.0000000000')], 'found a price of 0.0000000000 USD, expected a number above 0'],
    ['below zero', [hourly('-0.192')], 'found a price of -0.192 USD, expected a number above 0'],
    ['that rounds to nothing', [hourly('0.0000001')], 'found a price of 0.0000001 USD, expected a number above 0'],
    ['that is no number', [hourly('free')], 'found a price of free USD, expected a number above 0'],
    ['in another currency', [entry({ unit: 'Hrs', pricePerUnit: { CNY: '1.2' } })], 'found a price in CNY, expected USD'],
    ['without an amount', [entry({ unit: 'Hrs' })], 'found a price in no currency, expected USD'],
    ['by the quantity', [entry({ unit: 'Quantity', pricePerUnit: { USD: '700' } })], 'found a price per Quantity, expected one per Hrs'],
    ['per nothing', [entry({ pricePerUnit: { USD: '0.1' } })], 'found a price per nothing, expected one per Hrs'],
    ['that is two', [hourly('0.192'), hourly('0.384')], 'found 2 different prices, expected one'],
    ['that is not JSON', ['<html>'], 'found 1 products without an on-demand rate, expected one with'],
    ['for reservations only', [JSON.stringify({ terms: { Reserved: {} } })], 'found 1 products without an on-demand rate, expected one with'],
  ])('%s is not used', (_, entries, unusable) => {
    expect(read(...entries)).toEqual({ unusable })
  })
})
