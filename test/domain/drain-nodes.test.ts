import { describe, expect, it } from 'vitest'
import { clusterAutoscalerIn } from '../../lib/domain/consolidation.ts'
import { planReclaim, type PoolPlan } from '../../lib/domain/reclaim.ts'
import { sayPoolStep } from '../../lib/domain/say-pool-step.ts'
import { later } from '../../lib/domain/time.ts'
import { type DrainOptions, drainView, type PooledNode, start } from './build-drain.ts'
import { budgetWith, podOn, roomOf, snapshotWith } from './drain/build-snapshot.ts'

/** The steps as `mark a`, `evict a web-1 web-2`, … */
const steps = (plan: PoolPlan): readonly string[] => plan.steps.map((step) => [
  step.do, ...('node' in step ? [step.node.name] : []), ...('pods' in step ? step.pods.map(({ name }) => name) : []),
].join(' '))

const planned = (nodes: readonly PooledNode[], pods: Parameters<typeof drainView>[1], options: DrainOptions = {}) => planReclaim(drainView(nodes, pods, options))

const blockers = (plan: PoolPlan): Readonly<Record<string, string>> => Object.fromEntries(plan.blockers.map(({ node, why }) => [node, why]))

const [one, two] = [podOn('a', { name: 'web-1' }), podOn('b', { name: 'web-2' })]
const three = [podOn('b', { name: 'web-2' }), podOn('b', { name: 'web-3' })]
const asking = (node: string, name: string, cpu: number) => podOn(node, { name, needs: { requests: roomOf(cpu) } })
const stored = (name: string, changes = {}) => podOn('a', { name, claims: [`data-${name}`], ...changes })
const volumes = (...names: readonly string[]) => ({
  claims: new Map(names.map((name) => [`shop/data-${name}`, { volume: `pv-${name}` }])),
  volumes: new Map(names.map((name) => [`pv-${name}`, { nodeTerms: undefined, topology: [] }])),
})

describe('a node whose pods fit elsewhere', () => {
  it('loses the pod first that has the fewest places, so that no smaller one takes them', () => {
    const budgets = [budgetWith({ selector: [], maxUnavailable: 1, disruptionsAllowed: 1, expectedPods: 5, desiredHealthy: 4, currentHealthy: 5 })]
    const pods = [asking('a', 'p1', 300), asking('a', 'p2', 700), asking('a', 'p3', 1500), asking('b', 'p4', 1500), asking('c', 'p5', 3000)]
    expect(steps(planned([{ name: 'a', stage: 'draining' }, { name: 'b' }, { name: 'c' }], pods, { snapshot: { budgets } }))).toEqual(['evict a p3'])
  })

  it('is marked before any pod is evicted, in the order that saves most for each pod moved', () => {
    const plan = planned([{ name: 'a' }, { name: 'b' }, { name: 'c' }], [one, ...three, podOn('c', { name: 'web-4' })])
    expect(steps(plan)).toEqual(['mark a', 'mark c'])
    expect(plan.steps.slice(0, 1).map((step) => sayPoolStep('workers', step))).toEqual(['cordon and mark node a (its one pod fits on nodes that stay; undone by removing the mark)'])
    expect(plan.unfinished).toBe(true)
  })

  it('is prepared for like an empty one', () => {
    expect(steps(planned([{ name: 'a' }, { name: 'b' }], [one, two], { view: { rebalancing: true } }))).toEqual(['prepare', 'mark a'])
  })

  it('has its pods evicted after the wait and a second look', () => {
    const early = planned([{ name: 'a', stage: 'marked', seconds: 14 }, { name: 'b' }], [one, ...three])
    expect(steps(early)).toEqual([])
    expect(early.unfinished).toBe(true)
    const plan = planned([{ name: 'a', stage: 'marked', seconds: 15 }, { name: 'b' }], [one, ...three])
    expect(steps(plan)).toEqual(['evict a web-1'])
    expect(plan.steps.map((step) => sayPoolStep('workers', step))).toEqual(['evict shop/web-1 from node a (its one pod fits on nodes that stay; undone by removing the mark)'])
  })

  it('is given back, nothing evicted, when the place of a pod is gone by the second look', () => {
    const full = podOn('b', { name: 'big', needs: { requests: roomOf(4000) } })
    const plan = planned([{ name: 'a', stage: 'marked' }, { name: 'b' }], [one, full])
    expect(steps(plan)).toEqual(['give-back a'])
    expect(plan.steps[0]?.why).toMatch(/^shop\/web-1: no place/)
  })

  it('is given back for a pod that waits and fits on no other node', () => {
    const waits = podOn(undefined, { name: 'waits', needs: { requests: roomOf(3000) } })
    const plan = planned([{ name: 'a', stage: 'draining' }, { name: 'b' }], [one, podOn('b', { name: 'big', needs: { requests: roomOf(3000) } }), waits])
    expect(steps(plan)).toEqual(['stop-drain a'])
    expect(plan.steps[0]?.why).toBe('shop/waits waits for a node and fits on no other that stays')
  })

  it('is left where its pool is not consolidated, and says what it carries', () => {
    const plan = planned([{ name: 'a' }, { name: 'b' }], [one, two], { pool: { consolidate: undefined } as object })
    expect(steps(plan)).toEqual([])
    expect(blockers(plan)).toMatchObject({ a: 'carries shop/web-1' })
  })

  it.each([
    ['Karpenter', { view: { kind: 'node-pool', demands: { 'us-dev/shop': 'asleep' } } }, 'left to Karpenter, if its NodePool consolidates: carries shop/web-1'],
    ['Cluster Autoscaler', { autoscaler: 'kube-system/ca-1' }, 'left to Cluster Autoscaler (kube-system/ca-1): carries shop/web-1'],
  ] as const)('is left to %s, and says so', (_, options, why) => {
    const plan = planned([{ name: 'a' }, { name: 'b' }], [one, two], options)
    expect(steps(plan)).toEqual([])
    expect(blockers(plan)['a']).toBe(why)
  })

  it('is left where the scheduler would put a pod of it back', () => {
    const tolerant = podOn('a', { needs: { tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] } })
    const plan = planned([{ name: 'a' }, { name: 'b' }], [tolerant, two, podOn('b', { name: 'web-3' })])
    expect(steps(plan)).toEqual(['mark b'])
    expect(blockers(plan)['a']).toContain('shop/web-1 tolerates our mark and would be put back: carries shop/web-1')
  })

  it('is left alone for ten minutes after a wake', () => {
    const early = planned([{ name: 'a' }, { name: 'b' }], [one, two], { view: { wokenAt: later(start, -599) } })
    expect(steps(early)).toEqual([])
    expect(blockers(early)['a']).toBe('waits its turn 10 minutes after the wake of an environment that uses its pool: carries shop/web-1')
    expect(steps(planned([{ name: 'a' }, { name: 'b' }], [one, two], { view: { wokenAt: later(start, -600) } }))).toEqual(['mark a'])
  })

  it('waits while others of its pool are emptied', () => {
    const plan = planned([{ name: 'a', stage: 'draining' }, { name: 'b' }, { name: 'c' }], [one, two, podOn('c', { name: 'web-4' })])
    expect(steps(plan)).toEqual(['evict a web-1'])
    expect(Object.values(blockers(plan)).some((why) => why.startsWith('waits its turn while others of its pool are emptied: carries'))).toBe(true)
  })

  it('stays while all are awake: nobody would start it again', () => {
    expect(steps(planned([{ name: 'a' }, { name: 'b' }], [one, two], { view: { demands: { 'us-dev/api': 'awake' }, rebalancing: true }, pool: { original: undefined } as object }))).toEqual([])
  })

  it('is given back for a wake that needs the pool', () => {
    expect(steps(planned([{ name: 'a', stage: 'draining' }, { name: 'b' }], [one, two], { view: { demands: { 'us-dev/shop': 'waking', 'us-dev/api': 'awake' } } }))).toEqual(['give-back a'])
  })
})

describe('nodes under one budget', () => {
  const nodes = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
  const pods = [one, podOn('a', { name: 'web-2' }), podOn('b', { name: 'web-3' }), podOn('c', { name: 'web-4', labels: {} })]

  it('are not marked beyond what it allows', () => {
    const plan = planned(nodes, pods, { snapshot: { budgets: [budgetWith()] } })
    expect(steps(plan)).toEqual(['mark b', 'mark c'])
    expect(blockers(plan)['a']).toMatch(/disruption budget web refuses, nodes that go before take the 1 it allows now|takes shop/)
  })

  it('lose as many pods at once as it allows, and wait for the others', () => {
    expect(steps(planned(draining(), pods.slice(0, 2), { snapshot: { budgets: [budgetWith()] } }))).toEqual(['evict a web-1'])
    const spent = planned(draining(), pods.slice(0, 2), { snapshot: { budgets: [budgetWith({ disruptionsAllowed: 0, currentHealthy: 2 })] } })
    expect(steps(spent)).toEqual([])
    expect(spent.unfinished).toBe(true)
  })

  it.each([
    ['it never allows any', [budgetWith({ maxUnavailable: 0, disruptionsAllowed: 0 })], 'never: disruption budget web refuses, maxUnavailable is 0'],
    ['there is a second one', [budgetWith(), budgetWith({ name: 'also' })], 'more than one disruption budget matches (also, web)'],
  ])('are given back where %s', (_, budgets, why) => {
    const [step] = planned(draining(), pods.slice(0, 2), { snapshot: { budgets } }).steps
    expect(step).toMatchObject({ do: 'stop-drain', why: expect.stringContaining(why) })
    expect(step?.why).toMatch(/^shop\/web-1: /)
  })
})

const draining = (seconds = 60): readonly PooledNode[] => [{ name: 'a', stage: 'draining', seconds }, { name: 'b' }]

/** The node a, which could not be emptied so many seconds ago. */
const stoppedBefore = (seconds: number) =>
  planned([{ name: 'a' }, { name: 'b' }], [one, ...three], { pool: { stopped: { 'i-a': { at: later(start, -seconds), why: 'not empty after 15m' } } } })

describe('a node that is being emptied', () => {
  it('ends when its pods are gone', () => {
    expect(steps(planned(draining(), [two]))).toEqual(['remove a'])
  })

  it('waits for pods that are ending', () => {
    expect(steps(planned(draining(), [podOn('a', { deletionAt: later(start, 30) }), two]))).toEqual([])
  })

  it('moves its pods with volumes one by one, each once the volume of the one before is off it', () => {
    const { claims, volumes: known } = volumes('db-0', 'db-1')
    const at = (pods: Parameters<typeof drainView>[1], attached: readonly string[]) =>
      steps(planned(draining(), [...pods, two], { snapshot: { claims, volumes: known }, attached: new Map([['a', attached]]) }))
    expect(at([stored('db-0'), stored('db-1'), one], ['pv-db-0', 'pv-db-1'])).toEqual(['evict a db-0 web-1'])
    expect(at([stored('db-0', { deletionAt: later(start, 30) }), stored('db-1')], ['pv-db-0', 'pv-db-1'])).toEqual([])
    expect(at([stored('db-1')], ['pv-db-0', 'pv-db-1'])).toEqual([])
    expect(at([stored('db-1')], ['pv-db-1'])).toEqual(['evict a db-1'])
    expect(at([], ['pv-db-1'])).toEqual([])
    expect(at([], [])).toEqual(['remove a'])
  })

  it('does not wait for the volumes of what goes with it', () => {
    const { claims, volumes: known } = volumes('db-0')
    const daemon = podOn('a', { claims: ['data-db-0'], owners: [{ group: 'apps', kind: 'DaemonSet', name: 'agent', uid: 'agent', controller: true }] })
    expect(steps(planned(draining(), [daemon, two], { snapshot: { claims, volumes: known }, attached: new Map([['a', ['pv-db-0']]]) }))).toEqual(['remove a'])
  })

  it('waits for the volumes of pods that have finished: nothing else takes them off', () => {
    const { claims, volumes: known } = volumes('job-1')
    expect(steps(planned(draining(), [stored('job-1', { phase: 'Succeeded', ready: false }), two], { snapshot: { claims, volumes: known }, attached: new Map([['a', ['pv-job-1']]]) }))).toEqual([])
  })

  it('is stopped after its limit, with the pod and its budget', () => {
    const budgets = [budgetWith({ disruptionsAllowed: 0, currentHealthy: 2 })]
    const at = (seconds: number, pool = {}) => planned(draining(seconds), [one, two], { snapshot: { budgets }, pool: { leaving: drainView(draining(seconds), []).pool.leaving, ...pool } })
    expect(steps(at(899))).toEqual([])
    expect(at(900).steps).toMatchObject([{ do: 'stop-drain', why: 'not empty after 15m: shop/web-1: not now: disruption budget web refuses, it allows 0 now: it wants 2 healthy pods and has 2', held: { pod: 'shop/web-1', budgets: ['web'] } }])
    expect(at(900).steps.map((step) => sayPoolStep('workers', step))[0]).toMatch(/^give node a back, it could not be emptied \(not empty after 15m: /)
    expect(steps(at(900, { drainSeconds: 1800 }))).toEqual([])
  })

  it('is stopped for a volume that does not leave it, also where nothing had to move', () => {
    const attached = new Map([['a', ['pv-old']]])
    expect(steps(planned([{ name: 'a', stage: 'marked', seconds: 899 }, { name: 'b' }], [two], { attached }))).toEqual([])
    expect(planned([{ name: 'a', stage: 'marked', seconds: 900 }, { name: 'b' }], [two], { attached }).steps).toMatchObject([{ do: 'stop-drain', why: 'not empty after 15m: volume pv-old is still attached' }])
  })

  it('is not tried again for an hour, and costs what it costs meanwhile', () => {
    expect(steps(stoppedBefore(3599))).toEqual(['mark b'])
    expect(stoppedBefore(3599).blockers).toContainEqual({ node: 'a', microUsdPerHour: 192_000, why: 'could not be emptied: not empty after 15m' })
    expect(steps(stoppedBefore(3600))).toEqual(['mark a'])
  })

  it('whose mark a person took off is theirs', () => {
    const plan = planReclaim({ ...drainView(draining(), [one, two]), nodes: drainView(draining(), []).nodes.map((node) => ({ ...node, cordoned: false })) })
    expect(plan.steps).toMatchObject([{ do: 'stop-drain', why: 'uncordoned by somebody else' }])
  })
})

describe('a Cluster Autoscaler', () => {
  it.each([{ app: 'cluster-autoscaler' }, { 'k8s-app': 'cluster-autoscaler' }, { 'app.kubernetes.io/name': 'aws-cluster-autoscaler' }])('is known by %o', (labels) => {
    expect(clusterAutoscalerIn(snapshotWith({ pods: [one, podOn('a', { namespace: 'kube-system', name: 'ca-1', labels: labels as Readonly<Record<string, string>> })] }))).toBe('kube-system/ca-1')
  })

  it('that has ended is none', () => {
    expect(clusterAutoscalerIn(snapshotWith({ pods: [podOn('a', { labels: { app: 'cluster-autoscaler' }, phase: 'Failed' })] }))).toBeUndefined()
    expect(clusterAutoscalerIn(snapshotWith({ pods: [podOn(undefined, { labels: { app: 'cluster-autoscaler' }, phase: 'Pending' })] }))).toBeUndefined()
  })
})
