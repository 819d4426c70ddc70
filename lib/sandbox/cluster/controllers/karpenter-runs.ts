import type { ClusterContext } from '../context.ts'
import { isReady } from '../pod-state.ts'

/** The label of its own chart. */
const isKarpenter = (labels: Readonly<Record<string, string>> | undefined): boolean => labels?.['app.kubernetes.io/name'] === 'karpenter'

/** Whether Karpenter acts: where a Deployment of it is in the cluster, while one of its pods is ready; else it runs outside, as that of EKS Auto Mode. */
export const karpenterRuns = (store: ClusterContext['store']): boolean =>
  !store.list('Deployment').some(({ spec }) => isKarpenter(spec.template.metadata?.labels)) ||
  store.list('Pod').some((pod) => isKarpenter(pod.metadata.labels) && pod.metadata.deletionTimestamp === undefined && isReady(pod))
