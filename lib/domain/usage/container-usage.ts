import type { Instant } from '../time.ts'
import { CPU_BUCKETS, MEMORY_BUCKETS } from './buckets.ts'
import { addSamples, EMPTY, HALF_LIFE_SECONDS, type Histogram, percentile } from './histogram.ts'

/** The highest memory any pod showed in one day of the awake clock. */
export interface MemoryPeak {
  /** Which 24 awake hours, counted from 0. */
  readonly day: number
  /** Whole, rounded up. */
  readonly memoryMiB: number
}

/** The last time a container was killed for want of memory. */
export interface OutOfMemory {
  readonly at: Instant
  /** What the awake clock showed. */
  readonly awakeSeconds: number
  /** What it had when it was killed: its limit, or the most seen of it; 0: not known. The largest in the window. */
  readonly memoryMiB: number
}

/**
 * What one container of a workload was seen to use, over all its pods. Everything ages on the awake clock, which counts
 * only the time it was watched while its environment was awake: weekends and nights change nothing (FIELD §4).
 */
export interface ContainerUsage {
  readonly firstAt: Instant
  /** The last interval that was taken; what is older is refused. */
  readonly lastAt: Instant
  /** The awake clock. */
  readonly awakeSeconds: number
  /** Awake, but with no sample: it had no pod or could not be asked. */
  readonly unseenSeconds: number
  /** CPU in milli-cores, one sample of each pod per interval. */
  readonly cpu: Histogram
  /** How many samples of CPU there ever were. */
  readonly cpuSamples: number
  /** One for each of the last eight awake days, oldest first. */
  readonly memoryPeaks: readonly MemoryPeak[]
  readonly outOfMemory?: OutOfMemory
  /** Samples taken, and samples that said nothing sensible. */
  readonly taken: number
  readonly refused: number
}

/** Days of the awake clock for which memory peaks and kills are remembered. Source: VPA, 8 intervals of 24 h. */
export const WINDOW_DAYS = 8

/** Which 24 awake hours the awake clock is in, counted from 0. */
export const awakeDay = (awakeSeconds: number): number => Math.floor(awakeSeconds / HALF_LIFE_SECONDS)

/** Milli-cores below which `share` (0–1) of the CPU samples stayed; undefined when there was none. */
export const cpuPercentile = ({ cpu }: ContainerUsage, share: number): number | undefined =>
  percentile(cpu, CPU_BUCKETS, share)

/** MiB below which `share` (0–1) of the daily peaks stayed, the newer the heavier; undefined when there was none. */
export const memoryPercentile = ({ memoryPeaks }: ContainerUsage, share: number): number | undefined => {
  const histogram = memoryPeaks.reduce(
    (sum, { day, memoryMiB }) => addSamples(sum, MEMORY_BUCKETS, [memoryMiB], day * HALF_LIFE_SECONDS),
    EMPTY,
  )
  return percentile(histogram, MEMORY_BUCKETS, share)
}

/** The highest memory of the window in MiB; undefined when none was seen. */
export const memoryPeak = ({ memoryPeaks }: ContainerUsage): number | undefined =>
  memoryPeaks.length === 0 ? undefined : Math.max(...memoryPeaks.map(({ memoryMiB }) => memoryMiB))

/** The last kill for want of memory, while it is within the window. */
export const recentOutOfMemory = ({ outOfMemory, awakeSeconds }: ContainerUsage): OutOfMemory | undefined =>
  outOfMemory !== undefined && awakeDay(awakeSeconds) - awakeDay(outOfMemory.awakeSeconds) < WINDOW_DAYS
    ? outOfMemory
    : undefined
