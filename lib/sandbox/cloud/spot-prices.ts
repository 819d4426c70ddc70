import { type Instant, later } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'

/** A spot price from an instant on. */
export interface SpotPrice {
  readonly instanceType: string
  readonly zone: string
  readonly since: Instant
  readonly usdPerHour: number
}

/** Spot prices change a few times a day. */
const STEP_SECONDS = 6 * 3600
/** Of the on-demand price: what a type in a zone costs, and how far each change goes from it. */
const SHARE = [0.28, 0.45] as const
const SWING = [0.92, 1.08] as const

/** Where a spot price is asked for. */
interface SpotMarket {
  readonly instanceType: string
  readonly zone: string
  readonly onDemandUsdPerHour: number
}

/** The prices between two instants, newest first; the oldest is the one that held at `from`. Deterministic by the dice. */
export const spotPrices = (dice: Dice, market: SpotMarket, from: Instant, to: Instant): readonly SpotPrice[] => {
  const { instanceType, zone, onDemandUsdPerHour } = market
  const share = dice(...SHARE, 'spot', instanceType, zone)
  const offsetSeconds = Math.floor(dice(0, STEP_SECONDS, 'spot change', instanceType, zone))
  const stepOf = (at: Instant): number => Math.floor((at / 1000 - offsetSeconds) / STEP_SECONDS)
  const [first, last] = [stepOf(from), stepOf(to)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => last - index).map((step) => ({
    instanceType,
    zone,
    since: later(0 as Instant, step * STEP_SECONDS + offsetSeconds),
    usdPerHour: onDemandUsdPerHour * share * dice(...SWING, 'spot', instanceType, zone, step),
  }))
}
