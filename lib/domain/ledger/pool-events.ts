import type { Instant } from '../time.ts'
import { secondOf } from './clock-hour.ts'
import type { BaselineStep, EnvironmentFacts, EnvironmentState, NodeLifecycle, PoolFacts } from './ledger-input.ts'

/** An environment that uses a pool, with what it weighs there. */
export interface PoolUser extends Pick<EnvironmentFacts, 'id' | 'states' | 'shut'> {
  /** In the unit of `requestWeight`. */
  readonly weight: number
}

/** Whose lives make up what happened in a pool. */
export interface PoolMembers {
  readonly nodes: readonly NodeLifecycle[]
  readonly users: readonly PoolUser[]
}

/** Something that happened in a pool, at a whole second. */
export type PoolEvent = { readonly second: number } & (
  | { readonly what: 'baseline'; readonly step: BaselineStep }
  | { readonly what: 'left' | 'came'; readonly node: NodeLifecycle }
  | { readonly what: 'state'; readonly user: PoolUser; readonly state: EnvironmentState }
  | { readonly what: 'shut' | 'open'; readonly user: PoolUser }
)

/** Of one second: an original first, then who leaves under it, then who comes in his place. */
const ORDER = { baseline: 0, left: 1, came: 2, state: 3, open: 4, shut: 5 } as const

/** All that happened in a pool, in order. A node counts as running in the second in which it was terminated. */
export const poolEvents = ({ baseline }: PoolFacts, { nodes, users }: PoolMembers): readonly PoolEvent[] => {
  const events: PoolEvent[] = baseline.map((step) => ({ second: secondOf(step.at), what: 'baseline', step }))
  for (const node of nodes) {
    events.push({ second: secondOf(node.runningAt), what: 'came', node })
    if (node.terminatedAt !== undefined) events.push({ second: secondOf((node.terminatedAt + 999) as Instant), what: 'left', node })
  }
  for (const user of users) {
    for (const { at, state } of user.states) events.push({ second: secondOf(at), what: 'state', user, state })
    for (const { from, to } of user.shut) {
      events.push({ second: secondOf(from), what: 'shut', user })
      events.push({ second: secondOf(to), what: 'open', user })
    }
  }
  return events.toSorted((a, b) => a.second - b.second || ORDER[a.what] - ORDER[b.what])
}
