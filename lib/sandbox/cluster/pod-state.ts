import type { Condition, Pod } from './resources.ts'

/** Whether the pod came to its end by itself. */
export const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** Whether the pod counts for its controller: neither finished nor on its way out. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined

/** Whether the Ready condition of a pod or a node holds. */
export const isReady = ({ status }: { readonly status?: { readonly conditions?: readonly Condition[] } }): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true

/** Whether the scheduler looked for a place and found none. */
export const isUnschedulable = (pod: Pod): boolean =>
  pod.spec.nodeName === undefined && isActive(pod) &&
  pod.status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable') === true

/** The conditions with one of them replaced or added; the time of its last transition moves only with its status. */
export const withCondition = (
  conditions: readonly Condition[] | undefined,
  { type, status, ...rest }: Condition,
  timestamp: string,
): readonly Condition[] => {
  const before = conditions?.find((condition) => condition.type === type)
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp
  const made: Condition = { type, status, ...rest, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }
  if (before === undefined) return [...(conditions ?? []), made]
  return (conditions ?? []).map((condition) => (condition === before ? made : condition))
}
