import { type ClusterVersionInformation, type EKSClient, paginateDescribeClusterVersions } from '@aws-sdk/client-eks'
import type { VersionEnds } from '../../domain/ledger/extended-support.ts'
import type { Instant } from '../../domain/time.ts'
import type { ClusterAccess } from '../../ports.ts'

/**
 * The Kubernetes version of a cluster and when EKS stops supporting each, those past it too. Asked once; an answer that
 * did not come is asked for again the next time.
 */
export const clusterSupport = (eks: EKSClient, version: string): ClusterAccess['support'] => {
  let kept: Promise<readonly VersionEnds[]> | undefined
  return async () => {
    kept ??= versionEnds(eks)
    try {
      return { version, ends: await kept }
    } catch (error) {
      kept = undefined
      throw error
    }
  }
}

const versionEnds = async (eks: EKSClient): Promise<readonly VersionEnds[]> => {
  const ends: VersionEnds[] = []
  for await (const { clusterVersions = [] } of paginateDescribeClusterVersions({ client: eks }, { includeAll: true })) {
    ends.push(...clusterVersions.flatMap((one) => toEnds(one) ?? []))
  }
  return ends
}

/** A version whose ends are not told is not known: no date is made up for it. */
const toEnds = (one: ClusterVersionInformation): VersionEnds | undefined => {
  const { clusterVersion: version, endOfStandardSupportDate: standard, endOfExtendedSupportDate: extended } = one
  if (version === undefined || standard === undefined || extended === undefined) return undefined
  return { version, standardSupportEnds: standard.getTime() as Instant, extendedSupportEnds: extended.getTime() as Instant }
}
