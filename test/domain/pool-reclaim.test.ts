import { describe, expect, it } from 'vitest'
import { originalOf, poolStanding, type Pool, unboundedSize } from '../../lib/domain/pool.ts'
import { freesItself, planReclaim } from '../../lib/domain/reclaim.ts'
import { sayPoolStep } from '../../lib/domain/say-pool-step.ts'
import { isPrepared, sayPutBack } from '../../lib/domain/put-back.ts'
import { later } from '../../lib/domain/time.ts'
import { markedNode, nodeWith, now, podOn, poolWith, viewWith } from './build-cluster.ts'

// What planReclaim does for every kind of pool is in reclaim.test.ts.

const LIMITS = { cpu: 100, memory: '400Gi' }
const BOUNDLESS = { minSize: 0, desiredSize: 3, maxSize: Number.MAX_SAFE_INTEGER }
const ORIGINAL = { ...BOUNDLESS, rebalancing: false, limits: LIMITS }
const SHUT = { ...LIMITS, cpu: '0' }

type Changes = Parameters<typeof viewWith>[0]

/** Three empty nodes of a NodePool, its one environment asleep, unless told otherwise. */
const nodePoolView = (changes: Changes = {}) => viewWith({ kind: 'node-pool', size: BOUNDLESS, rebalancing: false, limits: LIMITS, ...changes })

const done = (changes: Changes) => planReclaim(nodePoolView(changes)).steps.map((step) => step.do)

const shut = (pool: Partial<Pool> = {}) => ({ limits: SHUT, pool: { original: ORIGINAL, ...pool } })

/** The node a, asked to end so many seconds ago. */
const leaving = (seconds: number) => ({ 'i-a': { node: 'a', instanceType: 'm5.xlarge', stage: 'ending' as const, since: later(now, -seconds) } })

/** A pod of somebody else that has waited for a node for so long. */
const waiting = (seconds: number) => [podOn(undefined, { namespace: 'others', name: 'job-1', waitsSince: later(now, -seconds) })]

describe('a NodePool', () => {
  it('is shut first, and its original said whole', () => {
    const { steps } = planReclaim(nodePoolView())
    expect(steps.map((step) => step.do)).toEqual(['prepare', 'mark', 'mark'])
    expect(steps.slice(0, 1).map((step) => sayPoolStep('batch', step))).toEqual([
      'prepare pool batch: limits cpu 100, memory 400Gi → a CPU limit of 0, so that Karpenter starts no node (so that a removal is neither refused nor undone; undone by limits cpu 100, memory 400Gi, 3 nodes)',
    ])
  })

  it('is not prepared again while it is shut', () => {
    expect(done(shut())).toEqual(['mark', 'mark'])
  })

  it('that has no limits to change is prepared by noting what it was', () => {
    const { limits: _, ...unlimited } = nodePoolView()
    expect(planReclaim(unlimited).steps.map((step) => step.do)).toEqual(['prepare', 'mark', 'mark'])
    expect(planReclaim({ ...unlimited, pool: poolWith({ original: { ...BOUNDLESS, rebalancing: false } }) }).steps.map((step) => step.do)).toEqual(['mark', 'mark'])
  })

  it('loses no node while somebody who uses it is awake: that is Karpenter’s to do', () => {
    expect(done({ demands: { 'us-dev/shop': 'asleep', 'us-dev/blog': 'awake' } })).toEqual([])
  })

  it('is opened for somebody who is awake, and its marked nodes given back', () => {
    expect(done({ ...shut(), demands: { 'us-dev/shop': 'asleep', 'us-dev/blog': 'awake' }, nodes: [markedNode('a', 5), nodeWith('b')] })).toEqual(['give-back', 'open'])
  })

  it('is opened for a pod of anybody that waits for a node of it', () => {
    const { steps } = planReclaim(nodePoolView({ ...shut(), pods: waiting(60) }))
    expect(steps.map((step) => sayPoolStep('batch', step))).toEqual(['open pool batch: limits cpu 100, memory 400Gi again (others/job-1 waits for a node; undone by a CPU limit of 0)'])
  })

  it('is not shut while a pod waits for a node of it, unless that has waited so long that none will come', () => {
    expect(planReclaim(nodePoolView({ pods: waiting(1799) }))).toMatchObject({ steps: [], unfinished: false, blockers: [{ why: 'waits its turn: others/job-1 waits for a node' }, {}, {}] })
    expect(done({ pods: waiting(1800) })).toEqual(['prepare', 'mark', 'mark'])
    expect(done({ ...shut(), pods: waiting(1800) })).toEqual(['mark', 'mark'])
  })

  it('stays shut for a pod that would not fit on a node of it', () => {
    const shape = { cpuMilli: 2000, memoryMiB: 4096, pods: 20, labels: { workload: 'batch' }, taints: [] }
    const elsewhere = podOn(undefined, { nodeSelector: { workload: 'gpu' } })
    expect(done({ ...shut({ shape }), pods: [elsewhere] })).toEqual(['mark', 'mark'])
  })

  it('gets its limits back when all are awake, however many nodes it has by then', () => {
    expect(done({ ...shut(), demands: { 'us-dev/shop': 'awake' }, size: { ...BOUNDLESS, desiredSize: 9 } })).toEqual(['restore'])
  })

  it('is opened when all are awake though a node of it has not ended', () => {
    expect(done({ ...shut({ leaving: leaving(3600) }), demands: { 'us-dev/shop': 'awake' } })).toEqual(['open'])
  })
})

describe('the original of a pool', () => {
  const status = { size: BOUNDLESS, rebalancing: false, limits: LIMITS }

  it('is never what Catnap made of it: what is kept, in the table or on the pool, comes first', () => {
    expect(originalOf({ original: ORIGINAL }, { ...status, limits: SHUT })).toEqual(ORIGINAL)
    expect(originalOf({}, { ...status, limits: SHUT, mark: ORIGINAL })).toEqual(ORIGINAL)
  })

  it('takes over limits that somebody changed while it was open', () => {
    expect(originalOf({ original: ORIGINAL }, { ...status, limits: { cpu: 200 } })).toEqual({ ...ORIGINAL, limits: { cpu: 200 } })
    expect(originalOf({ original: ORIGINAL }, { ...status, limits: null })).toEqual({ ...ORIGINAL, limits: null })
  })

  it('is a limit of 0 where a person set it', () => {
    expect(originalOf({}, { ...status, limits: { cpu: 0 } })).toMatchObject({ limits: { cpu: 0 } })
  })
})

describe('what a wake left of a NodePool beyond what it had before', () => {
  it.each([[4, 3], [5, 4], [3, 3], [2, 2]])('is not in its next original: with %i nodes now, that is %i', (nodes, original) => {
    expect(originalOf({ woken: { before: 3, nodes: 4 } }, { size: unboundedSize(nodes), rebalancing: false }).desiredSize).toBe(original)
  })

  it('is told to the journal while it runs', () => {
    expect(poolStanding({ woken: { before: 3, nodes: 4 } }, unboundedSize(5))).toEqual({ wantedNodes: 5, surplusNodes: 1 })
    expect(poolStanding({ woken: { before: 3, nodes: 4 } }, unboundedSize(3))).toEqual({ wantedNodes: 3 })
  })
})

describe('nodes that could go are held back', () => {
  it('by what makes their pool unfit, with the reason', () => {
    const { steps, blockers } = planReclaim(viewWith({ obstacle: 'its warm pool takes instances back', nodes: [markedNode('a', 60), nodeWith('b')] }))
    expect(steps.map((step) => step.do)).toEqual(['give-back'])
    expect(blockers.map(({ why }) => why)).toContain('its warm pool takes instances back')
  })

  it.each([[1, 0, 1], [2, 0, 2], [0, 50, 2], [0, 0, 1], [10, 10, 2]])('by the pace: %i nodes or %i percent of three, above a floor of one, are %i', (nodes, percent, going) => {
    const { steps } = planReclaim(viewWith({ pool: { pace: { nodes, percent } } }))
    expect(steps.filter((step) => step.do === 'mark')).toHaveLength(going)
  })

  it('by those that are still ending', () => {
    const { steps, blockers } = planReclaim(viewWith({ pool: { pace: { nodes: 1, percent: 0 }, leaving: leaving(30) } }))
    expect(steps).toEqual([])
    expect(blockers.map(({ why }) => why)).toEqual(['waits its turn: 1 node goes at once', 'waits its turn: 1 node goes at once'])
  })

  it('for a while only where it is their turn or their age they wait for, and then they are looked at again', () => {
    expect(freesItself(planReclaim(viewWith({ pool: { pace: { nodes: 1, percent: 0 } } })).blockers)).toBe(true)
    expect(freesItself(planReclaim(viewWith({ obstacle: 'its warm pool takes instances back' })).blockers)).toBe(false)
    expect(freesItself(planReclaim(viewWith({ nodes: [nodeWith('a')] })).blockers)).toBe(false)
  })

  it('by a wake of the last ten minutes, while somebody is awake', () => {
    const demands = { 'us-dev/shop': 'asleep', 'us-dev/blog': 'awake' } as const
    const marks = (changes: Changes) => planReclaim(viewWith({ demands, ...changes })).steps.filter((step) => step.do === 'mark').length
    expect(marks({ wokenAt: later(now, -599) })).toBe(0)
    expect(marks({ wokenAt: later(now, -600) })).toBe(1)
    expect(marks({ wokenAt: later(now, -60), demands: { 'us-dev/shop': 'asleep' } })).toBe(2)
  })
})

describe('a node that does not end', () => {
  it('is named after a quarter of an hour, with what its provisioner waits for and what it costs', () => {
    const waits = { 'i-a': 'Karpenter waits for its pods to leave' }
    const { blockers } = planReclaim(nodePoolView({ ...shut({ leaving: leaving(900) }), nodes: [nodeWith('a')], waits, microUsdPerHour: () => 192_000 }))
    expect(blockers).toEqual([{ node: 'a', microUsdPerHour: 192_000, why: 'was asked to end and is still on the bill: Karpenter waits for its pods to leave' }])
  })

  it('is not named before', () => {
    expect(planReclaim(nodePoolView({ ...shut({ leaving: leaving(899) }), nodes: [nodeWith('a')] })).blockers).toEqual([])
  })
})

describe('a pool that somebody put back while all who use it sleep', () => {
  const original = { minSize: 2, desiredSize: 7, maxSize: 8, rebalancing: true }

  it('is told from one that is as it was prepared', () => {
    const prepared = viewWith({ pool: { original }, size: { minSize: 1, desiredSize: 1, maxSize: 8 }, rebalancing: false })
    expect(isPrepared(prepared)).toBe(true)
    expect(isPrepared({ ...prepared, size: { minSize: 2, desiredSize: 7, maxSize: 8 } })).toBe(false)
    expect(isPrepared({ ...prepared, rebalancing: true })).toBe(false)
    expect(isPrepared({ ...prepared, pool: { ...prepared.pool, standing: { heldNodes: 7, wantedNodes: 0 } } })).toBe(false)
    expect(isPrepared({ ...prepared, pool: { ...prepared.pool, standing: { heldNodes: 7, wantedNodes: 0 } }, autoscaler: 'kube-system/cluster-autoscaler-1' })).toBe(true)
    expect(isPrepared(nodePoolView(shut()))).toBe(true)
    expect(isPrepared(nodePoolView({ pool: { original: ORIGINAL } }))).toBe(false)
  })

  it('is named, with what to leave out', () => {
    expect(sayPutBack(viewWith({ size: original, rebalancing: false }))).toBe(
      'somebody put the pool back while all who use it sleep: minimum 2, 7 nodes asked for, rebalancing suspended. ' +
      'If it was terraform apply: lifecycle { ignore_changes = [scaling_config[0].min_size, scaling_config[0].desired_size] }',
    )
    expect(sayPutBack(nodePoolView({ limits: null }))).toContain('its limits are gone. If it was GitOps: leave /spec/limits')
  })
})

describe('a pool of a cluster that sleeps as a whole', () => {
  const scraper = podOn(undefined, { namespace: 'monitoring', name: 'scraper-1' })
  const asleep = { 'us-dev/shop': 'asleep', 'us-dev': 'asleep' } as const

  it('is shut even where it has no node, and stays so for whatever waits', () => {
    expect(done({ sleepsWhole: true, demands: asleep, nodes: [], pods: [scraper] })).toEqual(['prepare'])
    expect(done({ ...shut(), sleepsWhole: true, demands: asleep, nodes: [], pods: [scraper] })).toEqual([])
    expect(done({ ...shut(), demands: { 'us-dev/shop': 'asleep' }, nodes: [], pods: [scraper] })).toEqual(['open'])
  })

  it('takes back its marks in the moment the cluster wakes', () => {
    expect(done({ ...shut(), demands: { 'us-dev/shop': 'asleep', 'us-dev': 'waking' }, nodes: [markedNode('a', 60)] })).toEqual(['give-back'])
  })
})
