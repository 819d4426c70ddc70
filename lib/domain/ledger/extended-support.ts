import type { Instant } from '../time.ts'
import { commonSeconds, type Span } from './clock-hour.ts'

/** When EKS stops supporting a Kubernetes version, from `eks:DescribeClusterVersions`. */
export interface VersionEnds {
  readonly version: string
  readonly standardSupportEnds: Instant
  readonly extendedSupportEnds: Instant
}

/** What extended support adds to a cluster's cost, asleep or awake. */
export type ExtendedSupport =
  | { readonly kind: 'unknown-version'; readonly cluster: string; readonly version: string }
  | {
    readonly kind: 'known'
    readonly cluster: string
    readonly version: string
    /** When it begins to be charged: the end of standard support. */
    readonly from: Instant
    /** Seconds of the span in which it was charged. */
    readonly seconds: number
    readonly microUsd: number
    readonly microUsdPerYear: number
  }

/** $0.60 instead of $0.10 an hour (FIELD §5; Amazon EKS pricing). */
const EXTRA_MICRO_USD_PER_HOUR = 500_000

/** 365 days of 24 hours: $4,380. */
const HOURS_PER_YEAR = 8760

/** What extended support costs each cluster in a span. After its end EKS upgrades the cluster, and the charge ends too. */
export const extendedSupport = (
  clusters: readonly { readonly cluster: string; readonly version: string }[],
  ends: readonly VersionEnds[],
  span: Span,
): readonly ExtendedSupport[] => {
  const endsOf = new Map(ends.map((each) => [each.version, each]))
  return clusters.map(({ cluster, version }) => {
    const end = endsOf.get(version)
    if (end === undefined) return { kind: 'unknown-version', cluster, version }
    const seconds = commonSeconds(span, { from: end.standardSupportEnds, to: end.extendedSupportEnds })
    return {
      kind: 'known',
      cluster,
      version,
      from: end.standardSupportEnds,
      seconds,
      microUsd: Math.round((seconds * EXTRA_MICRO_USD_PER_HOUR) / 3600),
      microUsdPerYear: EXTRA_MICRO_USD_PER_HOUR * HOURS_PER_YEAR,
    }
  })
}
