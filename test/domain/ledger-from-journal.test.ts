import { describe, expect, it } from 'vitest'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import { ledgerFromJournal } from '../../lib/domain/ledger/ledger-from-journal.ts'
import type { ClusterStory } from '../../lib/domain/ledger/cluster-story.ts'
import { poolWith } from './build-cluster.ts'
import { termsWith } from './build-environment.ts'
import { at, listPrice, nodeLife, POOL, SHOP } from './build-ledger.ts'
import { clusterWith, fleetWith, heldPool, phase, sleeper, standing, storyWith } from './build-story.ts'

const inputOf = (changes: Partial<ClusterStory> = {}) => ledgerFromJournal(storyWith(changes), listPrice)
const shopIn = (changes: Partial<ClusterStory> = {}) => inputOf(changes).environments.find(({ id }) => id === SHOP)
const poolIn = (changes: Partial<ClusterStory> = {}) => inputOf(changes).pools.find(({ pool }) => pool === POOL)

describe('the state of an environment', () => {
  it('is its phase now, where nothing happened since', () => {
    expect(shopIn()?.states).toEqual([{ at: at('10:00'), state: 'asleep' }])
  })

  it('is what the first later fact says it was, whatever it is by now', () => {
    const facts = [phase('10:20', 'asleep', 'waking'), phase('10:25', 'waking', 'awake'), phase('19:00', 'awake', 'falling-asleep')]
    expect(shopIn({ facts, environments: [sleeper({ phase: 'falling-asleep', since: at('19:00') })] })?.states).toEqual([
      { at: at('10:00'), state: 'asleep' }, { at: at('10:20'), state: 'waking' }, { at: at('10:25'), state: 'awake' }, { at: at('19:00'), state: 'falling-asleep' },
    ])
  })

  it('is that of a fact after the span, where none is in it', () => {
    expect(shopIn({ facts: [phase('15:00', 'asleep', 'waking')], environments: [sleeper({ phase: 'waking' })] })?.states[0]).toEqual({ at: at('10:00'), state: 'asleep' })
  })

  it('begins with a new environment', () => {
    expect(shopIn({ environments: [sleeper({ phase: 'awake', since: at('10:30') })] })?.states).toEqual([{ at: at('10:30'), state: 'awake' }])
  })

  it('is told by the facts of one that was forgotten since, and it may have used any pool', () => {
    expect(shopIn({ environments: [], facts: [phase('10:20', 'asleep', 'waking')], pools: [heldPool(1), heldPool(1, { name: 'others' })] })).toEqual({
      id: SHOP,
      uses: { [POOL]: { cpuMilli: 1000, memoryMiB: 1024 }, 'us-dev/others': { cpuMilli: 1000, memoryMiB: 1024 } },
      states: [{ at: at('10:00'), state: 'asleep' }, { at: at('10:20'), state: 'waking' }],
      shut: [],
    })
  })
})

describe('what an environment uses', () => {
  it('is what its pods ask for on each pool', () => {
    expect(shopIn({ environments: [sleeper({ uses: { workers: { cpuMilli: 250, memoryMiB: 512 } } })] })?.uses).toEqual({ [POOL]: { cpuMilli: 250, memoryMiB: 512 } })
  })

  it('is alike on the pools it was seen on, where nobody counted', () => {
    const { uses: _, ...uncounted } = sleeper({ pools: ['workers'] })
    expect(shopIn({ environments: [uncounted], pools: [heldPool(1), heldPool(1, { name: 'others' })] })?.uses).toEqual({ [POOL]: { cpuMilli: 1000, memoryMiB: 1024 } })
  })
})

const said = (name: string, seconds: number): readonly string[] => (seconds === 0 ? [] : [`${name} ${seconds}`])

describe('a pool on which no environment runs', () => {
  const story = { environments: [sleeper(), sleeper({ id: 'us-dev/blog', name: 'blog' })], pools: [heldPool(1), heldPool(1, { name: 'system' })] }
  const lives = [nodeLife('a', { pool: 'us-dev/system', terminatedAt: at('09:00') })]
  const avoided = (whole: boolean) => {
    const { rows, shares } = keepLedger(inputOf({ ...story, lives, cluster: clusterWith({ whole }) }))
    return {
      rows: rows.flatMap(({ pool, savings }) => said(pool, savings.avoidedNodeSeconds)),
      shares: shares.flatMap(({ environment, savings }) => said(environment, savings.avoidedNodeSeconds)),
    }
  }

  it('is everybody’s alike in a cluster that may sleep as a whole: its node-hours are counted once, and shared out', () => {
    expect(avoided(true)).toEqual({ rows: ['us-dev/system 3600'], shares: [`${SHOP} 1800`, 'us-dev/blog 1800'] })
  })

  it('is nobody’s in any other', () => {
    expect(avoided(false)).toEqual({ rows: [], shares: [] })
  })
})

describe('the hours that let it sleep', () => {
  const environments = [sleeper({ terms: termsWith({ hours: 'Mon-Fri 08:00-10:30' }) })]

  it('are those between its windows within the span', () => {
    expect(shopIn({ environments })?.shut).toEqual([{ from: at('10:30'), to: at('11:00') }])
  })

  it('are longer on a holiday', () => {
    expect(shopIn({ environments, fleet: fleetWith({ holidays: ['2026-11-23'] }) })?.shut).toEqual([{ from: at('10:00'), to: at('11:00') }])
  })

  it('are none for one that was taken out of the intent: it is woken and left alone', () => {
    expect(shopIn({ environments: [{ ...sleeper({ terms: termsWith({ hours: 'never' }) }), removed: true }] })?.shut).toEqual([])
  })
})

describe('the baseline of a pool', () => {
  it('is its standing now, where nothing happened since', () => {
    expect(poolIn()?.baseline).toEqual([{ at: at('10:00'), heldNodes: 1, wantedNodes: 0 }])
  })

  it('is what the first later fact says it was', () => {
    const facts = [standing('10:20', undefined, 3, { was: 3, is: 3 }), standing('10:40', 3, 3, { was: 3, is: 1 })]
    expect(poolIn({ facts, pools: [heldPool(3, { keep: 1 })] })).toMatchObject({ keep: 1, baseline: [
      { at: at('10:00'), wantedNodes: 3 }, { at: at('10:20'), heldNodes: 3, wantedNodes: 3 }, { at: at('10:40'), heldNodes: 3, wantedNodes: 1 },
    ] })
  })

  it('is its original, where the journal never heard of the pool', () => {
    expect(poolIn({ pools: [poolWith({ original: { minSize: 1, desiredSize: 5, maxSize: 9, rebalancing: true } })] })?.baseline).toEqual([{ at: at('10:00'), heldNodes: 5 }])
  })

  it('is told by the facts of a pool that was forgotten since, and that strands nothing any more', () => {
    expect(poolIn({ pools: [], facts: [standing('10:20', 3, undefined)] })).toMatchObject({
      keep: Number.MAX_SAFE_INTEGER, baseline: [{ at: at('10:00'), heldNodes: 3, wantedNodes: 0 }, { at: at('10:20'), wantedNodes: 0 }],
    })
  })
})

it('knows what held nodes, and from when to when', () => {
  const facts = [
    { kind: 'blocker', at: at('10:10'), pool: POOL, was: 'a pod with hostPath', is: 'a budget' },
    { kind: 'blocker', at: at('10:30'), pool: POOL, was: 'a budget' },
  ] as const
  expect(poolIn({ facts })?.blockers).toEqual([
    { from: at('10:00'), to: at('10:10'), why: 'a pod with hostPath' }, { from: at('10:10'), to: at('10:30'), why: 'a budget' },
  ])
})

describe('the nodes', () => {
  const before = nodeLife('before', { terminatedAt: at('09:00') })
  const replaced = nodeLife('replaced', { terminatedAt: at('09:10') })
  const runs = nodeLife('runs', { runningAt: at('09:20') })

  it('are all that ran, where no day before says who was missing', () => {
    expect(inputOf({ lives: [before, runs] }).nodes).toEqual([before, runs])
  })

  it('that had left by then are those the day before says, and nobody who ran came after them', () => {
    const { nodes } = inputOf({ lives: [before, replaced, runs], gone: [before] })
    expect(nodes.map(({ instanceId }) => instanceId)).toEqual(['i-before', 'i-runs'])
    for (const { runningAt } of nodes) expect(runningAt).toBeLessThan(at('09:00'))
  })
})
