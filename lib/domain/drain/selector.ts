import type { Labels } from './snapshot.ts'

/** One requirement on labels; `values` is empty for `Exists` and `DoesNotExist`. */
export interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

/** Requirements that must all be met; without any it selects everything. */
export type Selector = readonly Requirement[]

/** Whether labels meet one requirement. `Gt` and `Lt` compare whole numbers; an unknown operator is never met. */
const meets = (labels: Labels, { key, operator, values }: Requirement): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
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
      return compares(value, values, (found, bound) => found > bound)
    case 'Lt':
      return compares(value, values, (found, bound) => found < bound)
    default:
      return false
  }
}

type Comparison = (found: bigint, bound: bigint) => boolean

const compares = (value: string | undefined, [bound]: readonly string[], holds: Comparison): boolean =>
  value !== undefined && bound !== undefined && WHOLE.test(value) && WHOLE.test(bound) && holds(BigInt(value), BigInt(bound))

const WHOLE = /^-?\d+$/

/** Whether a selector selects what carries these labels; an absent one selects nothing. */
export const selects = (selector: Selector | undefined, labels: Labels): boolean =>
  selector !== undefined && selector.every((requirement) => meets(labels, requirement))
