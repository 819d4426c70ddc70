import { type Buckets, bucketEnd, bucketOf } from './buckets.ts'

/**
 * How often which usage was seen, the newer the heavier. Weights are whole numbers, so that it does not matter in which
 * order samples of one instant come, and so that what was written down reads back as exactly the same.
 */
export interface Histogram {
  /** What the weights are relative to: a sample taken when the awake clock showed this many half-lives weighs UNIT. */
  readonly halfLives: number
  /** The bucket of the first weight. Neither the first nor the last weight is 0. */
  readonly firstBucket: number
  readonly weights: readonly number[]
}

/** After so long on the awake clock a sample weighs half as much. Source: VPA's default of 24 h (FIELD §4). */
export const HALF_LIFE_SECONDS = 86_400

/** A sample's weight at the reference. Whole numbers of it are exact to 0.05 %, and gone after eleven half-lives. */
const UNIT = 1024

/** A histogram that has seen nothing. */
export const EMPTY: Histogram = { halfLives: 0, firstBucket: 0, weights: [] }

/**
 * Adds values seen when the awake clock showed `awakeSeconds`, in the unit of the buckets. The clock never goes back.
 * Rule: VPA's decaying histogram, weight 2^(t / half-life), the reference moved along so that weights stay small.
 */
export const addSamples = (
  before: Histogram,
  buckets: Buckets,
  values: readonly number[],
  awakeSeconds: number,
): Histogram => {
  const [value, ...others] = values
  if (value === undefined) return before
  const halfLives = Math.floor(awakeSeconds / HALF_LIFE_SECONDS)
  const aged = age(before, halfLives)
  const weight = Math.round(UNIT * 2 ** (awakeSeconds / HALF_LIFE_SECONDS - halfLives))
  const hits = [value, ...others].map((one) => bucketOf(buckets, one))
  const { firstBucket, weights } = widened(aged, Math.min(...hits), Math.max(...hits))
  for (const hit of hits) weights[hit - firstBucket] = (weights[hit - firstBucket] ?? 0) + weight
  return { halfLives, firstBucket, weights }
}

/**
 * The end of the first bucket at which the weights so far reach `share` (0–1) of all; undefined when nothing was seen.
 * Rule: VPA's percentile.
 */
export const percentile = (
  { firstBucket, weights }: Histogram,
  buckets: Buckets,
  share: number,
): number | undefined => {
  if (weights.length === 0) return undefined
  const threshold = share * weights.reduce((sum, weight) => sum + weight, 0)
  let [bucket, sum] = [firstBucket, weights[0] ?? 0]
  for (const weight of weights.slice(1)) {
    if (sum >= threshold) break
    sum += weight
    bucket += 1
  }
  return bucketEnd(buckets, bucket)
}

/** A copy that reaches from bucket `low` to `high` at least. */
const widened = (
  { firstBucket, weights }: Histogram,
  low: number,
  high: number,
): { readonly firstBucket: number; readonly weights: number[] } => {
  if (weights.length === 0) return { firstBucket: low, weights: zeros(high - low + 1) }
  const [below, above] = [firstBucket - low, high + 1 - firstBucket - weights.length]
  if (below <= 0 && above <= 0) return { firstBucket, weights: [...weights] }
  return { firstBucket: Math.min(low, firstBucket), weights: [...zeros(below), ...weights, ...zeros(above)] }
}

const zeros = (count: number): number[] => (count <= 0 ? [] : Array.from<number>({ length: count }).fill(0))

/** Halves every weight once for each half-life gone by. Rounded down, or a last unit would never go. */
const age = (before: Histogram, halfLives: number): Histogram => {
  if (halfLives === before.halfLives) return before
  const weights = before.weights.map((weight) => Math.floor(weight / 2 ** (halfLives - before.halfLives)))
  const first = weights.findIndex((weight) => weight > 0)
  if (first < 0) return EMPTY
  return {
    halfLives,
    firstBucket: before.firstBucket + first,
    weights: weights.slice(first, weights.findLastIndex((weight) => weight > 0) + 1),
  }
}
