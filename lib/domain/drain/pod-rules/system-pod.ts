import type { PodRule } from '../pod-rule.ts'

/** Row 12: a system pod without a budget says nowhere how many of it the cluster can do without. */
export const systemPod: PodRule = (pod, { budgets }) =>
  pod.namespace === 'kube-system' && budgets.of(pod).length === 0
    ? { verdict: 'block', reason: 'in kube-system without a disruption budget' }
    : undefined
