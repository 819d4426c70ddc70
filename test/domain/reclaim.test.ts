import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeAnswer } from '../../lib/domain/drain/explain-nodes.ts'
import { planReclaim, type PoolPlan, type PoolView, strandedIn } from '../../lib/domain/reclaim.ts'
import { sayPoolStep } from '../../lib/domain/say-pool-step.ts'
import { sayStranded } from '../../lib/domain/stranded.ts'
import { later } from '../../lib/domain/time.ts'
import { daemonOn, markedNode, nodeWith, now, podOn, viewWith } from './build-cluster.ts'
import { countReads } from './count-reads.ts'

const ORIGINAL = { minSize: 2, desiredSize: 3, maxSize: 8, rebalancing: true }
const prepared = { pool: { original: ORIGINAL }, size: { minSize: 1, desiredSize: 3, maxSize: 8 }, rebalancing: false } as const

/** The steps as `mark a`, `prepare`, … */
const steps = (plan: PoolPlan): readonly string[] => plan.steps.map((step) => ('node' in step ? `${step.do} ${step.node.name}` : step.do))

describe('nodes of a pool whose environments all sleep', () => {
  it('are marked down to what the intent keeps, once the pool is prepared', () => {
    const plan = planReclaim(viewWith())
    expect(steps(plan)).toEqual(['prepare', 'mark a', 'mark b'])
    expect(plan.steps[0]).toMatchObject({ original: ORIGINAL, minSize: 1 })
    expect(plan.unfinished).toBe(true)
    expect(plan.blockers).toEqual([{ node: 'c', why: 'the pool keeps 1 node', microUsdPerHour: 192_000 }])
  })

  it('are prepared only once', () => {
    expect(steps(planReclaim(viewWith(prepared)))).toEqual(['mark a', 'mark b'])
  })

  it('wait 15 seconds between the mark and the end, for what the scheduler had bound', () => {
    const early = planReclaim(viewWith({ ...prepared, nodes: [markedNode('a', 14), markedNode('b', 14), nodeWith('c')] }))
    expect(steps(early)).toEqual([])
    expect(early.unfinished).toBe(true)
    expect(steps(planReclaim(viewWith({ ...prepared, nodes: [markedNode('a', 15), markedNode('b', 15), nodeWith('c')] })))).toEqual(['remove a', 'remove b'])
  })

  it('are given back when a pod appears on them', () => {
    const view = viewWith({ ...prepared, nodes: [markedNode('a', 20), markedNode('b', 20), nodeWith('c')], pods: [podOn('a')] })
    const plan = planReclaim(view)
    expect(steps(plan)).toEqual(['give-back a', 'mark c'])
    expect(plan.steps[0]?.why).toBe('carries shop/web-1')
  })

  it('are given back when there are fewer to take', () => {
    expect(steps(planReclaim(viewWith({ ...prepared, pool: { original: ORIGINAL, keep: 2 }, nodes: [markedNode('a', 5), markedNode('b', 5), nodeWith('c')] })))).toEqual(['give-back b'])
  })

  it('go from the zone that has most, so that nothing is there to rebalance', () => {
    const nodes = [nodeWith('a'), nodeWith('b', { zone: 'us-east-1b' }), nodeWith('c', { zone: 'us-east-1b' }), nodeWith('d', { zone: 'us-east-1b' })]
    expect(steps(planReclaim(viewWith({ ...prepared, size: { minSize: 1, desiredSize: 4, maxSize: 8 }, nodes, pool: { original: ORIGINAL, keep: 2 } })))).toEqual(['mark b', 'mark c'])
  })

  it('stop counting once they are asked to end, and are never asked twice', () => {
    const leaving = { 'i-a': { node: 'a', instanceType: 'm5.xlarge', stage: 'ending' as const, since: now } }
    const view = viewWith({ ...prepared, pool: { original: ORIGINAL, leaving }, size: { minSize: 1, desiredSize: 2, maxSize: 8 }, nodes: [markedNode('a', 60), nodeWith('b'), nodeWith('c')] })
    expect(steps(planReclaim(view))).toEqual(['mark b'])
  })

  it('go to none where the intent keeps none', () => {
    expect(steps(planReclaim(viewWith({ pool: { keep: 0 } })))).toEqual(['prepare', 'mark a', 'mark b', 'mark c'])
  })
})

const onlyA = (view: Parameters<typeof viewWith>[0]) => {
  const plan = planReclaim(viewWith({ ...prepared, nodes: [nodeWith('a')], pool: { original: ORIGINAL, keep: 0 }, size: { minSize: 0, desiredSize: 1, maxSize: 8 }, ...view }))
  return plan.blockers.find(({ node }) => node === 'a')?.why ?? steps(plan).join()
}

describe('a node stays', () => {
  it.each([
    ['for a pod that must stay', { pods: [podOn('a'), podOn('a', { name: 'web-2' }), podOn('b')] }, 'carries shop/web-1 and 1 more'],
    ['for a pod that ends, until it has', { pods: [podOn('a', { terminating: true })] }, 'shop/web-1: is ending already, by 2026-11-23T20:00:30Z'],
    ['for a pod without an owner', { pods: [{ ...podOn('a', { name: 'by-hand' }), owner: { kind: 'none', name: '' } }] }, 'shop/by-hand: no controller: nobody would bring it back'],
    ['where somebody cordoned it', { nodes: [nodeWith('a', { cordoned: true })] }, 'cordoned by somebody else'],
    ['where somebody took our cordon away', { nodes: [markedNode('a', 60, { cordoned: false })] }, 'uncordoned by somebody else'],
    ['while it is not Ready', { nodes: [nodeWith('a', { ready: false })] }, 'not Ready'],
    ['while it is younger than ten minutes', { nodes: [nodeWith('a', { createdAt: now })] }, 'younger than 10 minutes'],
    ['for a pod that waits and may run on it', { pods: [podOn(undefined)] }, 'shop/web-1 waits for a node and fits on no other that stays'],
  ])('%s', (_, view, why) => {
    expect(onlyA(view)).toBe(why)
  })

  it.each([
    ['a DaemonSet’s pod', { pods: [daemonOn('a')] }],
    ['a mirror pod', { pods: [podOn('a', { mirror: true })] }],
    ['finished pods', { pods: [podOn('a', { phase: 'Succeeded' }), podOn('a', { phase: 'Failed' })] }],
    ['a waiting pod that asks for other labels', { pods: [podOn(undefined, { nodeSelector: { kind: 'gpu' } })] }],
    ['a waiting pod too large for it', { pods: [podOn(undefined, { requests: { cpuMilli: 5000, memoryMiB: 0 } })] }],
    ['a waiting pod that does not tolerate its taint', { nodes: [nodeWith('a', { taints: [{ key: 'team', effect: 'NoSchedule' }] })], pods: [podOn(undefined)] }],
    ['a DaemonSet’s pod that waits for another node', { pods: [{ ...podOn(undefined), owner: { kind: 'DaemonSet', name: 'agent' } }] }],
  ])('not for %s', (_, view) => {
    expect(onlyA(view)).toBe('mark a')
  })
})

describe('while somebody who uses the pool is awake', () => {
  const mixed = { demands: { 'us-dev/shop': 'asleep', 'us-dev/blog': 'awake' } } as const

  it('its minimum is not lowered, and empty nodes go no further than that', () => {
    const plan = planReclaim(viewWith(mixed))
    expect(steps(plan)).toEqual(['prepare', 'mark a'])
    expect(plan.steps[0]).toMatchObject({ minSize: 2 })
  })

  it('nothing of it is touched while they are all awake', () => {
    expect(planReclaim(viewWith({ demands: { 'us-dev/shop': 'awake' } })).steps).toEqual([])
    expect(planReclaim(viewWith({ demands: {} })).steps).toEqual([])
  })

  it('gets back what it was only when they are all awake', () => {
    expect(steps(planReclaim(viewWith({ ...prepared, demands: { 'us-dev/shop': 'awake', 'us-dev/blog': 'awake' } })))).toEqual(['restore'])
    expect(steps(planReclaim(viewWith({ ...prepared, ...mixed, size: { minSize: 2, desiredSize: 2, maxSize: 8 }, nodes: [nodeWith('a'), nodeWith('b')] })))).toEqual([])
  })

  it('gets back what it was though it has grown, once as many nodes have gone as may', () => {
    const grown = { ...prepared, size: { minSize: 1, desiredSize: 4, maxSize: 8 }, demands: { 'us-dev/shop': 'awake' }, nodes: ['a', 'b', 'c', 'd'].map((name) => nodeWith(name)) } as const
    expect(steps(planReclaim(viewWith(grown)))).toEqual(['mark a'])
    expect(steps(planReclaim(viewWith({ ...grown, wokenAt: later(now, -60) })))).toEqual([])
    expect(steps(planReclaim(viewWith({ ...grown, pods: ['a', 'b', 'c', 'd'].map((name) => podOn(name)) })))).toEqual(['restore'])
  })

  it('is not given back what it was before the last node has left', () => {
    const leaving = { 'i-x': { node: 'x', instanceType: 'm5.xlarge', stage: 'ending' as const, since: now } }
    expect(steps(planReclaim(viewWith({ ...prepared, pool: { original: ORIGINAL, leaving }, demands: { 'us-dev/shop': 'awake' } })))).toEqual([])
  })
})

describe('where Cluster Autoscaler runs, a pool', () => {
  const autoscaled = { autoscaler: 'kube-system/cluster-autoscaler-1' } as const
  const carried = { ...autoscaled, pods: ['a', 'b', 'c'].map((name) => podOn(name)) }

  it('is prepared once somebody who uses it sleeps, though no node of it goes by us: it takes them itself', () => {
    const plan = planReclaim(viewWith(carried))
    expect(plan.steps).toEqual([expect.objectContaining({ do: 'prepare', original: ORIGINAL, minSize: 1 })])
    expect(steps(planReclaim(viewWith({ ...carried, ...prepared })))).toEqual([])
    expect(planReclaim(viewWith({ ...carried, demands: { 'us-dev/shop': 'asleep', 'us-dev/blog': 'awake' } })).steps).toEqual([expect.objectContaining({ do: 'prepare', minSize: 2 })])
  })

  it('is not prepared while all who use it are awake, where nothing may be taken from it, or where it is none', () => {
    expect(planReclaim(viewWith({ ...carried, demands: { 'us-dev/shop': 'awake' } })).steps).toEqual([])
    expect(planReclaim(viewWith({ ...carried, obstacle: 'its warm pool takes instances back' })).steps).toEqual([])
    expect(planReclaim(viewWith({ pods: carried.pods })).steps).toEqual([])
  })

  it('gets back what it was though it has grown: what is more is not ours to take', () => {
    const grown = { ...prepared, size: { minSize: 1, desiredSize: 5, maxSize: 8 }, demands: { 'us-dev/shop': 'awake' } } as const
    expect(steps(planReclaim(viewWith(grown)))).not.toContain('restore')
    expect(steps(planReclaim(viewWith({ ...grown, ...autoscaled })))).toEqual(['restore'])
  })

  it('gets back its minimum first where a wake raised it, and keeps one that a person raised', () => {
    const woken = { ...autoscaled, demands: { 'us-dev/shop': 'awake' }, size: { minSize: 3, desiredSize: 3, maxSize: 8 }, rebalancing: false } as const
    expect(planReclaim(viewWith({ ...woken, pool: { original: ORIGINAL, guard: 3 } })).steps).toMatchObject([{ do: 'prepare', minSize: 2, raisedTo: 3 }])
    expect(steps(planReclaim(viewWith({ ...woken, pool: { original: ORIGINAL, guard: 4 } })))).toEqual(['restore'])
    expect(planReclaim(viewWith({ ...woken, ...carried, pool: { original: ORIGINAL, guard: 3 }, demands: { 'us-dev/shop': 'awake', 'us-dev/blog': 'asleep' } })).steps).toMatchObject([{ do: 'prepare', minSize: 2 }])
  })
})

describe('a wake that needs the pool', () => {
  const waking = { demands: { 'us-dev/shop': 'waking', 'us-dev/blog': 'asleep' } } as const

  it('gets every marked node back, and nothing more is marked', () => {
    expect(steps(planReclaim(viewWith({ ...prepared, ...waking, nodes: [markedNode('a', 60), nodeWith('b'), nodeWith('c')] })))).toEqual(['give-back a'])
  })

  it('does not get back a node that is ending: its pods would end with it', () => {
    const leaving = { 'i-a': { node: 'a', instanceType: 'm5.xlarge', stage: 'ending' as const, since: now } }
    expect(steps(planReclaim(viewWith({ ...prepared, ...waking, pool: { original: ORIGINAL, leaving }, nodes: [markedNode('a', 60), nodeWith('b')] })))).toEqual([])
  })
})

describe('a pool taken out of the intent', () => {
  it('gets its nodes and what it was back, whoever sleeps, and is then forgotten', () => {
    const removed = { original: ORIGINAL, removed: true }
    expect(steps(planReclaim(viewWith({ ...prepared, pool: removed, nodes: [markedNode('a', 5), nodeWith('b'), nodeWith('c')] })))).toEqual(['give-back a'])
    expect(steps(planReclaim(viewWith({ ...prepared, pool: removed })))).toEqual(['restore'])
    expect(steps(planReclaim(viewWith({ pool: { removed: true } })))).toEqual(['forget'])
  })
})

describe('whatever the pool looks like', () => {
  const nodes = fc.array(fc.record({
    zone: fc.constantFrom('a', 'b', 'c'), marked: fc.option(fc.nat(40)), ready: fc.boolean(), cordoned: fc.boolean(), young: fc.boolean(),
    stage: fc.constantFrom(undefined, 'marked' as const, 'ending' as const), pods: fc.constantFrom('none', 'daemon', 'mirror', 'finished', 'runs', 'ends'),
  }), { maxLength: 12 })
  const demands = fc.dictionary(fc.constantFrom('e1', 'e2', 'e3'), fc.constantFrom('awake' as const, 'asleep' as const, 'waking' as const))
  const sizes = fc.record({ minSize: fc.nat(4), extra: fc.nat(8) })

  const views = fc.record({ nodes, demands, sizes, keep: fc.nat(3), held: fc.boolean(), removed: fc.boolean(), rebalancing: fc.boolean() }).map((drawn) => {
    const all = drawn.nodes.map(({ zone, marked, ready, cordoned, young }, index) => {
      const changes = { zone, ready, ...(young ? { createdAt: now } : {}) }
      return marked === null ? nodeWith(`n${index}`, { ...changes, cordoned }) : markedNode(`n${index}`, marked, { ...changes, cordoned })
    })
    const pods = drawn.nodes.flatMap(({ pods: carries }, index) => {
      const node = `n${index}`
      if (carries === 'none') return []
      if (carries === 'daemon') return [daemonOn(node)]
      return [podOn(node, { mirror: carries === 'mirror', terminating: carries === 'ends', ...(carries === 'finished' ? { phase: 'Succeeded' } : {}) })]
    })
    const leaving = Object.fromEntries(drawn.nodes.flatMap(({ stage }, index) => (stage === undefined ? [] : [[`i-n${index}`, { node: `n${index}`, instanceType: 'm5.xlarge', stage, since: now }]])))
    const desiredSize = drawn.sizes.minSize + drawn.sizes.extra
    const original = drawn.held ? { original: { minSize: drawn.sizes.minSize + 1, desiredSize, maxSize: 20, rebalancing: true } } : {}
    return viewWith({
      nodes: all, pods, demands: drawn.demands, rebalancing: drawn.rebalancing, size: { minSize: drawn.sizes.minSize, desiredSize, maxSize: 20 },
      pool: { keep: drawn.keep, leaving, ...original, ...(drawn.removed ? { removed: true } : {}) },
    })
  })

  it('never goes below what the intent keeps, nor below the minimum while somebody is awake', () => {
    fc.assert(fc.property(views, (view) => {
      const plan = planReclaim(view)
      const gone = plan.steps.filter(({ do: verb }) => verb === 'mark' || verb === 'remove').length
      const asleep = Object.values(view.demands)
      const allAsleep = view.pool.removed !== true && asleep.length > 0 && asleep.every((demand) => demand === 'asleep')
      const floor = allAsleep ? view.pool.keep : Math.max(view.pool.keep, (view.pool.original ?? view.size).minSize)
      expect(gone === 0 || view.size.desiredSize - gone >= floor).toBe(true)
      const minima = plan.steps.flatMap((step) => (step.do === 'prepare' ? [step.minSize] : []))
      expect(minima.every((minSize) => (allAsleep ? minSize <= view.size.minSize : minSize === view.size.minSize))).toBe(true)
    }), { numRuns: 1000 })
  })

  it('never takes a node that carries what must stay, that a person holds, or that is ending', () => {
    fc.assert(fc.property(views, (view) => {
      for (const step of planReclaim(view).steps) {
        if (step.do !== 'mark' && step.do !== 'remove') continue
        expect(step.node.ready).toBe(true)
        expect(step.node.cordoned).toBe(step.node.markedAt !== undefined)
        expect(view.pool.leaving[step.node.instanceId]?.stage).not.toBe('ending')
        const carried = view.pods.filter(({ node }) => node === step.node.name)
        expect(carried.every((pod) => pod.mirror || pod.owner?.kind === 'DaemonSet' || pod.phase === 'Succeeded')).toBe(true)
        expect(step.do === 'mark' || now - (step.node.markedAt ?? now) >= 15_000).toBe(true)
      }
    }), { numRuns: 1000 })
  })

  it('takes nothing away while somebody wakes, and touches no pool before its original is known', () => {
    fc.assert(fc.property(views, (view) => {
      const plan = planReclaim(view)
      const wakes = Object.values(view.demands).includes('waking')
      expect(plan.steps.every(({ do: verb }) => !wakes || verb === 'give-back')).toBe(true)
      const first = plan.steps.findIndex(({ do: verb }) => verb === 'mark' || verb === 'remove')
      const prepares = plan.steps.slice(0, Math.max(0, first)).some(({ do: verb }) => verb === 'prepare')
      expect(first < 0 || view.pool.original !== undefined || prepares).toBe(true)
    }), { numRuns: 1000 })
  })

  it('plans for 5,000 nodes without a look at every node for every node', () => {
    const many = countReads(Array.from({ length: 5000 }, (_, index) => nodeWith(`n${index}`, { zone: `us-east-1${'abc'[index % 3]}` })), 'zone')
    const answers = new Map(many.counted.map(({ name }, index): [string, NodeAnswer] => {
      const verdict = index % 2 === 0 ? 'keep' : 'remove'
      return [name, { name, verdict, reasons: ['because'], pods: [], instanceType: 'm5.xlarge', microUsdPerHour: 192_000 }]
    }))
    const plan = planReclaim({ ...viewWith({ ...prepared, size: { minSize: 1, desiredSize: 5000, maxSize: 5000 }, pool: { original: ORIGINAL, pace: { nodes: 5000, percent: 100 } } }), nodes: many.counted, answers })
    expect(plan.steps).toHaveLength(2500)
    expect(many.reads()).toBeLessThan(20 * 5000)
  })
})

describe('a waiting pod', () => {
  it('keeps one node that it fits on, and none besides', () => {
    const plan = planReclaim(viewWith({ ...prepared, pool: { original: ORIGINAL, keep: 0 }, size: { minSize: 0, desiredSize: 3, maxSize: 8 }, pods: [podOn(undefined)] }))
    expect(steps(plan).filter((step) => step.startsWith('mark'))).toEqual(['mark a', 'mark b'])
    expect(plan.blockers.map(({ node }) => node)).toEqual(['c'])
  })

  it('gets back one node that it fits on, and not one that is ending', () => {
    const leaving = { 'i-a': { node: 'a', instanceType: 'm5.xlarge', stage: 'ending' as const, since: now } }
    const nodes = [markedNode('a', 60), markedNode('b', 60), markedNode('c', 60)]
    const plan = planReclaim(viewWith({ ...prepared, pool: { original: ORIGINAL, keep: 0, leaving }, size: { minSize: 0, desiredSize: 2, maxSize: 8 }, nodes, pods: [podOn(undefined)] }))
    expect(steps(plan)).toEqual(['give-back b', 'remove c'])
  })
})

const say = (view: Parameters<typeof viewWith>[0]) => planReclaim(viewWith(view)).steps.map((step) => sayPoolStep('workers', step))

describe('the sentence of a step', () => {
  it('says what, why and what undoes it', () => {
    expect(say({})).toEqual([
      'prepare pool workers: minimum 2 → 1, rebalancing suspended (so that a removal is neither refused nor undone; undone by min 2, desired 3, max 8)',
      'cordon and mark node a (nothing runs on it while us-dev/shop sleeps; undone by removing the mark)',
      'cordon and mark node b (nothing runs on it while us-dev/shop sleeps; undone by removing the mark)',
    ])
    expect(say({ ...prepared, nodes: [markedNode('a', 20), nodeWith('c')], size: { minSize: 1, desiredSize: 2, maxSize: 8 }, demands: { 'us-dev/shop': 'asleep', 'us-dev/blog': 'asleep' } })).toEqual([
      'end m5.xlarge i-a under node a, and capacity with it (nothing runs on it while us-dev/shop, us-dev/blog sleep; undone by one node more)',
    ])
    expect(say({ ...prepared, demands: { 'us-dev/shop': 'awake' } })).toEqual(['restore pool workers to min 2, desired 3, max 8 (every environment that uses it is awake)'])
  })

  it('does not speak of a minimum that stays', () => {
    expect(say({ size: { minSize: 1, desiredSize: 2, maxSize: 8 }, nodes: [nodeWith('a'), nodeWith('b')] })[0]).toBe(
      'prepare pool workers: minimum stays 1, rebalancing suspended (so that a removal is neither refused nor undone; undone by min 1, desired 2, max 8)',
    )
  })
})

const sayStrandedIn = (view: PoolView) => {
  const stranded = strandedIn(view, planReclaim(view).blockers, [])
  return stranded === undefined ? undefined : sayStranded(stranded)
}

describe('what strands nodes', () => {
  it('is named node by node once everything that uses the pool sleeps', () => {
    const view = viewWith({ pods: [podOn('a', { namespace: 'ops', name: 'agent-1' })] })
    expect(sayStrandedIn(view)).toBe('a carries ops/agent-1')
  })

  it('is nothing while somebody is awake: then the nodes are needed, or may be', () => {
    const pods = [podOn('a', { namespace: 'ops', name: 'agent-1' })]
    expect(sayStrandedIn(viewWith({ pods, demands: { 'us-dev/shop': 'asleep', 'us-dev/batch': 'awake' } }))).toBeUndefined()
  })

  it('is not what the intent keeps, nor a node that is merely too young', () => {
    expect(sayStrandedIn(viewWith())).toBeUndefined()
    expect(sayStrandedIn(viewWith({ nodes: [nodeWith('a', { createdAt: later(now, -60) })] }))).toBeUndefined()
  })

  it('is a node that Cluster Autoscaler is removing only where none runs to do it', () => {
    const nodes = [nodeWith('a', { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] })]
    expect(sayStrandedIn(viewWith({ nodes, autoscaler: 'kube-system/cluster-autoscaler-1' }))).toBeUndefined()
    expect(sayStrandedIn(viewWith({ nodes }))).toContain('Cluster Autoscaler is removing it')
  })

  it('costs what its nodes cost, each counted once, those of unknown price apart', () => {
    const nodes = [nodeWith('a'), nodeWith('b', { instanceType: 'x9.unknown' }), nodeWith('c', { ready: false })]
    const view = { ...viewWith({ nodes, pods: ['a', 'a', 'b'].map((node, index) => podOn(node, { namespace: 'ops', name: `agent-${index}` })) }), microUsdPerHour: (type: string) => ({ 'm5.xlarge': 192_000 })[type] }
    expect(strandedIn(view, planReclaim(view).blockers, [])).toEqual({
      nodes: 3, microUsdPerHour: 384_000, unpriced: 1, microUsdPerHourByEnvironment: {},
      dearest: [{ node: 'a', why: 'carries ops/agent-0 and 1 more', microUsdPerHour: 192_000 }, { node: 'c', why: 'not Ready', microUsdPerHour: 192_000 }, { node: 'b', why: 'carries ops/agent-2' }],
    })
  })

  it('costs each environment that sleeps on the pool its part, by what its pods asked for, and all together the whole', () => {
    const view = viewWith({ pods: [podOn('a', { namespace: 'ops', name: 'agent-1' })], demands: { 'us-dev/shop': 'asleep', 'us-dev/blog': 'asleep' } })
    const parts = (shop?: number, blog?: number) => strandedIn(view, planReclaim(view).blockers, [
      { id: 'us-dev/shop', ...(shop === undefined ? {} : { uses: { workers: { cpuMilli: shop, memoryMiB: 0 } } }) },
      { id: 'us-dev/blog', ...(blog === undefined ? {} : { uses: { workers: { cpuMilli: blog, memoryMiB: 0 } } }) },
      { id: 'us-dev/elsewhere', uses: { workers: { cpuMilli: 9000, memoryMiB: 0 } } },
    ])?.microUsdPerHourByEnvironment
    expect(parts(2000, 1000)).toEqual({ 'us-dev/shop': 128_000, 'us-dev/blog': 64_000 })
    expect(parts()).toEqual({ 'us-dev/shop': 96_000, 'us-dev/blog': 96_000 })
  })

  it('names five nodes and counts the others', () => {
    const names = Array.from({ length: 9 }, (_, index) => `n${index}`)
    const view = viewWith({ nodes: names.map((name) => nodeWith(name)), pods: names.map((name) => podOn(name, { name: `web-${name}` })) })
    expect(sayStrandedIn(view)).toContain('n4 carries shop/web-n4; and 4 more nodes')
  })
})
