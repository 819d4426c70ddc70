/** The annotations by which people and autoscalers say what may happen to a pod or a node. */
export const ANNOTATIONS = {
  mirror: 'kubernetes.io/config.mirror',
  daemonSetPod: 'cluster-autoscaler.kubernetes.io/daemonset-pod',
  safeToEvict: 'cluster-autoscaler.kubernetes.io/safe-to-evict',
  safeLocalVolumes: 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
  scaleDownDisabled: 'cluster-autoscaler.kubernetes.io/scale-down-disabled',
  doNotDisrupt: 'karpenter.sh/do-not-disrupt',
} as const
