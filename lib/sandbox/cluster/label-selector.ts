import { badRequest } from './api-error.ts'
import type { LabelSelector, SelectorRequirement } from './resources.ts'

type Labels = Readonly<Record<string, string>>

/** Whether labels meet one requirement; `Gt` and `Lt` compare whole numbers, as node selectors do. */
export const meets = (labels: Labels, { key, operator, values = [] }: SelectorRequirement): boolean => {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

/** Whether a selector in an object selects these labels. `{}` selects all, an absent selector nothing. */
export const selects = (selector: LabelSelector | undefined, labels: Labels = {}): boolean => {
  if (selector === undefined) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false
  return (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement))
}

/** The selector as a query writes it: `app=web,tier in (a,b)`. */
export const selectorText = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string =>
  [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key
      if (operator === 'DoesNotExist') return `!${key}`
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
    }),
  ].join(',')

const setBased = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/
const equality = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=]*)$/
const present = /^(!?)\s*([^\s!=(),]+)$/

const parseRequirement = (text: string): SelectorRequirement => {
  const set = setBased.exec(text)
  if (set !== null) {
    const [, key = '', operator, values = ''] = set
    return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: values.split(',').map((value) => value.trim()) }
  }
  const equal = equality.exec(text)
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal
    return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] }
  }
  const exists = present.exec(text)
  if (exists === null) {
    throw badRequest(`unable to parse requirement: found '${text}', expected: '=', '!=', '==', 'in', notin'`)
  }
  return { key: exists[2] ?? '', operator: exists[1] === '!' ? 'DoesNotExist' : 'Exists' }
}

/** Reads the `labelSelector` of a query. Throws the 400 of a malformed one. */
export const parseLabelSelector = (text: string): LabelSelector => ({
  // Commas inside the brackets of a set separate values, all others requirements.
  matchExpressions: text
    .split(/,(?![^(]*\))/)
    .map((requirement) => requirement.trim())
    .filter((requirement) => requirement !== '')
    .map((requirement) => parseRequirement(requirement)),
})
