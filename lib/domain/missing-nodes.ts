import { brief } from './brief.ts'
import type { Notice } from './notice.ts'
import type { Instant } from './time.ts'

/** What keeps a pool from getting a node, in its provisioner's own words. */
export interface Trouble {
  readonly text: string
  /** When it happened; absent: it holds now. */
  readonly at?: Instant
  /** The zone in which it happened; absent: in none, or it is not told. */
  readonly zone?: string
}

/** A pool a wake waits for. */
export interface LackingPool {
  readonly pool: string
  /** Nodes that were asked for and have not joined. */
  readonly nodes: number
  /** Nodes that joined and are not Ready, by name. */
  readonly unready: readonly string[]
  /** Zones in which it lately failed to start any. */
  readonly barren: readonly string[]
  /** More are needed than it may have. */
  readonly isFull: boolean
}

/** Nodes a wake waits for. */
export interface MissingNodes {
  readonly pools: readonly LackingPool[]
  /** Pods that are tied to zones and wait for a node there, counted by these zones. */
  readonly tied: Readonly<Record<string, number>>
}

/** What was said in a wake of nodes that do not come: once, and once more with an alarm. */
export interface NodesLate {
  /** Absent: they came meanwhile. */
  readonly text?: string
  /** When their provisioners were asked last. */
  readonly askedAt: Instant
  readonly alarmed: boolean
}

/** Nodes take 60 to 100 s; past this something is wrong (FIELD §3). */
export const SAID_AFTER_SECONDS = 120

/**
 * A provisioner has given up by then: Karpenter deletes a NodeClaim that has not registered in 15 minutes, and so long is
 * Cluster Autoscaler's `--max-node-provision-time`, the limit it sets for a group. Auto Scaling itself has none.
 */
export const ALARMED_AFTER_SECONDS = 15 * 60

/** So many troubles of a pool are told. */
const MOST_TOLD = 2

/** Which nodes do not come, and why, by what their provisioners say. */
export const sayMissingNodes = ({ pools, tied }: MissingNodes, troublesOf: (pool: string) => readonly Trouble[]): string =>
  [...pools.map((lacking) => `${sayLacking(lacking)}: ${lacking.isFull ? 'it is at its maximum' : sayTroubles(troublesOf(lacking.pool))}`), ...sayTiedPods(tied)].join('; ')

const sayLacking = ({ pool, nodes, unready, barren }: LackingPool): string => {
  if (nodes > 0) return `${nodes === 1 ? 'one node' : `${nodes} nodes`} of pool ${pool} ${nodes === 1 ? 'does' : 'do'} not come`
  if (unready.length > 0) return `${unready.join(', ')} of pool ${pool} ${unready.length === 1 ? 'has' : 'have'} joined and ${unready.length === 1 ? 'is' : 'are'} not Ready`
  return `pool ${pool} starts no node in ${barren.join(', ')}`
}

const sayTroubles = (troubles: readonly Trouble[]): string => {
  const texts = troubles.reduce<readonly string[]>((told, { text }) => (told.some((each) => each.includes(text)) ? told : [...told, text]), [])
  return texts.length === 0 ? 'its provisioner does not say why' : texts.slice(0, MOST_TOLD).map(brief).join('; ')
}

/** Which zones pods wait for, each in a sentence. */
export const sayTiedPods = (tied: MissingNodes['tied']): readonly string[] =>
  Object.entries(tied).map(([zones, pods]) => (pods === 1 ? `one pod waits for a node in ${zones}, to which it is tied` : `${pods} pods wait for nodes in ${zones}, to which they are tied`))

/** What people are told of nodes that their provisioner has given up. */
export const lateNodesNotice = (environment: string, text: string): Notice => ({
  subject: `${environment} does not wake: nodes do not come`,
  text: `${environment} has been waking for ${ALARMED_AFTER_SECONDS / 60} minutes, and nodes it needs do not come: ${text}. \`catnap status\` says how it stands.`,
})
