import { EKSClient } from '@aws-sdk/client-eks'
import { clusterAddress } from '../../domain/fleet.ts'
import type { Clock, Surveys } from '../../ports.ts'
import { surveyCluster } from '../kubernetes/survey-cluster.ts'
import { eksClusterApi } from './eks-cluster-api.ts'

/** Looks at EKS clusters once each, with the caller's own identity. */
export const eksSurveys = (clock: Clock): Surveys => ({
  of: async (cluster) => {
    const eks = new EKSClient({ region: clusterAddress(cluster.arn).region })
    try {
      const { api } = await eksClusterApi(eks, cluster, () => clock.now())
      try {
        return (await surveyCluster(api)).snapshot
      } finally {
        await api.close()
      }
    } finally {
      eks.destroy()
    }
  },
})
