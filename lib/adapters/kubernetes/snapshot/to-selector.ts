import type { Requirement, Selector } from '../../../domain/drain/selector.ts'
import type { Labels } from '../../../domain/drain/snapshot.ts'
import type { Field } from './field.ts'

const toRequirement = (field: Field): Requirement => ({
  key: field.get('key').name(),
  operator: field.get('operator').name(),
  values: field.get('values').texts(),
})

/** The requirements of a list such as `matchExpressions`. */
export const toRequirements = (field: Field): Selector => field.items().map(toRequirement)

/** Labels that must all be carried. */
const toRequired = (labels: Labels): Selector =>
  Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }))

/** A LabelSelector; undefined where there is none, which selects nothing. */
export const toSelector = (field: Field): Selector | undefined =>
  field.object() === undefined
    ? undefined
    : [...toRequired(field.get('matchLabels').labels()), ...toRequirements(field.get('matchExpressions'))]

/**
 * A pod's selector of other pods with its `matchLabelKeys` and `mismatchLabelKeys`: the values are the pod's own. The
 * API server writes them into the selector as well, where it knows them.
 */
export const toPodSelector = (field: Field, podLabels: Labels): Selector | undefined => {
  const selector = toSelector(field.get('labelSelector'))
  if (selector === undefined) return undefined
  const own = (keys: string, operator: string): Selector =>
    field.get(keys).texts().flatMap((key) => (podLabels[key] === undefined ? [] : [{ key, operator, values: [podLabels[key]] }]))
  return [...selector, ...own('matchLabelKeys', 'In'), ...own('mismatchLabelKeys', 'NotIn')]
}
