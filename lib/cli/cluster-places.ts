import pMap from 'p-map'
import { clusterAddress, type Fleet } from '../domain/fleet.ts'
import type { Connection } from './connection.ts'

/** Where clusters are, by name. */
export type Places = ReadonlyMap<string, { readonly arn: string; readonly regionId: string; readonly accountId: string }>

/** Clusters read at once. */
const AT_ONCE = 16

/** Reads where the clusters of a fleet are. */
export const clusterPlaces = async ({ registry }: Connection, { clusters }: Fleet): Promise<Places> => {
  const found = await pMap(clusters, (name) => registry.cluster(name), { concurrency: AT_ONCE })
  return new Map(found.flatMap((cluster) => {
    if (cluster === undefined) return []
    const { region, account } = clusterAddress(cluster.arn)
    return [[cluster.name, { arn: cluster.arn, regionId: region, accountId: account }] as const]
  }))
}
