import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks'
import { clusterAddress, type Cluster } from '../../domain/fleet.ts'
import type { ClusterAccess, Clusters } from '../../ports.ts'
import { clusterApi } from '../kubernetes/cluster-api.ts'
import { kubernetesContainers } from '../kubernetes/kubernetes-containers.ts'
import { kubernetesNodes } from '../kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../kubernetes/kubernetes-workloads.ts'
import { clusterSupport } from './cluster-support.ts'
import { eksToken } from './eks-token.ts'
import { nodegroupCapacity } from './nodegroup-capacity.ts'

/** How long an endpoint is kept before it is asked again: a cluster that was made anew under its name has another. */
const KEPT_MS = 15 * 60_000

/** Opens EKS clusters with the caller's own identity and keeps what it opened, connections and tokens included. */
export const eksClusters = (): Clusters => {
  const opened = new Map<string, { readonly access: ClusterAccess; readonly at: number; readonly close: () => Promise<void> }>()
  return {
    open: async (cluster) => {
      const kept = opened.get(cluster.arn)
      if (kept !== undefined && Date.now() - kept.at < KEPT_MS) return kept.access
      opened.delete(cluster.arn)
      void kept?.close()
      const fresh = await open(cluster)
      opened.set(cluster.arn, { ...fresh, at: Date.now() })
      return fresh.access
    },
  }
}

const open = async (cluster: Cluster): Promise<{ access: ClusterAccess; close: () => Promise<void> }> => {
  const { region, eksName } = clusterAddress(cluster.arn)
  const eks = new EKSClient({ region })
  const { cluster: described } = await eks.send(new DescribeClusterCommand({ name: eksName }))
  if (described?.endpoint === undefined || described.status !== 'ACTIVE') {
    throw new Error(`cluster ${cluster.name} (${cluster.arn}) cannot be used: found status ${described?.status ?? 'unknown'}, expected ACTIVE with an endpoint`)
  }
  const authority = described.certificateAuthority?.data
  const api = clusterApi({
    name: cluster.name,
    url: described.endpoint,
    token: eksToken(region, eksName),
    ...(authority === undefined || authority === '' ? {} : { certificateAuthority: Buffer.from(authority, 'base64').toString() }),
  })
  return {
    access: {
      workloads: kubernetesWorkloads(api),
      nodes: kubernetesNodes(api),
      capacity: nodegroupCapacity(eks, region, eksName),
      containers: kubernetesContainers(api),
      support: clusterSupport(eks, described.version ?? 'unknown'),
    },
    close: api.close,
  }
}
