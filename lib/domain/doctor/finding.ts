/**
 * How much a finding matters. `hinders`: a sleep or a wake fails, or is undone. `weakens`: it works, but saves less or loses
 * something. `note`: good to know.
 */
export type Severity = 'hinders' | 'weakens' | 'note'

/** One thing the doctor found. Each has its section in docs/doctor.md, under the name of its rule. */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly cluster: string
  /** The environment it is about; undefined: the cluster. */
  readonly environment?: string
  /** The object by its name, as in `StatefulSet shop/db`. */
  readonly subject: string
  readonly found: string
  /** What follows from it for a sleep or a wake. */
  readonly means: string
  /** What to do about it, in words. */
  readonly advice: string
  /** Exactly that, as commands or YAML. */
  readonly remedy?: string
}

const ORDER: readonly Severity[] = ['hinders', 'weakens', 'note']

/** Worst first; within that by environment, rule and subject. */
export const byWeight = (a: Finding, b: Finding): number =>
  ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || compare(sortKey(a), sortKey(b))

const sortKey = ({ cluster, environment = '', rule, subject }: Finding): string => `${cluster} ${environment} ${rule} ${subject}`

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
