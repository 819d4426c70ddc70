import { EKSClient } from '@aws-sdk/client-eks'
import { clusterAddress } from '../../domain/fleet.ts'
import type { Clock, OpenClusters } from '../../ports.ts'
import { kubernetesIngresses } from '../kubernetes/kubernetes-ingresses.ts'
import { kubernetesWorkloads } from '../kubernetes/kubernetes-workloads.ts'
import { eksClusterApi } from './eks-cluster-api.ts'

/** Opens EKS clusters for a person, with the caller's own identity. */
export const eksOpenClusters = (clock: Clock): OpenClusters => ({
  open: async (cluster) => {
    const eks = new EKSClient({ region: clusterAddress(cluster.arn).region })
    try {
      const { api } = await eksClusterApi(eks, cluster, () => clock.now())
      return { workloads: kubernetesWorkloads(api), ingresses: kubernetesIngresses(api), close: api.close }
    } finally {
      eks.destroy()
    }
  },
})
