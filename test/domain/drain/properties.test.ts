import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeAnswer } from '../../../lib/domain/drain/explain-nodes.ts'
import { hasFinished, podKey, type Snapshot } from '../../../lib/domain/drain/snapshot.ts'
import { later } from '../../../lib/domain/time.ts'
import { countReads } from '../count-reads.ts'
import { budgetWith, explain, needsOf, nodeNamed, now, podOn, roomOf, snapshotWith } from './build-snapshot.ts'
import { hasPlaces } from './has-places.ts'

const APPS = ['web', 'api', 'db']

const nodes = fc.array(
  fc.record({
    size: fc.constantFrom(1000, 2000, 4000), pods: fc.constantFrom(2, 4, 58), disk: fc.constantFrom('ssd', 'hdd'),
    type: fc.constantFrom('m5.large', 'm5.xlarge', 'x9.unknown'), tainted: fc.nat(9), ready: fc.nat(9), kept: fc.nat(5), marked: fc.nat(9), young: fc.nat(9),
  }),
  { minLength: 1, maxLength: 5 },
).map((drawn) => drawn.map(({ size, pods, disk, type, tainted, ready, kept, marked, young }, index) =>
  nodeNamed(`n${index}`, {
    labels: { disk, 'node.kubernetes.io/instance-type': type },
    allocatable: roomOf(size, 8),
    allocatablePods: pods,
    ready: ready > 0,
    cordoned: marked === 0,
    createdAt: later(now, young === 0 ? -60 : -86_400),
    taints: [...(tainted === 0 ? [{ key: 'team', value: '', effect: 'NoSchedule' }] : []), ...(marked === 0 ? [{ key: 'catnap.dev/reclaim', value: '', effect: 'NoSchedule' }] : [])],
    annotations: kept === 0 ? { 'karpenter.sh/do-not-disrupt': 'true' } : {},
  })))

const pods = fc.array(
  fc.record({
    on: fc.nat(6), app: fc.constantFrom(...APPS), cpu: fc.constantFrom(0, 300, 500, 900), gib: fc.constantFrom(0, 1, 3), disk: fc.constantFrom(undefined, undefined, 'ssd', 'hdd'),
    port: fc.constantFrom(undefined, undefined, undefined, 80, 443), apart: fc.nat(4), owned: fc.nat(9), ending: fc.nat(9), finished: fc.nat(9), ready: fc.nat(4), other: fc.nat(3),
  }),
  { maxLength: 8 },
)

const budgets = fc.array(fc.record({ app: fc.constantFrom(...APPS), left: fc.nat(2), healthy: fc.nat(3) }), { maxLength: 3 })

const snapshots: fc.Arbitrary<Snapshot> = fc.record({ nodes, pods, budgets }).map((drawn) => snapshotWith({
  nodes: drawn.nodes,
  pods: drawn.pods.map((pod, index) => podOn(pod.on < drawn.nodes.length ? `n${pod.on}` : undefined, {
    name: `p${index}`,
    namespace: pod.other === 0 ? 'other' : 'shop',
    labels: { app: pod.app },
    ...(pod.owned === 0 ? { owners: [] } : {}),
    ...(pod.ending === 0 ? { deletionAt: now } : {}),
    ...(pod.finished === 0 && pod.on < drawn.nodes.length ? { phase: 'Succeeded' } : {}),
    ready: pod.ready > 0 && pod.on < drawn.nodes.length,
    needs: {
      requests: roomOf(pod.cpu, pod.gib),
      nodeSelector: pod.disk === undefined ? {} : { disk: pod.disk },
      hostPorts: pod.port === undefined ? [] : [{ ip: '0.0.0.0', protocol: 'TCP', port: pod.port }],
      apart: pod.apart > 0 ? [] : [{ selector: [{ key: 'app', operator: 'In', values: [pod.app] }], topologyKey: 'kubernetes.io/hostname', namespaces: [], namespaceSelector: undefined }],
    },
  })),
  budgets: drawn.budgets.map(({ app, left, healthy }, index) =>
    budgetWith({ name: `b${index}`, selector: [{ key: 'app', operator: 'In', values: [app] }], disruptionsAllowed: left, currentHealthy: healthy })),
}))

const removedOf = (answers: readonly NodeAnswer[]): ReadonlySet<string> => new Set(answers.flatMap(({ name, verdict }) => (verdict === 'remove' ? [name] : [])))

/** The nodes that are places once the plan is carried out. */
const placesAfter = (snapshot: Snapshot, gone: ReadonlySet<string>) => snapshot.nodes.filter(({ name, ready, cordoned }) => !gone.has(name) && ready && !cordoned)

const evictedBy = (snapshot: Snapshot, answers: readonly NodeAnswer[]) => {
  const keys = new Set(answers.filter(({ verdict }) => verdict === 'remove').flatMap((node) => node.pods.filter(({ verdict }) => verdict === 'evict').map(podKey)))
  return snapshot.pods.filter((pod) => keys.has(podKey(pod)))
}

describe('whatever the cluster', () => {
  it('every pod that is evicted has a place once all chosen nodes are gone, beside one that waited and had one', () => {
    fc.assert(fc.property(snapshots, (snapshot) => {
      const answers = explain(snapshot)
      const gone = removedOf(answers)
      const evicted = evictedBy(snapshot, answers)
      expect(hasPlaces(snapshot, placesAfter(snapshot, gone), evicted)).toBe(true)
      const waiting = snapshot.pods.filter(({ node, deletionAt }) => node === undefined && deletionAt === undefined)
      const isMet = waiting.length === 1 && hasPlaces(snapshot, placesAfter(snapshot, new Set()), waiting)
      expect(!isMet || hasPlaces(snapshot, placesAfter(snapshot, gone), [...waiting, ...evicted])).toBe(true)
    }), { numRuns: 400 })
  })

  it('no budget is overspent: of the nodes that leave, all but the last under it leave within what it allows', () => {
    fc.assert(fc.property(snapshots, (snapshot) => {
      const answers = explain(snapshot)
      for (const budget of snapshot.budgets) {
        const isUnder = (key: string) => snapshot.pods.some((pod) =>
          podKey(pod) === key && pod.namespace === 'shop' && pod.phase === 'Running' && !hasFinished(pod) &&
          budget.selector?.[0]?.values.includes(pod.labels['app'] ?? '') === true &&
          (pod.ready || !(budget.currentHealthy >= budget.desiredHealthy)))
        const perNode = answers.filter(({ verdict }) => verdict === 'remove')
          .map(({ pods: on }) => on.filter((pod) => pod.verdict === 'evict' && isUnder(podKey(pod))).length)
          .filter((count) => count > 0)
        const before = perNode.slice(0, -1).reduce((sum, count) => sum + count, 0)
        expect(perNode.length === 0 || before < budget.disruptionsAllowed).toBe(true)
      }
    }), { numRuns: 400 })
  })

  it('the order of the lists changes nothing', () => {
    const shuffles = snapshots.chain((snapshot) => fc.record({
      snapshot: fc.constant(snapshot),
      nodes: fc.shuffledSubarray([...snapshot.nodes], { minLength: snapshot.nodes.length }),
      pods: fc.shuffledSubarray([...snapshot.pods], { minLength: snapshot.pods.length }),
      budgets: fc.shuffledSubarray([...snapshot.budgets], { minLength: snapshot.budgets.length }),
    }))
    fc.assert(fc.property(shuffles, ({ snapshot, ...shuffled }) => {
      expect(explain({ ...snapshot, ...shuffled })).toEqual(explain(snapshot))
    }), { numRuns: 200 })
  })

  it('a node leaves only when no pod on it blocks or waits, and one that stays says why', () => {
    fc.assert(fc.property(snapshots, fc.boolean(), (snapshot, asleep) => {
      const answers = explain(snapshot, { asleep })
      const leaving = answers.filter(({ verdict }) => verdict === 'remove').flatMap(({ pods: on }) => on.map(({ verdict }) => verdict))
      expect(leaving).not.toContain('block')
      expect(leaving).not.toContain('wait')
      expect(answers.every(({ reasons }) => reasons.length > 0)).toBe(true)
    }), { numRuns: 200 })
  })
})

describe('a large cluster', () => {
  it('is judged without a look at every pod or node for every pod', () => {
    const many = Array.from({ length: 500 }, (_, index) => nodeNamed(`n${index}`, { labels: { 'topology.kubernetes.io/zone': `us-east-1${'abc'[index % 3]}` } }))
    const kinds = Array.from({ length: 7 }, (_, kind) => needsOf({ requests: roomOf(100 + kind * 10, 0.25) }))
    const crowd = Array.from({ length: 10_000 }, (_, index) =>
      ({ ...podOn(`n${index % 500}`, { name: `p${index}`, namespace: `ns-${index % 20}`, labels: { app: `app-${index % 400}` } }), needs: kinds[index % 7] ?? needsOf() }))
    const [places, movers] = [countReads(many, 'labels'), countReads(crowd, 'needs')]
    const answers = explain({ nodes: places.counted, pods: movers.counted })
    expect(removedOf(answers).size).toBeGreaterThan(150)
    expect(hasPlacesByRoom(answers)).toBe(true)
    expect(places.reads()).toBeLessThan(20 * 500)
    expect(movers.reads()).toBeLessThan(100 * 10_000)
  })
})

/** Every pod of a node that leaves names the node it moves to, and that one stays. */
const hasPlacesByRoom = (answers: readonly NodeAnswer[]): boolean => {
  const gone = removedOf(answers)
  return answers.filter(({ verdict }) => verdict === 'remove').every(({ pods: on }) => on.every(({ reason }) => !gone.has(reason.replace('may leave: it fits on node ', ''))))
}
