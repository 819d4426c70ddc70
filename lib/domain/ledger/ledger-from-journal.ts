import type { Environment } from '../environment.ts'
import { stepsFrom } from '../journal/steps-from.ts'
import type { Pool } from '../pool.ts'
import type { Requests } from '../requests.ts'
import { shutSpans } from '../shut-spans.ts'
import { type Instant, later } from '../time.ts'
import { type ClusterStory, factsOf } from './cluster-story.ts'
import type { BaselineStep, EnvironmentFacts, LedgerInput, NodeLifecycle, PoolBlocker, PoolFacts, PriceOf } from './ledger-input.ts'

/**
 * What the ledger of a span is kept from. What is known no longer, an environment or a pool forgotten since, is there as
 * far as the facts tell of it, so that the same facts make the same ledger whenever it is kept.
 */
export const ledgerFromJournal = (story: ClusterStory, priceOf: PriceOf): LedgerInput => ({
  span: story.span,
  nodes: nodesOf(story),
  pools: poolFacts(story),
  environments: environmentFacts(story),
  // Nothing asks yet what commitments there are.
  coverage: [],
  priceOf,
})

/**
 * Where the day before says who was missing when the span began, nobody else was, and nobody came in their place: all of
 * them, and whoever ran then, came before the first of them left. A node counts as running in the second in which it ended.
 */
const nodesOf = ({ span: { from }, lives, gone }: ClusterStory): readonly NodeLifecycle[] => {
  if (gone === undefined) return lives
  const known = new Set(gone.map(({ instanceId }) => instanceId))
  const before = later(Math.min(from, ...gone.map(({ terminatedAt = from }) => terminatedAt)) as Instant, -1)
  const others = lives.filter(({ instanceId, terminatedAt = Infinity }) => !known.has(instanceId) && terminatedAt > later(from, -1))
  return [...gone, ...others].map((life) => (life.runningAt < from ? { ...life, runningAt: before } : life))
}

const poolFacts = (story: ClusterStory): readonly PoolFacts[] => {
  const records = new Map(story.pools.map((pool) => [ledgerName(pool), pool]))
  const standings = Map.groupBy(factsOf(story, 'standing'), ({ pool }) => pool)
  const blockers = Map.groupBy(factsOf(story, 'blocker'), ({ pool }) => pool)
  return [...new Set([...records.keys(), ...standings.keys()])].map((pool) => {
    const record = records.get(pool)
    const changes = (standings.get(pool) ?? []).map(({ at, was, is }) => ({ at, was, is }))
    return {
      pool,
      // A pool nobody looks after any more strands nothing.
      keep: record?.keep ?? Number.MAX_SAFE_INTEGER,
      baseline: stepsFrom(story.span.from, changes, record && standingOf(record)).map(({ at, is }): BaselineStep => ({ at, ...is })),
      blockers: blockersOf(stepsFrom(story.span.from, (blockers.get(pool) ?? []).map(({ at, was, is }) => ({ at, was, is })), record?.heldBy)),
    }
  })
}

/** As the journal last heard of it; before it heard anything an original that is held says enough. */
const standingOf = ({ standing, original }: Pool): Omit<BaselineStep, 'at'> =>
  standing ?? (original === undefined ? {} : { heldNodes: original.desiredSize })

const blockersOf = (steps: readonly { readonly at: Instant; readonly is: string | undefined }[]): readonly PoolBlocker[] =>
  steps.flatMap(({ at, is }, index): readonly PoolBlocker[] => {
    const to = steps[index + 1]?.at
    return is === undefined || to === at ? [] : [{ from: at, why: is, ...(to === undefined ? {} : { to }) }]
  })

const environmentFacts = (story: ClusterStory): readonly EnvironmentFacts[] => {
  const records = new Map(story.environments.map((environment) => [environment.id, environment]))
  const phases = Map.groupBy(factsOf(story, 'phase'), ({ environment }) => environment)
  const ids = [...new Set([...records.keys(), ...phases.keys()])]
  const uses = new Map(ids.map((id) => [id, usesOf(records.get(id), story)]))
  const system = systemUses(story, new Set([...uses.values()].flatMap((each) => Object.keys(each))))
  return ids.map((id) => {
    const record = records.get(id)
    return {
      id,
      uses: { ...uses.get(id), ...system },
      states: stepsFrom(beganAt(record, phases.has(id), story.span.from), phases.get(id) ?? [], record?.phase ?? 'awake').map(({ at, is }) => ({ at, state: is })),
      shut: record === undefined || record.removed === true ? [] : shutSpans(record.terms, story.fleet.holidays, story.span),
    }
  })
}

/** One that has been in its first phase since after the span began is new. */
const beganAt = (record: Environment | undefined, hasFacts: boolean, from: Instant): Instant =>
  record !== undefined && !hasFacts && record.since > from ? record.since : from

/** What it asks for on each pool; where that is not known yet, the same on each that it may use. */
const usesOf = (record: Environment | undefined, { cluster, pools }: ClusterStory): Readonly<Record<string, Requests>> => {
  const uses = record?.uses ?? Object.fromEntries((record?.pools ?? pools.map(({ name }) => name)).map((name) => [name, ALIKE]))
  return Object.fromEntries(Object.entries(uses).map(([name, requests]) => [`${cluster.name}/${name}`, requests]))
}

/** Of a cluster that may sleep as a whole all have a part in the pools on which none of them runs: these wait for all of them. */
const systemUses = ({ cluster, pools }: ClusterStory, used: ReadonlySet<string>): Readonly<Record<string, Requests>> =>
  (cluster.whole ? Object.fromEntries(pools.map(ledgerName).filter((name) => !used.has(name)).map((name) => [name, ALIKE])) : {})

const ALIKE: Requests = { cpuMilli: 1000, memoryMiB: 1024 }

const ledgerName = ({ cluster, name }: Pool): string => `${cluster}/${name}`
