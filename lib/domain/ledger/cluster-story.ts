import type { Environment } from '../environment.ts'
import type { Cluster, Fleet } from '../fleet.ts'
import type { Fact } from '../journal/fact.ts'
import type { Pool } from '../pool.ts'
import type { Span } from './clock-hour.ts'
import type { NodeLifecycle } from './ledger-input.ts'

/** What the journal and the records say of one cluster over a span. */
export interface ClusterStory {
  /** Full hours, UTC: commitments count by the clock hour. */
  readonly span: Span
  readonly fleet: Fleet
  readonly cluster: Cluster
  /** As they are now. */
  readonly environments: readonly Environment[]
  readonly pools: readonly Pool[]
  /** From the beginning of the span until now, in order, those after its end too: they say what was. */
  readonly facts: readonly Fact[]
  /** Nodes that run, and those that ended since the span began; also those that ended before it, where `gone` is absent. */
  readonly lives: readonly NodeLifecycle[]
  /** Nodes that had left under a held original when the span began and had not been replaced, as the day before says. */
  readonly gone?: readonly NodeLifecycle[]
}

/** The facts of one kind. */
export const factsOf = <K extends Fact['kind']>({ facts }: Pick<ClusterStory, 'facts'>, kind: K): readonly Extract<Fact, { kind: K }>[] =>
  facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind)
