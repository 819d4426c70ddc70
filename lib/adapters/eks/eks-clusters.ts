import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { EKSClient } from '@aws-sdk/client-eks'
import { clusterAddress, type Cluster } from '../../domain/fleet.ts'
import type { ClusterAccess, Clusters } from '../../ports.ts'
import { scalingGroups } from '../autoscaling/group-capacity.ts'
import { kubernetesContainers } from '../kubernetes/kubernetes-containers.ts'
import { kubernetesNodes } from '../kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../kubernetes/kubernetes-workloads.ts'
import { nodePoolCapacity } from '../karpenter/nodepool-capacity.ts'
import { clusterCapacity } from './cluster-capacity.ts'
import { clusterSupport } from './cluster-support.ts'
import { eksClusterApi } from './eks-cluster-api.ts'
import { nodegroupCapacity } from './nodegroup-capacity.ts'
import { pooledNodes } from './pooled-nodes.ts'
import { type SpokeFronts, spokeFronts } from './spoke-fronts.ts'

/** How long an endpoint is kept before it is asked again: a cluster that was made anew under its name has another. */
const KEPT_MS = 15 * 60_000

/** Opens EKS clusters with the caller's own identity and keeps what it opened, connections and tokens included. */
export const eksClusters = (fronts: SpokeFronts): Clusters => {
  const opened = new Map<string, { readonly access: ClusterAccess; readonly at: number; readonly close: () => Promise<void> }>()
  return {
    open: async (cluster) => {
      const kept = opened.get(cluster.arn)
      if (kept !== undefined && Date.now() - kept.at < KEPT_MS) return kept.access
      opened.delete(cluster.arn)
      void kept?.close()
      const fresh = await open(cluster, fronts)
      opened.set(cluster.arn, { ...fresh, at: Date.now() })
      return fresh.access
    },
  }
}

const open = async (cluster: Cluster, fronts: SpokeFronts): Promise<{ access: ClusterAccess; close: () => Promise<void> }> => {
  const { region, eksName } = clusterAddress(cluster.arn)
  const eks = new EKSClient({ region })
  const { api, version } = await eksClusterApi(eks, cluster)
  const autoScaling = new AutoScalingClient({ region })
  const groups = scalingGroups(autoScaling, eksName)
  return {
    access: {
      workloads: kubernetesWorkloads(api),
      nodes: pooledNodes(kubernetesNodes(api), groups.members),
      capacity: clusterCapacity([nodegroupCapacity(eks, autoScaling, eksName), groups, nodePoolCapacity(api)], new EC2Client({ region }), eksName),
      containers: kubernetesContainers(api),
      fronts: spokeFronts(cluster.arn, api, fronts),
      support: clusterSupport(eks, version),
    },
    close: api.close,
  }
}
