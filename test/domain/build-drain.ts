import { consolidationOf } from '../../lib/domain/consolidation.ts'
import { explainNodes } from '../../lib/domain/drain/explain-nodes.ts'
import { nextEvictions } from '../../lib/domain/drain/next-evictions.ts'
import { podsOf } from '../../lib/domain/drain/pods-of.ts'
import type { SeenPod, Snapshot } from '../../lib/domain/drain/snapshot.ts'
import { type Node, RECLAIM_TAINT } from '../../lib/domain/node.ts'
import type { Leaving, Pool } from '../../lib/domain/pool.ts'
import type { PoolView } from '../../lib/domain/reclaim.ts'
import { type Instant, later } from '../../lib/domain/time.ts'
import { nodeWith, poolWith } from './build-cluster.ts'
import { nodeNamed, snapshotWith } from './drain/build-snapshot.ts'

export const start: Instant = later(nodeWith('a').createdAt, 3600)

/** A node of the pool, from where it stands on its way off the bill since so many seconds. */
export interface PooledNode {
  readonly name: string
  readonly stage?: Leaving['stage']
  readonly seconds?: number
}

/** What a pool of a plan is made from, besides its nodes and pods. */
export interface DrainOptions {
  readonly pool?: Partial<Pool>
  readonly view?: Partial<Omit<PoolView, 'pool'>>
  readonly snapshot?: Partial<Snapshot>
  readonly attached?: ReadonlyMap<string, readonly string[]>
  readonly autoscaler?: string
}

/** A pool that is consolidated, as a worker sees and judges it: one environment that uses it is awake and one asleep, unless told otherwise. */
export const drainView = (nodes: readonly PooledNode[], pods: readonly SeenPod[], { pool = {}, view = {}, snapshot = {}, attached = new Map(), autoscaler }: DrainOptions = {}): PoolView => {
  const now = view.now ?? start
  const seen = snapshotWith({ nodes: nodes.map((node) => seenNode(node)), pods, ...snapshot })
  const leaving = Object.fromEntries(nodes.flatMap(({ name, stage, seconds = 20 }) =>
    (stage === undefined ? [] : [[`i-${name}`, { node: name, instanceType: 'm5.xlarge', stage, since: later(now, -seconds) }]])))
  const unjudged = {
    now,
    pool: poolWith({ keep: 0, consolidate: true, original: { minSize: 0, desiredSize: nodes.length, maxSize: 50, rebalancing: true }, leaving, ...pool }),
    kind: 'node-group' as const,
    waits: {},
    size: { minSize: 0, desiredSize: nodes.length, maxSize: 50 },
    rebalancing: false,
    nodes: nodes.map((node) => ownNode(node, now)),
    pods: podsOf(seen),
    microUsdPerHour: () => 192_000,
    demands: { 'us-dev/shop': 'asleep', 'us-dev/api': 'awake' } as const,
    ...(autoscaler === undefined ? {} : { autoscaler }),
    ...view,
  }
  const consolidation = consolidationOf(unjudged)
  const of = new Map(unjudged.nodes.map((node) => [node.name, consolidation(node)]))
  const answers = explainNodes(seen, {
    now, asleep: false, protectedBy: () => undefined, microUsdPerHour: () => 192_000,
    consolidates: ({ name }) => of.get(name)?.moves ?? false,
    whyLeft: ({ name }) => of.get(name)?.why,
    drains: ({ name }) => unjudged.pool.leaving[`i-${name}`]?.stage === 'draining' && of.get(name)?.moves === true,
  })
  const marked = new Set(nodes.flatMap(({ name, stage }) => (stage === undefined ? [] : [name])))
  const emptying = nextEvictions(seen, answers.filter(({ name, verdict }) => verdict === 'remove' && marked.has(name)), attached)
  return { ...unjudged, answers: new Map(answers.map((answer) => [answer.name, answer])), emptying }
}

const ownNode = ({ name, stage, seconds = 20 }: PooledNode, now: Instant): Node =>
  nodeWith(name, stage === undefined ? {} : { cordoned: true, markedAt: later(now, -seconds) })

const seenNode = ({ name, stage }: PooledNode): Snapshot['nodes'][number] =>
  nodeNamed(name, stage === undefined ? {} : { cordoned: true, taints: [{ key: RECLAIM_TAINT, value: '', effect: 'NoSchedule' }] })
