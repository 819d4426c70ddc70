import { meets } from './label-selector.ts'
import type { Node, NodeSelectorTerm, PodSpec, Taint, Toleration } from './resources.ts'

/** Whether one toleration tolerates a taint. */
const tolerates = ({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean => {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false
  if (key === undefined || key === '') return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
}

/** The first taint with one of these effects that the pod does not tolerate. */
export const untolerated = (
  { tolerations = [] }: PodSpec,
  taints: readonly Taint[],
  effects: readonly string[],
): Taint | undefined =>
  taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  )

/** Whether a node meets one of the terms; no terms, no node. */
export const meetsTerms = (node: Node, terms: readonly NodeSelectorTerm[]): boolean =>
  terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length === 0 && matchFields.length === 0) return false
    const fields = { 'metadata.name': node.metadata.name }
    return (
      matchExpressions.every((requirement) => meets(node.metadata.labels ?? {}, requirement)) &&
      matchFields.every((requirement) => meets(fields, requirement))
    )
  })

/** Whether the pod's node selector and required node affinity let it onto the node. */
export const isChosen = ({ nodeSelector = {}, affinity }: PodSpec, node: Node): boolean => {
  const labels = node.metadata.labels ?? {}
  for (const [key, value] of Object.entries(nodeSelector)) if (labels[key] !== value) return false
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || meetsTerms(node, required.nodeSelectorTerms)
}
