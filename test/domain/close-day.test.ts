import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../lib/domain/journal/fact.ts'
import type { ClusterDay } from '../../lib/domain/ledger/cluster-day.ts'
import type { NodeLifecycle } from '../../lib/domain/ledger/ledger-input.ts'
import { localDay, localDayNumber } from '../../lib/domain/ledger/local-day.ts'
import { addSavings, NO_SAVINGS, type Savings } from '../../lib/domain/ledger/savings.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { termsWith } from './build-environment.ts'
import { at, nodeLife, POOL, SHOP } from './build-ledger.ts'
import { clusterWith, closed, fleetWith, heldPool, MONDAY, phase, sleeper, standing, storyWith } from './build-story.ts'

const HOUR = 3600
const sum = (all: readonly Savings[]): Savings => all.reduce(addSavings, NO_SAVINGS)
const shopOf = ({ environments }: ClusterDay) => environments.find(({ id }) => id === SHOP)

describe('a day of a cluster', () => {
  it('has an m5.xlarge that was off the bill from 20:00 on, at $0.192: four hours, $0.768', () => {
    const { day } = closed(storyWith({
      lives: [nodeLife('a', { runningAt: at('00:00'), terminatedAt: at('20:00') })],
      facts: [phase('19:00', 'awake', 'falling-asleep', { rule: 'hours' }), phase('19:05', 'falling-asleep', 'asleep'), standing('19:30', undefined, 1, { was: 1, is: 0 })],
    }))
    expect(day.pools).toEqual([expect.objectContaining({ pool: POOL, savings: expect.objectContaining({ avoidedNodeSeconds: 4 * HOUR, realized: { pricedNodeSeconds: 4 * HOUR, unpricedNodeSeconds: 0, microUsd: 768_000 } }) })])
    expect(shopOf(day)).toMatchObject({ awakeSeconds: 19 * HOUR + 300, asleepSeconds: 5 * HOUR - 300, savings: { realized: { microUsd: 768_000 } } })
    expect(day).toMatchObject({ day: '2026-11-23', upTo: MONDAY.to, unattributed: NO_SAVINGS })
  })

  it('is reckoned up to the last full hour while it lasts', () => {
    const { day } = closed(storyWith(), { asOf: at('10:00') })
    expect(day).toMatchObject({ upTo: at('10:00'), to: MONDAY.to })
    expect(shopOf(day)?.asleepSeconds).toBe(10 * HOUR)
  })

  it('counts wakes by who asked: a lease and a person’s word are on request, the hours are planned', () => {
    const facts = [
      phase('08:00', 'asleep', 'waking', { rule: 'hours' }), phase('08:02', 'waking', 'awake', { rule: 'hours' }),
      phase('12:00', 'falling-asleep', 'waking', { rule: 'lease' }), phase('21:00', 'asleep', 'waking', { rule: 'hold' }),
    ]
    expect(shopOf(closed(storyWith({ facts })).day)).toMatchObject({ wakesPlanned: 1, wakesOnRequest: 2 })
  })

  it('tells what failed, how often, and until when it stood in the way', () => {
    const facts: Fact[] = [
      { kind: 'failure', at: at('08:00'), subject: SHOP, text: 'waking: no room' },
      phase('08:20', 'waking', 'awake'),
      { kind: 'failure', at: at('21:00'), subject: 'us-dev', text: 'nodes: the cluster refuses our token' },
    ]
    const { day } = closed(storyWith({ facts }))
    expect(shopOf(day)?.failures).toBe(1)
    expect(day.blockers).toEqual([
      { kind: 'failed', subject: SHOP, reason: 'waking: no room', about: [SHOP], seconds: 1200, microUsdByEnvironment: {} },
      { kind: 'failed', subject: 'us-dev', reason: 'nodes: the cluster refuses our token', about: [], seconds: 0, microUsdByEnvironment: {} },
    ])
  })

  it('tells what held a node although all slept, and what that cost: two hours of an m5.xlarge, $0.384', () => {
    const facts: Fact[] = [
      { kind: 'blocker', at: at('20:00'), pool: POOL, is: 'a pod with hostPath' },
      { kind: 'blocker', at: at('22:00'), pool: POOL, was: 'a pod with hostPath' },
    ]
    const { day } = closed(storyWith({ facts, lives: [nodeLife('a', { runningAt: at('00:00'), terminatedAt: at('22:00') })] }))
    expect(day.blockers).toEqual([{
      kind: 'blocked', subject: POOL, reason: 'a pod with hostPath', about: [SHOP], seconds: 2 * HOUR, microUsdByEnvironment: { [SHOP]: 384_000 }, unattributedMicroUsd: 0,
    }])
    expect(shopOf(day)?.savings.stranded.microUsd).toBe(22 * 192_000)
  })

  it('does not say what a blocker cost where no price is known', () => {
    const facts: Fact[] = [{ kind: 'blocker', at: at('20:00'), pool: POOL, is: 'a budget' }]
    const { day } = closed(storyWith({ facts, lives: [nodeLife('a', { instanceType: 'x9.huge' })] }))
    expect(day.blockers).toEqual([{ kind: 'blocked', subject: POOL, reason: 'a budget', about: [SHOP], seconds: 4 * HOUR, microUsdByEnvironment: {}, unpriced: [SHOP] }])
    expect(day.problems).toEqual([{ text: `${POOL}: no price is known for x9.huge; what it ran or saved is not in the money`, times: 1 }])
  })

  it('says of a cost that it is not all where one of the nodes has a price and one has none', () => {
    const facts: Fact[] = [{ kind: 'blocker', at: at('20:00'), pool: POOL, is: 'a budget' }]
    const { day } = closed(storyWith({ facts, lives: [nodeLife('a'), nodeLife('b', { instanceType: 'x9.huge' })] }))
    expect(day.blockers).toEqual([expect.objectContaining({ microUsdByEnvironment: { [SHOP]: 4 * 192_000 }, unpriced: [SHOP] })])
  })

  it('has the control plane at $0.10 an hour, and extended support at $0.50 more (FIELD §5)', () => {
    const ends = [{ version: '1.31', standardSupportEnds: instant('2025-11-26T00:00:00Z'), extendedSupportEnds: instant('2026-11-26T00:00:00Z') }]
    const { day } = closed(storyWith({ cluster: clusterWith({ support: { version: '1.31', ends } }) }))
    expect(day.residualMicroUsd).toBe(2_400_000)
    expect(day.support).toMatchObject({ kind: 'known', cluster: 'us-dev', microUsd: 12_000_000 })
  })

  it('bears its part of what Catnap costs itself, the question for the bill included', () => {
    const { day } = closed(storyWith(), { sharedWork: { clusters: [clusterWith(), clusterWith({ name: 'eu' })], costExplorerRequests: 2 } })
    expect(day.ownCosts.find(({ name }) => name === 'Cost Explorer')).toEqual({ name: 'Cost Explorer', microUsd: 10_000 })
  })

  it('says once, with how often, what was left out', () => {
    const broken = nodeLife('b', { runningAt: at('12:00'), terminatedAt: at('11:00') })
    const { day } = closed(storyWith({ lives: [broken, broken] }), { problems: ['the Price List did not answer'] })
    expect(day.problems).toEqual([
      { text: 'i-b: terminated at 2026-11-23T11:00:00Z, before it ran at 2026-11-23T12:00:00Z', times: 2 },
      { text: `${POOL}: 24.0 node-hours are missing that nobody saw leave; they do not count as saved`, times: 1 },
      { text: 'the Price List did not answer', times: 1 },
    ])
  })

  it('of a fleet that only observes saves nothing and says so', () => {
    expect(shopOf(closed(storyWith({ fleet: fleetWith({ mode: 'observe' }), environments: [sleeper({ phase: 'awake' })], pools: [], lives: [nodeLife('a')] })).day)).toMatchObject({
      mode: 'observe', awakeSeconds: 24 * HOUR, asleepSeconds: 0, savings: { realized: { microUsd: 0 } },
    })
  })
})

const hoursOf = (noon: string): number => {
  const { from, to } = localDay('Europe/Paris', localDayNumber('Europe/Paris', instant(noon)))
  return (to - from) / 3_600_000
}

describe('a day of a zone', () => {
  it('has 23 hours when the clocks go forward, 25 when they go back', () => {
    expect([hoursOf('2026-03-29T12:00:00Z'), hoursOf('2026-10-25T12:00:00Z'), hoursOf('2026-11-23T12:00:00Z')]).toEqual([23, 25, 24])
  })
})

const MINUTES = 2 * 1440
const BEGIN = at('00:00')
const minuteOf = fc.integer({ min: 0, max: MINUTES })
const PHASES = ['awake', 'falling-asleep', 'asleep', 'waking'] as const

/** What happened to one environment in two days: phases one after the other, each saying what was. */
const anyPhases = (environment: string): fc.Arbitrary<readonly Fact[]> =>
  fc.array(fc.tuple(minuteOf, fc.constantFrom(...PHASES)), { maxLength: 8 }).map((changes) => {
    const inOrder = changes.toSorted(([a], [b]) => a - b)
    return inOrder.map(([minute, is], index): Fact => ({ kind: 'phase', at: later(BEGIN, minute * 60), environment, was: inOrder[index - 1]?.[1] ?? 'asleep', is }))
  })

/** An original of three, held and given back; it does not grow while it is held. */
const anyStandings: fc.Arbitrary<readonly Fact[]> = fc.array(fc.tuple(minuteOf, fc.constantFrom(3, 3, undefined), fc.integer({ min: 0, max: 5 })), { maxLength: 5 }).map((changes) => {
  const inOrder = changes.toSorted(([a], [b]) => a - b)
  const of = (change: (typeof changes)[number] | undefined) => (change === undefined ? { heldNodes: 3, wantedNodes: 0 } : { ...(change[1] === undefined ? {} : { heldNodes: change[1] }), wantedNodes: change[2] })
  return inOrder.map((change, index): Fact => ({ kind: 'standing', at: later(BEGIN, change[0] * 60), pool: POOL, was: of(inOrder[index - 1]), is: of(change) }))
})

const anyLife: fc.Arbitrary<NodeLifecycle> = fc.tuple(fc.uuid(), fc.integer({ min: -600, max: MINUTES }), fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2000 })), fc.constantFrom(true, true, false)).map(([id, minute, minutes, ends]) =>
  nodeLife(id, { runningAt: later(BEGIN, minute * 60), ...(ends ? { terminatedAt: later(BEGIN, (minute + minutes) * 60) } : {}) }))

const anyStory = fc.record({
  shop: anyPhases(SHOP), demo: anyPhases('us-dev/demo'), standings: anyStandings, lives: fc.uniqueArray(anyLife, { maxLength: 16, selector: ({ instanceId }) => instanceId }), cpuMilli: fc.integer({ min: 0, max: 9000 }),
  zone: fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kolkata', 'America/St_Johns'),
}).map(({ shop, demo, standings, lives, cpuMilli, zone }) => ({
  zone,
  story: storyWith({
    facts: [...shop, ...demo, ...standings].toSorted((a, b) => a.at - b.at),
    lives,
    environments: [
      sleeper({ terms: termsWith({ hours: 'Mon-Fri 08:00-19:00', timezone: zone }), phase: (shop.at(-1) as { is?: 'awake' } | undefined)?.is ?? 'asleep' }),
      sleeper({ id: 'us-dev/demo', name: 'demo', uses: { workers: { cpuMilli, memoryMiB: 1 } }, phase: (demo.at(-1) as { is?: 'awake' } | undefined)?.is ?? 'asleep' }),
    ],
    pools: [heldPool(3, { standing: (standings.at(-1) as { is?: { heldNodes: number; wantedNodes: number } } | undefined)?.is ?? { heldNodes: 3, wantedNodes: 0 } })],
  }),
}))

/** The same as `account` does: yesterday first, then today from what yesterday says of those who left. */
const twoDays = ({ story, zone }: { readonly story: ReturnType<typeof storyWith>; readonly zone: string }) => {
  const [one, two] = [localDay(zone, localDayNumber(zone, later(BEGIN, 43_200))), localDay(zone, localDayNumber(zone, later(BEGIN, 43_200)) + 1)]
  // Midnight of a zone lies within a half hour: what is before the first day is not told of.
  const facts = story.facts.filter(({ at: then }) => then >= one.from)
  const asOf = later(BEGIN, 3 * 86_400)
  const first = closed({ ...story, facts }, { day: one, asOf })
  const from = Math.floor(two.from / 3_600_000) * 3_600_000
  const second = closed({ ...story, facts: facts.filter(({ at: then }) => then >= from), gone: first.day.carry?.gone ?? [] }, { day: two, asOf })
  const both = closed({ ...story, facts }, { day: { ...one, to: two.to }, asOf })
  return { first, second, both }
}

describe('any days', () => {
  it('have environments, and what belongs to none, that add up to the pools to the micro-dollar', () => {
    fc.assert(fc.property(anyStory, (told) => {
      const { first, second } = twoDays(told)
      for (const { day } of [first, second]) {
        expect(sum([...day.environments.map(({ savings }) => savings), day.unattributed])).toEqual(sum(day.pools.map(({ savings }) => savings)))
        for (const { awakeSeconds, asleepSeconds } of day.environments) expect(awakeSeconds + asleepSeconds).toBeLessThanOrEqual((day.to - day.from) / 1000)
        const blocked = day.blockers.flatMap(({ microUsdByEnvironment }) => Object.values(microUsdByEnvironment)).reduce((all, each) => all + each, 0)
        expect(blocked).toBeLessThanOrEqual(sum(day.pools.map(({ savings }) => savings)).stranded.microUsd ?? 0)
      }
    }), { numRuns: 60 })
  })

  it('one after the other come to what they come to together: nothing is lost at midnight, nothing counts twice', () => {
    fc.assert(fc.property(anyStory, (told) => {
      const { first, second, both } = twoDays(told)
      expect(sum([first.day, second.day].flatMap(({ pools }) => pools.map(({ savings }) => savings)))).toEqual(sum(both.day.pools.map(({ savings }) => savings)))
    }), { numRuns: 60 })
  })

  it('closed again from the same facts are the same', () => {
    fc.assert(fc.property(anyStory, (told) => {
      expect(twoDays(told).second.day).toEqual(twoDays(told).second.day)
    }), { numRuns: 20 })
  })
})
