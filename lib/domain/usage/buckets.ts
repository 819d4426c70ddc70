/**
 * The starts of a histogram's buckets, ascending from 0, each bucket 5 % wider than the one before:
 * `start(n) = first · (1.05ⁿ − 1) / 0.05`. The last bucket has no end. Rule: VPA, exponential buckets (FIELD §4).
 */
export type Buckets = readonly number[]

const RATIO = 1.05

const exponentialBuckets = (first: number, most: number): Buckets => {
  const starts = [0]
  for (let power = RATIO, start = 0; start < most; power *= RATIO) {
    start = (first * (power - 1)) / (RATIO - 1)
    starts.push(start)
  }
  return starts
}

/** CPU in milli-cores: the first bucket is 10m wide, the last begins past 1,000 cores. Source: VPA, 0.01 to 1,000. */
export const CPU_BUCKETS: Buckets = exponentialBuckets(10, 1_000_000)

/** Memory in MiB: the first bucket is 10 MB wide, the last begins past 1 TB. Source: VPA, 1e7 to 1e12 bytes. */
export const MEMORY_BUCKETS: Buckets = exponentialBuckets(1e7 / 2 ** 20, 1e12 / 2 ** 20)

/** The bucket a value belongs to: the last that does not start above it. */
export const bucketOf = (buckets: Buckets, value: number): number => {
  let [low, high] = [0, buckets.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((buckets[middle] ?? Infinity) <= value) low = middle
    else high = middle - 1
  }
  return low
}

/** Where a bucket ends; the last one has no end and answers its start, as VPA does. */
export const bucketEnd = (buckets: Buckets, bucket: number): number =>
  buckets[Math.min(bucket + 1, buckets.length - 1)] ?? 0
