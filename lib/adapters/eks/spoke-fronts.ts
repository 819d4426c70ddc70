import type { Fronts } from '../../ports.ts'
import { elbv2Balancer } from '../elbv2/elbv2-balancer.ts'
import type { ClusterApi } from '../kubernetes/cluster-api.ts'
import { kubernetesIngresses } from '../kubernetes/kubernetes-ingresses.ts'

/** What a spoke has to lead hosts with. */
export interface SpokeFronts {
  /** Listeners of the balancer of ours; those of another region or account than a cluster's are none of it. */
  readonly listenerArns: readonly string[]
  /** The wake function as a target group. */
  readonly wakeTargetGroupArns: readonly string[]
  /** Where Ingresses can reach the wake function. */
  readonly wakeUrl?: string
}

/** The fronts of one cluster. */
export const spokeFronts = (clusterArn: string, api: ClusterApi, { listenerArns, wakeTargetGroupArns, wakeUrl }: SpokeFronts): Fronts => {
  const [, , , region = '', account] = clusterArn.split(':')
  const isHere = (arn: string): boolean => arn.split(':')[3] === region && arn.split(':')[4] === account
  const listeners = listenerArns.filter(isHere)
  const wakeTargetGroup = wakeTargetGroupArns.find(isHere)
  return {
    ingresses: kubernetesIngresses(api),
    ...(wakeTargetGroup === undefined ? {} : { wakeTargetGroup }),
    ...(wakeTargetGroup === undefined || listeners.length === 0 ? {} : { balancer: elbv2Balancer(region, { listeners, wakeTargetGroup }) }),
    ...(wakeUrl === undefined ? {} : { wakeUrl }),
  }
}
