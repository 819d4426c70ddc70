import type { Instant } from '../time.ts'
import { secondOf } from './clock-hour.ts'
import type { LedgerInput, NodeLifecycle, PoolFacts } from './ledger-input.ts'
import { poolEvents } from './pool-events.ts'

/**
 * The nodes that have left under a held original and have not been replaced by an instant: what a ledger that begins then
 * needs to know of the past, so that it reads the nodes of one day and not of all the time an original has been held. No
 * more of a pool than its original had: more cannot be missing, and an original does not grow while it is held.
 */
export const goneNodes = ({ nodes, pools }: Pick<LedgerInput, 'nodes' | 'pools'>, until: Instant): readonly NodeLifecycle[] => {
  const nodesOf = Map.groupBy(nodes, ({ pool }) => pool)
  return pools.flatMap((facts) => goneOf(facts, nodesOf.get(facts.pool) ?? [], secondOf(until)))
}

const goneOf = (facts: PoolFacts, nodes: readonly NodeLifecycle[], untilSecond: number): readonly NodeLifecycle[] => {
  let gone: readonly NodeLifecycle[] = []
  // Before the first word about the pool it is taken to be held, as `PoolStanding` takes it.
  let held = Infinity
  for (const event of poolEvents(facts, { nodes, users: [] })) {
    if (event.second >= untilSecond) break
    if (event.what === 'baseline') held = event.step.heldNodes ?? 0
    if (event.what === 'left') gone = [...gone, event.node]
    if (event.what === 'came') gone = withoutOneLike(gone, event.node)
    if (held === 0) gone = []
  }
  return gone.slice(Math.max(0, gone.length - held))
}

/** Whoever comes stands in for one of its kind, else of its type and capacity, as in `NodeStock`. */
const withoutOneLike = (gone: readonly NodeLifecycle[], node: NodeLifecycle): readonly NodeLifecycle[] => {
  const alike = (other: NodeLifecycle): boolean => other.instanceType === node.instanceType && other.capacity === node.capacity
  const same = gone.findLastIndex((other) => alike(other) && (node.capacity === 'on-demand' || other.zone === node.zone))
  const index = same === -1 ? gone.findLastIndex(alike) : same
  return index === -1 ? gone : gone.toSpliced(index, 1)
}
