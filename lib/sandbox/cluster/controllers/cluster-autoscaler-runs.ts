import type { ClusterContext } from '../context.ts'
import { isReady } from '../pod-state.ts'

/** The labels of its own manifests and of its chart. */
export const isClusterAutoscaler = (labels: Readonly<Record<string, string>> | undefined): boolean =>
  labels?.['app'] === 'cluster-autoscaler' || labels?.['app.kubernetes.io/name'] === 'aws-cluster-autoscaler'

/** Whether Cluster Autoscaler acts: while one of its pods in `kube-system` is ready. */
export const clusterAutoscalerRuns = (store: ClusterContext['store']): boolean =>
  store.list('Pod', 'kube-system').some((pod) => isClusterAutoscaler(pod.metadata.labels) && pod.metadata.deletionTimestamp === undefined && isReady(pod))
