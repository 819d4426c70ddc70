import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SeenPod } from '../../lib/domain/drain/snapshot.ts'
import type { StoppedDrain } from '../../lib/domain/pool.ts'
import { planReclaim, type PoolStep } from '../../lib/domain/reclaim.ts'
import { type Instant, later, secondsBetween } from '../../lib/domain/time.ts'
import { drainView, type PooledNode, start } from './build-drain.ts'
import { budgetWith, podOn, roomOf } from './drain/build-snapshot.ts'

const APPS = ['web', 'api', 'db']
const NODE_CPU = 4000

interface Drawn {
  readonly nodes: number
  readonly keep: number
  readonly atOnce: number
  readonly pods: readonly { readonly on: number; readonly app: string; readonly cpu: number; readonly owned: number; readonly isStored: boolean }[]
  readonly allowed: Readonly<Record<string, number>>
  /** Rounds until a pod that was evicted is gone, and its successor ready. */
  readonly endsIn: number
  readonly readyIn: number
}

const clusters: fc.Arbitrary<Drawn> = fc.record({
  nodes: fc.integer({ min: 2, max: 6 }),
  keep: fc.nat(3),
  atOnce: fc.integer({ min: 1, max: 4 }),
  pods: fc.array(fc.record({ on: fc.nat(5), app: fc.constantFrom(...APPS), cpu: fc.constantFrom(300, 700, 1500), owned: fc.nat(12), isStored: fc.boolean() }), { maxLength: 12 }),
  allowed: fc.record({ web: fc.nat(2), api: fc.nat(3) }),
  endsIn: fc.integer({ min: 1, max: 3 }),
  readyIn: fc.integer({ min: 1, max: 4 }),
})

interface Node extends PooledNode {
  readonly markedAt?: Instant
}

interface Pod {
  readonly seen: SeenPod
  readonly goneAt: number
  readonly readyAt: number
}

/** A cluster with a scheduler and an Eviction API of its own, in which the plan is carried out round by round. */
const clusterOf = (drawn: Drawn) => {
  let now = start
  let round = 0
  let nodes: readonly Node[] = Array.from({ length: drawn.nodes }, (_, index) => ({ name: `n${index}` }))
  let pods: readonly Pod[] = drawn.pods.flatMap(({ on, app, cpu, owned, isStored }, index): Pod[] => [{
    seen: podOn(`n${on % drawn.nodes}`, {
      name: `p${index}`, uid: `u${index}`, labels: { app }, ...(owned === 0 ? { owners: [] } : {}), ...(isStored ? { claims: [`c${index}`] } : {}), needs: { requests: roomOf(cpu) },
    }),
    goneAt: Infinity, readyAt: 0,
  }])
  // What was overbooked was never bound.
  pods = pods.filter(({ seen }, index) => usedOn(pods.slice(0, index + 1), seen.node) <= NODE_CPU)
  const claims = new Map(pods.flatMap(({ seen }) => seen.claims.map((claim) => [`shop/${claim}`, { volume: `v-${claim}` }] as const)))
  const volumes = new Map([...claims.values()].map(({ volume }) => [volume, { nodeTerms: undefined, topology: [] }] as const))
  const wanted = Map.groupBy(pods, ({ seen }) => seen.labels['app'] ?? '')
  const allowedNow = (app: string): number => {
    const expected = wanted.get(app)?.length ?? 0
    const healthy = pods.filter(({ seen, readyAt, goneAt }) => seen.labels['app'] === app && readyAt <= round && goneAt === Infinity).length
    return Math.max(0, healthy - (expected - (drawn.allowed[app] ?? 0)))
  }
  const budgets = () => Object.entries(drawn.allowed).map(([app, maxUnavailable]) => {
    const expected = wanted.get(app)?.length ?? 0
    const left = allowedNow(app)
    return budgetWith({
      name: app, selector: [{ key: 'app', operator: 'In', values: [app] }], maxUnavailable, disruptionsAllowed: left, expectedPods: expected,
      desiredHealthy: Math.max(0, expected - maxUnavailable), currentHealthy: Math.max(0, expected - maxUnavailable) + left,
    })
  })
  const isReady = ({ readyAt }: Pod): boolean => readyAt <= round
  const stages = new Map<string, { stage: 'marked' | 'draining'; since: Instant }>()
  let stopped: Readonly<Record<string, StoppedDrain>> = {}
  const view = () => drainView(
    nodes.map(({ name }) => ({ name, ...(stages.has(name) ? { stage: stages.get(name)?.stage ?? 'marked', seconds: secondsBetween(stages.get(name)?.since ?? now, now) } : {}) })),
    pods.map((pod) => ({ ...pod.seen, ready: isReady(pod), deletionAt: pod.goneAt === Infinity ? undefined : later(now, 30) })),
    {
      pool: { keep: drawn.keep, stopped, pace: { nodes: drawn.atOnce, percent: 0 } },
      view: { now },
      snapshot: { budgets: budgets(), claims, volumes },
      attached: new Map([...Map.groupBy(pods, ({ seen }) => seen.node ?? '')].map(([name, on]) => [name, on.flatMap(({ seen }) => seen.claims.map((claim) => `v-${claim}`))])),
    },
  )
  const evict = (uid: string): void => {
    const pod = pods.find(({ seen }) => seen.uid === uid) ?? expect.fail(`no pod ${uid}`)
    const app = pod.seen.labels['app'] ?? ''
    // The Eviction API: what a budget does not allow now is never asked for.
    if (isReady(pod) && app in drawn.allowed) expect(allowedNow(app)).toBeGreaterThan(0)
    pods = pods.map((each) => (each === pod ? { ...each, goneAt: round + drawn.endsIn } : each))
    const place = nodes.find(({ name }) => !stages.has(name) && usedOn(pods, name) + pod.seen.needs.requests.cpuMilli <= NODE_CPU) ?? expect.fail(`${pod.seen.name} was evicted and has no place`)
    const successor = `${pod.seen.name}+`
    pods = [...pods, { seen: { ...pod.seen, name: successor, uid: successor, node: place.name }, goneAt: Infinity, readyAt: round + drawn.readyIn }]
  }
  const carryOut = (step: PoolStep): void => {
    if (step.do === 'mark') stages.set(step.node.name, { stage: 'marked', since: now })
    if (step.do === 'give-back' || step.do === 'stop-drain') stages.delete(step.node.name)
    if (step.do === 'stop-drain') stopped = { ...stopped, [step.node.instanceId]: { at: now, why: step.why } }
    if (step.do === 'evict') {
      if (stages.get(step.node.name)?.stage !== 'draining') stages.set(step.node.name, { stage: 'draining', since: now })
      for (const { uid } of step.pods) evict(uid)
    }
    if (step.do === 'remove') {
      expect(pods.filter(({ seen }) => seen.node === step.node.name)).toEqual([])
      stages.delete(step.node.name)
      nodes = nodes.filter(({ name }) => name !== step.node.name)
    }
  }
  const pass = (): void => {
    round += 1
    now = later(now, 15)
    pods = pods.filter(({ goneAt }) => goneAt > round)
  }
  return { view, carryOut, pass, nodes: () => nodes, marked: () => stages }
}

const usedOn = (pods: readonly Pod[], node: string | undefined): number =>
  pods.filter(({ seen }) => seen.node === node).reduce((sum, { seen }) => sum + seen.needs.requests.cpuMilli, 0)

describe('whatever the cluster, when its pool is consolidated until there is nothing more to do', () => {
  it('no budget is overspent, nothing the judge holds is evicted, every pod has a place, and no more nodes go than may', () => {
    let emptied = 0
    fc.assert(fc.property(clusters, (drawn) => {
      const cluster = clusterOf(drawn)
      for (let rounds = 0; rounds < 200; rounds += 1) {
        const view = cluster.view()
        const plan = planReclaim(view)
        if (!plan.unfinished) return
        const evictions = plan.steps.flatMap((step) => (step.do === 'evict' ? [step] : []))
        // All that are chosen are marked before the first pod is evicted.
        expect(evictions.length === 0 || !plan.steps.some((step) => step.do === 'mark')).toBe(true)
        for (const { node, pods } of evictions) {
          const verdicts = new Map(view.answers.get(node.name)?.pods.map(({ name, verdict }) => [name, verdict]))
          for (const { name } of pods) expect(verdicts.get(name)).toBe('evict')
        }
        for (const step of plan.steps) cluster.carryOut(step)
        emptied += evictions.length
        expect(cluster.nodes().length).toBeGreaterThanOrEqual(Math.min(drawn.keep, drawn.nodes))
        expect(cluster.marked().size).toBeLessThanOrEqual(drawn.atOnce)
        cluster.pass()
      }
      expect.fail('it comes to no end')
    }), { numRuns: 300 })
    expect(emptied).toBeGreaterThan(100)
  })
})
