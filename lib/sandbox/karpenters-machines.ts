import { AwsError } from './cloud/aws-error.ts'
import type { SimulatedCloud } from './cloud/cloud.ts'
import type { NodeTaint } from './cloud/instance.ts'
import type { Machines } from './cluster/controllers/machines.ts'
import type { Taint } from './cluster/resources.ts'

/** What Karpenter of one cluster asks of the cloud. The instances carry the tags it gives them, or EKS Auto Mode does. */
export const karpentersMachines = (cluster: string, cloudOf: () => SimulatedCloud | undefined): Machines => {
  const cloud = (): SimulatedCloud => {
    const found = cloudOf()
    if (found === undefined) throw new Error(`cluster ${cluster} has no cloud yet: Karpenter cannot start anything`)
    return found
  }
  return {
    launch: ({ claim, taints, ...wanted }) => orRefusal(() => cloud().launch(cluster, {
      ...wanted,
      taints: taints.map(toNodeTaint),
      tags: {
        [`kubernetes.io/cluster/${cluster}`]: 'owned',
        'eks:eks-cluster-name': cluster,
        ...(wanted.isAutoMode ? { 'eks:kubernetes-node-pool-name': wanted.pool } : { 'karpenter.sh/nodepool': wanted.pool, 'karpenter.sh/nodeclaim': claim }),
      },
    })),
    end: (instanceId) => cloud().end(instanceId),
    offer: (instanceType) => cloud().offer(instanceType),
  }
}

const orRefusal = (launch: () => string): ReturnType<Machines['launch']> => {
  try {
    return launch()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { code: error.code, message: error.message }
  }
}

const toNodeTaint = ({ key, value, effect }: Taint): NodeTaint => {
  if (effect !== 'NoSchedule' && effect !== 'NoExecute' && effect !== 'PreferNoSchedule') throw new Error(`unknown effect of taint ${key}: found "${effect}", expected NoSchedule, NoExecute or PreferNoSchedule`)
  return { key, effect, ...(value === undefined ? {} : { value }) }
}
