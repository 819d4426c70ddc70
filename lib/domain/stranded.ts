/** What an hour of an instance type costs on demand, in micro-dollars; undefined where that is not known. */
export type ListPrice = (instanceType: string) => number | undefined

/** A node that stays on the bill although everything that uses its pool sleeps, and what holds it. */
export interface StrandedNode {
  readonly node: string
  readonly why: string
  /** Absent: its price is not known. */
  readonly microUsdPerHour?: number
}

/** What a pool leaves on the bill while everything that uses it sleeps, each node counted once. */
export interface Stranded {
  readonly nodes: number
  /** Of the nodes whose price is known. */
  readonly microUsdPerHour: number
  /** Nodes whose price is not known. */
  readonly unpriced: number
  /** The dearest nodes, then by name: a pool may have thousands. */
  readonly dearest: readonly StrandedNode[]
}

/** So many nodes are kept by name. */
const KEPT = 20

/** Adds up what stranded nodes cost; undefined: there are none. */
export const strandedOf = (nodes: readonly StrandedNode[]): Stranded | undefined => {
  if (nodes.length === 0) return undefined
  const sorted = nodes.toSorted((a, b) => (b.microUsdPerHour ?? 0) - (a.microUsdPerHour ?? 0) || (a.node < b.node ? -1 : 1))
  return {
    nodes: nodes.length,
    microUsdPerHour: nodes.reduce((sum, { microUsdPerHour = 0 }) => sum + microUsdPerHour, 0),
    unpriced: nodes.filter(({ microUsdPerHour }) => microUsdPerHour === undefined).length,
    dearest: sorted.slice(0, KEPT),
  }
}

/** So many nodes are named in a sentence. */
const NAMED = 5

/** What holds the nodes, in words. It names no price, so that it is told once and not with each change of one. */
export const sayStranded = ({ nodes, dearest }: Stranded): string => {
  const named = dearest.slice(0, NAMED).map(({ node, why }) => `${node} ${why}`)
  return `${named.join('; ')}${nodes > named.length ? `; and ${nodes - named.length} more nodes` : ''}`
}
