import type { Instant } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'

/** Calls AWS charges for: requests to Cost Explorer, metrics asked of CloudWatch, mails sent. */
export type MeteredUse = 'cost-explorer-request' | 'cloudwatch-metric' | 'mail'

/** List prices in USD each: $0.01 a request, $0.01 for 1,000 metrics asked for, $0.10 for 1,000 mails. */
const usdEach: Readonly<Record<MeteredUse, number>> = {
  'cost-explorer-request': 0.01,
  'cloudwatch-metric': 0.01 / 1000,
  mail: 0.1 / 1000,
}

/** How much was used of something, and its price. */
export interface Charge {
  readonly use: MeteredUse
  readonly units: number
  readonly usd: number
}

interface Reading {
  readonly at: Instant
  readonly use: MeteredUse
  readonly units: number
}

/** Counts the calls AWS charges for. */
export class Meter {
  readonly #timeline: Timeline
  readonly #readings: Reading[] = []

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  count(use: MeteredUse, units = 1): void {
    this.#readings.push({ at: this.#timeline.now(), use, units })
  }

  /** What was used from `from` up to, not including, `to`; ever, without them. */
  charges(from = -Infinity, to = Infinity): readonly Charge[] {
    const units = new Map<MeteredUse, number>()
    for (const reading of this.#readings) {
      if (reading.at >= from && reading.at < to) units.set(reading.use, (units.get(reading.use) ?? 0) + reading.units)
    }
    return [...units].map(([use, count]) => ({ use, units: count, usd: count * usdEach[use] }))
  }
}
