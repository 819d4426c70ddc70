import type { Environment } from './environment.ts'
import type { Pool } from './pool.ts'
import type { Stranded, StrandedNode } from './stranded.ts'

/** A node that an environment left on the bill when it fell asleep. */
export interface LeftNode extends StrandedNode {
  /** `cluster/pool` */
  readonly pool: string
  /** The environment's part of its price; absent: its price is not known. */
  readonly partMicroUsdPerHour?: number
  /** The other environments that sleep on its pool. */
  readonly sharedWith: readonly string[]
}

/** What one sleeping environment left on the bill. */
export interface LeftBehind {
  /** `cluster/name` */
  readonly environment: string
  readonly nodes: number
  /** Nodes whose price is not known. */
  readonly unpriced: number
  /** Its part of what they cost: those of all environments add up to what the nodes cost. */
  readonly microUsdPerHour: number
  /** The dearest of them: a pool keeps no more by name. */
  readonly dearest: readonly LeftNode[]
}

/** A pool that leaves something on the bill. */
export type StrandedPool = Pool & { readonly stranded: Stranded }

/**
 * The pools that leave something on the bill although everything that uses them sleeps, as the last look found it. A pool is
 * left out once somebody who uses it is on the way up: what was noted of it no longer holds.
 */
export const strandedPools = (environments: readonly Pick<Environment, 'id' | 'phase'>[], pools: readonly Pool[]): readonly StrandedPool[] => {
  const asleep = new Set(environments.flatMap(({ id, phase }) => (phase === 'asleep' ? [id] : [])))
  return pools.filter((pool): pool is StrandedPool =>
    pool.stranded !== undefined && Object.keys(pool.stranded.microUsdPerHourByEnvironment ?? {}).every((id) => asleep.has(id)))
}

/** What each sleeping environment left on the bill, in the order of their names; none of those that left nothing. */
export const leftBehind = (environments: readonly Pick<Environment, 'id' | 'phase'>[], pools: readonly Pool[]): readonly LeftBehind[] =>
  [...Map.groupBy(strandedPools(environments, pools).flatMap(partsOf), ({ environment }) => environment).values()]
    .map((each) => each.reduce(sumOf))
    .toSorted((a, b) => (a.environment < b.environment ? -1 : 1))

/** What is stranded on one pool, for each environment that sleeps on it. */
const partsOf = ({ cluster, name, stranded }: StrandedPool): readonly LeftBehind[] => {
  const { nodes, unpriced, dearest, microUsdPerHour: whole } = stranded
  const parts = Object.entries(stranded.microUsdPerHourByEnvironment ?? {})
  return parts.map(([environment, microUsdPerHour]) => {
    const shared = { pool: `${cluster}/${name}`, sharedWith: parts.flatMap(([id]) => (id === environment ? [] : [id])).toSorted() }
    const named = dearest.map((node): LeftNode => ({
      ...node, ...shared,
      ...(node.microUsdPerHour === undefined ? {} : { partMicroUsdPerHour: whole === 0 ? 0 : Math.round((node.microUsdPerHour * microUsdPerHour) / whole) }),
    }))
    return { environment, nodes, unpriced, microUsdPerHour, dearest: named }
  })
}

const sumOf = (a: LeftBehind, b: LeftBehind): LeftBehind => ({
  environment: a.environment,
  nodes: a.nodes + b.nodes,
  unpriced: a.unpriced + b.unpriced,
  microUsdPerHour: a.microUsdPerHour + b.microUsdPerHour,
  dearest: [...a.dearest, ...b.dearest],
})
