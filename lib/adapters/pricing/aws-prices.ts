import type { Prices } from '../../ports.ts'
import type { KeptPrices } from './kept-prices.ts'
import { onDemandPrices } from './on-demand-prices.ts'
import { spotHistory } from './spot-history.ts'

/** What nodes cost, as AWS lists it: on-demand from the Price List, kept for a week; spot as it was at the instant asked for. */
export const awsPrices = (kept: KeptPrices): Prices => {
  const askOnDemand = onDemandPrices(kept)
  const askSpot = spotHistory()
  return {
    of: async (region, wanted, from, to) => {
      const [list, spot] = await Promise.all([askOnDemand(region, wanted.onDemand), askSpot(region, wanted.spot, from, to)])
      return {
        onDemand: (instanceType) => list.prices.get(instanceType),
        priceOf: ({ instanceType, capacity, zone }, at) => (capacity === 'spot' ? spot.priceAt(instanceType, zone, at) : list.prices.get(instanceType)),
        problems: [...list.problems, ...spot.problems],
      }
    },
  }
}
