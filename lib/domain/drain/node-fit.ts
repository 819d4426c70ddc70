import { selects } from './selector.ts'
import type { Needs, NodeTerm, SeenNode, SeenTaint, SeenToleration, Volume } from './snapshot.ts'

/**
 * Whether a toleration covers a taint. Rule: `ToleratesTaint` of core/v1, with KEP-5471's comparison of the taint's value
 * with the toleration's; an operator it does not know covers none.
 */
const covers = ({ key, operator, value, effect }: SeenToleration, taint: SeenTaint): boolean => {
  if (key !== '' && key !== taint.key) return false
  if (effect !== '' && effect !== taint.effect) return false
  if (operator === 'Exists') return true
  if (key === '') return false
  if (operator === 'Gt' || operator === 'Lt') return selects([{ key, operator, values: [value] }], { [key]: taint.value })
  return (operator === '' || operator === 'Equal') && value === taint.value
}

/** Whether every taint that keeps pods away is tolerated (`PreferNoSchedule` does not). */
export const toleratesAll = (tolerations: readonly SeenToleration[], taints: readonly SeenTaint[]): boolean =>
  taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerations.some((toleration) => covers(toleration, taint)))

const holds = ({ expressions, fields }: NodeTerm, node: SeenNode): boolean =>
  expressions.length + fields.length > 0 && selects(expressions, node.labels) && selects(fields, { 'metadata.name': node.name })

/** Whether any term holds for a node; where none is asked for, every node will do. */
const anyHolds = (terms: readonly NodeTerm[] | undefined, node: SeenNode): boolean =>
  terms === undefined || terms.some((term) => holds(term, node))

/** Whether a node has the labels and the name a pod requires: node selector and required node affinity. */
export const isChosen = ({ nodeSelector, nodeTerms }: Needs, node: SeenNode): boolean =>
  Object.entries(nodeSelector).every(([key, value]) => node.labels[key] === value) && anyHolds(nodeTerms, node)

/** Whether a volume can be reached from a node: its zone, or the one host it lies on. */
export const reaches = ({ nodeTerms, topology }: Volume, node: SeenNode): boolean =>
  anyHolds(nodeTerms, node) && selects(topology, node.labels)
