import { overlap } from '../overlap.ts'
import type { Instant } from '../time.ts'
import { commonSeconds, type Span } from './clock-hour.ts'
import type { BlockerDay } from './cluster-day.ts'
import { type ClusterStory, factsOf } from './cluster-story.ts'
import type { Ledger } from './ledger.ts'
import type { EnvironmentFacts, EnvironmentState, LedgerInput, PoolFacts } from './ledger-input.ts'

/** What could not sleep in a day and what failed, each reason once with what it cost. */
export const blockerDays = (story: ClusterStory, input: LedgerInput, ledger: Ledger, span: Span): readonly BlockerDay[] => [
  ...input.pools.flatMap((pool) => blockedDays(pool, input, ledger, span)),
  ...failedDays(story, input, span),
]

/** What a blocker comes to while it is added up. */
interface Cost {
  seconds: number
  /** Undefined while nothing with a price was stranded under it. */
  known: boolean
  readonly byEnvironment: Map<string, number>
  /** The environments whose part has node-hours without a price. */
  readonly unpriced: Set<string>
}

const blockedDays = (facts: PoolFacts, { environments }: LedgerInput, { rows, shares }: Ledger, span: Span): readonly BlockerDay[] => {
  const standing = Map.groupBy((facts.blockers ?? []).flatMap(({ why, from, to = span.to }) => clipped({ from, to, why }, span)), ({ why }) => why)
  if (standing.size === 0) return []
  const users = environments.filter(({ uses }) => Object.hasOwn(uses, facts.pool))
  const together = allAsleep(users)
  const sharesAt = Map.groupBy(shares.filter(({ pool }) => pool === facts.pool), ({ from }) => from)
  const costs = new Map<string, Cost>([...standing].map(([why, spans]) => [why, { seconds: length(spans), known: false, byEnvironment: new Map(), unpriced: new Set() }]))
  for (const row of rows) {
    if (row.pool !== facts.pool || row.savings.strandedNodeSeconds === 0) continue
    const stranded = overlap(together, [row])
    for (const [why, spans] of standing) {
      const cost = costs.get(why)
      const seconds = length(overlap(stranded, spans))
      if (cost === undefined || seconds === 0) continue
      for (const { environment, savings: { stranded: { microUsd, unpricedNodeSeconds } } } of sharesAt.get(row.from) ?? []) {
        if (unpricedNodeSeconds > 0) cost.unpriced.add(environment)
        if (microUsd === undefined) continue
        cost.known = true
        const part = Number((BigInt(microUsd) * BigInt(seconds)) / BigInt(length(stranded)))
        cost.byEnvironment.set(environment, (cost.byEnvironment.get(environment) ?? 0) + part)
      }
    }
  }
  return [...costs].map(([reason, { seconds, known, byEnvironment, unpriced }]) => ({
    kind: 'blocked',
    subject: facts.pool,
    reason,
    about: users.map(({ id }) => id),
    seconds,
    microUsdByEnvironment: Object.fromEntries([...byEnvironment].filter(([, microUsd]) => microUsd > 0)),
    ...(known ? { unattributedMicroUsd: 0 } : {}),
    ...(unpriced.size === 0 ? {} : { unpriced: [...unpriced] }),
  }))
}

const clipped = <T extends Span>(each: T, span: Span): readonly T[] =>
  overlap([each], [span]).map((common) => ({ ...each, ...common }))

const length = (spans: readonly Span[]): number => spans.reduce((sum, each) => sum + commonSeconds(each, each), 0)

/** When all users of a pool slept or were off, and one slept: only then are its nodes stranded. */
const allAsleep = (users: readonly EnvironmentFacts[]): readonly Span[] => {
  if (users.length === 0) return []
  const resting = users.map((user) => spansOf(user, ['asleep', 'off'])).reduce(overlap)
  const asleep = users.map((user) => overlap(resting, spansOf(user, ['asleep'])))
  return asleep.reduce(merge)
}

const spansOf = ({ states }: EnvironmentFacts, which: readonly EnvironmentState[]): readonly Span[] =>
  states.flatMap(({ at, state }, index): readonly Span[] => {
    const to = states[index + 1]?.at ?? (Number.MAX_SAFE_INTEGER as Instant)
    return which.includes(state) && at < to ? [{ from: at, to }] : []
  })

const merge = (a: readonly Span[], b: readonly Span[]): readonly Span[] => {
  const merged: { from: Instant; to: Instant }[] = []
  for (const { from, to } of [...a, ...b].toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1)
    if (last === undefined || from > last.to) merged.push({ from, to })
    else last.to = Math.max(last.to, to) as Instant
  }
  return merged
}

/**
 * Acts that failed: each subject and words once, as long as it stood. Of an environment that is until its phase changed,
 * since it is tried again until then; of all else nobody knows. What it cost is not known either.
 */
const failedDays = (story: ClusterStory, { environments }: LedgerInput, span: Span): readonly BlockerDay[] => {
  const failures = factsOf(story, 'failure').filter(({ at }) => span.from <= at && at < span.to)
  const statesOf = new Map(environments.map(({ id, states }) => [id, states]))
  return [...Map.groupBy(failures, ({ subject, text }) => `${subject}\n${text}`).values()].flatMap((alike): readonly BlockerDay[] => {
    const [first] = alike
    if (first === undefined) return []
    const { subject, text: reason } = first
    const states = statesOf.get(subject)
    const stood = states === undefined ? [] : alike.map(({ at }) => ({ from: at, to: Math.min(states.find((next) => next.at > at)?.at ?? span.to, span.to) as Instant }))
    return [{
      kind: 'failed', subject, reason, about: states === undefined ? [] : [subject],
      seconds: length(stood.reduce((sum, each) => merge(sum, [each]), [] as readonly Span[])), microUsdByEnvironment: {},
    }]
  })
}
