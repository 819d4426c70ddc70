import { type Instant, instant } from '../../domain/time.ts'

/** A Kubernetes version of EKS and how long it is supported; dates as AWS published them by early 2026. */
interface ClusterVersion {
  readonly version: string
  readonly releasedAt: Instant
  readonly standardSupportUntil: Instant
  readonly extendedSupportUntil: Instant
}

/** EKS's words for where a version stands. */
export type SupportStatus = 'STANDARD_SUPPORT' | 'EXTENDED_SUPPORT' | 'UNSUPPORTED'

const row = (version: string, released: string, standard: string, extended: string): ClusterVersion => ({
  version,
  releasedAt: instant(`${released}T00:00:00Z`),
  standardSupportUntil: instant(`${standard}T00:00:00Z`),
  extendedSupportUntil: instant(`${extended}T00:00:00Z`),
})

const versions: readonly ClusterVersion[] = [
  row('1.35', '2026-01-27', '2027-03-27', '2028-03-27'),
  row('1.34', '2025-10-02', '2026-12-02', '2027-12-02'),
  row('1.33', '2025-05-29', '2026-07-29', '2027-07-29'),
  row('1.32', '2025-01-23', '2026-03-23', '2027-03-23'),
  row('1.31', '2024-09-26', '2025-11-26', '2026-11-26'),
  row('1.30', '2024-05-23', '2025-07-23', '2026-07-23'),
  row('1.29', '2024-01-23', '2025-03-23', '2026-03-23'),
  row('1.28', '2023-09-26', '2024-11-26', '2025-11-26'),
]

/** Where a version stands at a time. */
export const supportOf = ({ standardSupportUntil, extendedSupportUntil }: ClusterVersion, at: Instant): SupportStatus =>
  at < standardSupportUntil ? 'STANDARD_SUPPORT' : at < extendedSupportUntil ? 'EXTENDED_SUPPORT' : 'UNSUPPORTED'

/** The versions EKS has at a time, newest first. */
export const versionsAt = (at: Instant): readonly ClusterVersion[] => versions.filter(({ releasedAt }) => releasedAt <= at)

/** Whether a cluster of that version pays for extended support; one past it does until EKS has upgraded it. */
export const hasExtendedSupport = (version: string, at: Instant): boolean => {
  const known = versions.find((one) => one.version === version)
  return known !== undefined && supportOf(known, at) !== 'STANDARD_SUPPORT'
}
