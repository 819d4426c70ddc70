import { modeOf } from '../fleet.ts'
import type { Fact } from '../journal/fact.ts'
import { type Instant } from '../time.ts'
import { commonSeconds, type Span } from './clock-hour.ts'
import type { EnvironmentDay, PoolDay } from './cluster-day.ts'
import { type ClusterStory, factsOf } from './cluster-story.ts'
import type { EnvironmentFacts } from './ledger-input.ts'
import type { Savings } from './savings.ts'

type PhaseFact = Extract<Fact, { kind: 'phase' }>

/** A day of the environments of a cluster: what they did, beside their part of the money. */
export const environmentDays = (
  story: ClusterStory,
  environments: readonly EnvironmentFacts[],
  { pools, savingsOf, span }: { readonly pools: readonly PoolDay[]; readonly savingsOf: (environment: string) => Savings; readonly span: Span },
): readonly EnvironmentDay[] => {
  const during = ({ at }: Fact): boolean => span.from <= at && at < span.to
  const phases = Map.groupBy(factsOf(story, 'phase').filter(during), ({ environment }) => environment)
  const failures = Map.groupBy(factsOf(story, 'failure').filter(during), ({ subject }) => subject)
  const mode = modeOf(story.fleet, story.cluster)
  return environments.map((facts) => {
    const wakes = (phases.get(facts.id) ?? []).filter(({ is }) => is === 'waking')
    const wakesOnRequest = wakes.filter(isOnRequest).length
    const used = pools.filter(({ pool }) => Object.hasOwn(facts.uses, pool))
    return {
      id: facts.id,
      mode,
      savings: savingsOf(facts.id),
      ...secondsOf(facts, span),
      wakesPlanned: wakes.length - wakesOnRequest,
      wakesOnRequest,
      failures: failures.get(facts.id)?.length ?? 0,
      unpricedTypes: union(used.map(({ unpricedTypes }) => unpricedTypes)),
      priceSources: union(used.map(({ priceSources }) => priceSources)),
    }
  })
}

/** A lease is from who opened its address or a pipeline, a hold is a person's word; all else the hours planned. */
const isOnRequest = ({ rule }: PhaseFact): boolean => rule === 'lease' || rule === 'hold'

/** Asleep is what has come to rest there; on its way down or up it runs, and counts as awake. Before it was there: neither. */
const secondsOf = ({ states }: EnvironmentFacts, span: Span): Pick<EnvironmentDay, 'awakeSeconds' | 'asleepSeconds'> => {
  let [awakeSeconds, asleepSeconds] = [0, 0]
  for (const [index, { at, state }] of states.entries()) {
    const seconds = commonSeconds(span, { from: at, to: states[index + 1]?.at ?? (Math.max(at, span.to) as Instant) })
    if (state === 'asleep') asleepSeconds += seconds
    else awakeSeconds += seconds
  }
  return { awakeSeconds, asleepSeconds }
}

const union = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].toSorted()
