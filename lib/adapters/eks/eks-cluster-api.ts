import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks'
import { clusterAddress, type Cluster } from '../../domain/fleet.ts'
import { type ClusterApi, clusterApi } from '../kubernetes/cluster-api.ts'
import { eksToken } from './eks-token.ts'

/**
 * Finds where a cluster's API server is and opens it with the caller's own identity. Throws where EKS does not know the
 * cluster, or it is not to be used.
 *
 * @param now the caller's clock, in milliseconds: a token is only as good as the time it was signed at
 */
export const eksClusterApi = async (eks: EKSClient, cluster: Cluster, now?: () => number): Promise<{ readonly api: ClusterApi; readonly version: string }> => {
  const { region, eksName } = clusterAddress(cluster.arn)
  const { cluster: described } = await eks.send(new DescribeClusterCommand({ name: eksName }))
  if (described?.endpoint === undefined || described.status !== 'ACTIVE') {
    throw new Error(`cluster ${cluster.name} (${cluster.arn}) cannot be used: found status ${described?.status ?? 'unknown'}, expected ACTIVE with an endpoint`)
  }
  const authority = described.certificateAuthority?.data
  const api = clusterApi({
    name: cluster.name,
    url: described.endpoint,
    token: eksToken(region, eksName, now),
    ...(authority === undefined || authority === '' ? {} : { certificateAuthority: Buffer.from(authority, 'base64').toString() }),
  })
  return { api, version: described.version ?? 'unknown' }
}
