import { EKSClient } from '@aws-sdk/client-eks'
import { clusterAddress } from '../../domain/fleet.ts'
import type { Clock, Examinations } from '../../ports.ts'
import { kubernetesExamination } from '../kubernetes/kubernetes-examination.ts'
import { eksClusterApi } from './eks-cluster-api.ts'

/** Opens EKS clusters for the doctor, with the caller's own identity. */
export const eksExaminations = (clock: Clock): Examinations => ({
  open: async (cluster) => {
    const eks = new EKSClient({ region: clusterAddress(cluster.arn).region })
    try {
      const { api } = await eksClusterApi(eks, cluster, () => clock.now())
      return kubernetesExamination(api)
    } finally {
      eks.destroy()
    }
  },
})
