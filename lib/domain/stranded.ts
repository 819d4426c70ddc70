import { requestWeight } from './ledger/attribution.ts'
import { splitWhole } from './ledger/split-whole.ts'
import { NO_REQUESTS, type Requests } from './requests.ts'

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
  /** The part of each environment that sleeps on the pool, by id; they add up to the whole. */
  readonly microUsdPerHourByEnvironment?: Readonly<Record<string, number>>
}

/** An environment that sleeps on a pool, and what its pods asked for there; undefined: that is not known. */
export interface Sleeper {
  readonly id: string
  readonly asked: Requests | undefined
}

/** So many nodes are kept by name. */
const KEPT = 20

/** An amount in parts, by what each environment's pods asked for, as the ledger splits it; in equal ones where that is not known of any. */
const splitAmong = (microUsd: number, sleepers: readonly Sleeper[]): Readonly<Record<string, number>> => {
  if (sleepers.length === 0) return {}
  const parts = splitWhole(microUsd, sleepers.map(({ asked }) => requestWeight(asked ?? NO_REQUESTS)))
  return Object.fromEntries(sleepers.map(({ id }, index) => [id, parts[index] ?? 0]))
}

/** Adds up what stranded nodes cost, for those who sleep on them; undefined: there are none. */
export const strandedOf = (nodes: readonly StrandedNode[], sleepers: readonly Sleeper[]): Stranded | undefined => {
  if (nodes.length === 0) return undefined
  const microUsdPerHour = nodes.reduce((sum, each) => sum + (each.microUsdPerHour ?? 0), 0)
  const sorted = nodes.toSorted((a, b) => (b.microUsdPerHour ?? 0) - (a.microUsdPerHour ?? 0) || (a.node < b.node ? -1 : 1))
  return {
    nodes: nodes.length,
    microUsdPerHour,
    unpriced: nodes.filter((each) => each.microUsdPerHour === undefined).length,
    dearest: sorted.slice(0, KEPT),
    microUsdPerHourByEnvironment: splitAmong(microUsdPerHour, sleepers),
  }
}

/** So many nodes are named in a sentence. */
const NAMED = 5

/** What holds the nodes, in words. It names no price, so that it is told once and not with each change of one. */
export const sayStranded = ({ nodes, dearest }: Stranded): string => {
  const named = dearest.slice(0, NAMED).map(({ node, why }) => `${node} ${why}`)
  return `${named.join('; ')}${nodes > named.length ? `; and ${nodes - named.length} more nodes` : ''}`
}
