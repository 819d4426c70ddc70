import { type ContainerUsage, WINDOW_DAYS } from '../usage/container-usage.ts'

/** How far advice may be relied on. */
export interface Confidence {
  readonly level: 'low' | 'medium' | 'high'
  /** Days of the awake clock, at most the eight of the window, each counted as half a day. */
  readonly days: number
}

/**
 * `metrics.k8s.io` shows an instant, not what lay between two looks. VPA is full sure of a day with a sample each
 * minute; a day of instants minutes apart counts half, so that every level takes twice as long and bounds are wider.
 */
const INSTANT_COUNTS = 0.5

const MEDIUM_FROM_DAYS = 2
const HIGH_FROM_DAYS = 4

/** How far advice from these samples may be relied on: by days awake, not by days gone by (FIELD §4). */
export const confidenceIn = ({ awakeSeconds }: ContainerUsage): Confidence => {
  const days = Math.min(awakeSeconds / 86_400, WINDOW_DAYS) * INSTANT_COUNTS
  return { level: days >= HIGH_FROM_DAYS ? 'high' : days >= MEDIUM_FROM_DAYS ? 'medium' : 'low', days }
}

/** Between what the true need lies. */
export interface Bounds {
  readonly lower: number
  readonly upper: number
}

/**
 * Bounds from the 50th and 95th percentile, margin included: `lower · (1 + 0.001/days)⁻²`, `upper · (1 + 1/days)`, and
 * never without what is advised. Source: VPA's confidence multipliers (recommender.go).
 */
export const boundsAround = (advised: number, p50: number, p95: number, { days }: Confidence): Bounds => ({
  lower: Math.min(advised, Math.ceil(p50 * (1 + 0.001 / days) ** -2)),
  upper: Math.max(advised, Math.ceil(p95 * (1 + 1 / days))),
})
