import { AwsError } from './cloud/aws-error.ts'
import type { SimulatedCloud } from './cloud/cloud.ts'
import type { ScalingGroups } from './cluster/controllers/scaling-groups.ts'

/** What Cluster Autoscaler of one cluster asks of the cloud, about groups with the tags it is told to look for. */
export const autoscalersGroups = (cluster: string, cloudOf: () => SimulatedCloud | undefined): ScalingGroups => {
  const wanted = ['k8s.io/cluster-autoscaler/enabled', `k8s.io/cluster-autoscaler/${cluster}`]
  return {
    list: () => (cloudOf()?.groups(cluster) ?? []).filter(({ tags }) => wanted.every((tag) => tags.has(tag))),
    setDesiredCapacity: (group, desiredSize) => isDone(() => cloudOf()?.setDesiredCapacity(group, desiredSize)),
    end: (instanceId) => isDone(() => cloudOf()?.terminateInGroup(instanceId)),
  }
}

const isDone = (change: () => void): boolean => {
  try {
    change()
    return true
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return false
  }
}
