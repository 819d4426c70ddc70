import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capacityNeeded, type GrowingPool, mayRunOn, shapeOf, waitsForNode } from '../../lib/domain/capacity.ts'
import { podsByNode, poolsUsed, workloadKeyOf } from '../../lib/domain/node.ts'
import { podNeeds } from './build-workload.ts'
import { daemonOn, markedNode, nodeWith, podOn } from './build-cluster.ts'
import { countReads } from './count-reads.ts'

const shape = { cpuMilli: 4000, memoryMiB: 16_384, pods: 58, labels: {}, taints: [] }
const workers: GrowingPool = { name: 'workers', shape, incoming: 0 }
const asking = (cpuMilli: number, count = 1) => Array.from({ length: count }, () => podNeeds({ requests: { cpuMilli, memoryMiB: 100 } }))
const noSchedule = { key: 'team', value: 'ml', effect: 'NoSchedule' }

describe('the nodes a wake needs', () => {
  it('are none while its pods fit beside what runs', () => {
    expect(capacityNeeded(asking(1000, 3), [nodeWith('a')], [podOn('a', { requests: { cpuMilli: 1000, memoryMiB: 0 } })], [workers])).toEqual({ more: {}, homeless: [] })
  })

  it('are as many as what does not fit, the largest pods first', () => {
    expect(capacityNeeded([...asking(1000, 4), ...asking(3000, 4)], [], [], [workers]).more).toEqual({ workers: 4 })
  })

  it('are fewer by those asked for that have not joined', () => {
    expect(capacityNeeded(asking(3000, 4), [], [], [{ ...workers, incoming: 3 }]).more).toEqual({ workers: 1 })
    expect(capacityNeeded(asking(3000, 4), [], [], [{ ...workers, incoming: 4 }]).more).toEqual({})
  })

  it('are nobody else’s: pods of others that wake take room that is there or coming, and grow no pool', () => {
    const large = podOn(undefined, { requests: { cpuMilli: 4000, memoryMiB: 0 } })
    expect(capacityNeeded(asking(3000), [nodeWith('a')], [], [workers], [large]).more).toEqual({ workers: 1 })
    expect(capacityNeeded(asking(3000), [], [], [{ ...workers, incoming: 1 }], [large]).more).toEqual({ workers: 1 })
    const crowd = Array.from({ length: 20 }, () => ({ ...large }))
    expect(capacityNeeded(asking(1000), [], [], [workers], crowd)).toEqual({ more: { workers: 1 }, homeless: [] })
    expect(capacityNeeded([], [], [], [workers], [{ ...large, requests: { cpuMilli: 5000, memoryMiB: 0 }, zones: ['us-east-1a'] }])).toEqual({ more: {}, homeless: [] })
  })

  it('are none for pods that merely wait in the cluster', () => {
    const crowd = Array.from({ length: 20 }, () => podOn(undefined, { requests: { cpuMilli: 4000, memoryMiB: 0 } }))
    expect(capacityNeeded(asking(1000), [], crowd, [workers])).toEqual({ more: { workers: 1 }, homeless: [] })
    expect(capacityNeeded(asking(1000), [], crowd, [{ ...workers, incoming: 1 }])).toEqual({ more: {}, homeless: [] })
  })

  it('are, of two that wake together, the same in sum as if they were one, whoever looks first', () => {
    const pods = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 30 })
    fc.assert(fc.property(pods, pods, (ours, theirs) => {
      const [a, b] = [ours, theirs].map((sizes) => sizes.map((cpuMilli) => podOn(undefined, { requests: { cpuMilli, memoryMiB: 0 } })))
      let incoming = 0
      const look = (own = a, others = b): number => {
        const more = capacityNeeded(own ?? [], [], [], [{ ...workers, incoming }], others ?? []).more['workers'] ?? 0
        incoming += more
        return more
      }
      for (let looks = 0; looks < 40 && look(a, b) + look(b, a) > 0; looks += 1);
      expect(look(a, b) + look(b, a)).toBe(0)
      expect(incoming).toBe(capacityNeeded([...(a ?? []), ...(b ?? [])], [], [], [workers]).more['workers'])
    }))
  })

  it('are counted by pods, where a node is full of small ones', () => {
    expect(capacityNeeded(asking(1, 59), [], [], [workers]).more).toEqual({ workers: 2 })
    const full = nodeWith('a', { allocatablePods: 1 })
    expect(capacityNeeded(asking(1), [full], [daemonOn('a')], [workers]).more).toEqual({ workers: 1 })
  })

  it('come from the pool whose labels and taints a pod asks for', () => {
    const gpu: GrowingPool = { name: 'gpu', shape: { ...shape, labels: { kind: 'gpu' }, taints: [noSchedule] }, incoming: 0 }
    const pod = podNeeds({ nodeSelector: { kind: 'gpu' }, tolerations: [{ key: 'team', operator: 'Exists' }] })
    expect(capacityNeeded([pod], [], [], [workers, gpu]).more).toEqual({ gpu: 1 })
    expect(capacityNeeded([podNeeds({ nodeSelector: { kind: 'gpu' } })], [], [], [workers, gpu])).toMatchObject({ more: {}, homeless: [{}] })
  })

  it('come from a pool that can still grow, before one that is at its maximum', () => {
    const full: GrowingPool = { ...workers, name: 'full', room: 1 }
    expect(capacityNeeded(asking(4000, 3), [], [], [full, workers]).more).toEqual({ full: 1, workers: 2 })
    expect(capacityNeeded(asking(4000, 3), [], [], [full]).more).toEqual({ full: 3 })
  })

  it('cannot be had for a pod larger than any node: it is named homeless', () => {
    const [large] = asking(5000)
    expect(capacityNeeded(asking(5000), [nodeWith('a')], [], [workers])).toEqual({ more: {}, homeless: [large] })
  })

  it('leave finished pods their node without its room, and those that end their room', () => {
    const large = { requests: { cpuMilli: 4000, memoryMiB: 0 } }
    expect(capacityNeeded(asking(4000), [nodeWith('a')], [podOn('a', { ...large, phase: 'Succeeded' })], [workers]).more).toEqual({})
    expect(capacityNeeded(asking(4000), [nodeWith('a')], [podOn('a', { ...large, terminating: true })], [workers]).more).toEqual({ workers: 1 })
  })

  it('do not rely on a node somebody cordoned, and do on one that we marked and give back', () => {
    expect(capacityNeeded(asking(100), [nodeWith('a', { cordoned: true })], [], [workers]).more).toEqual({ workers: 1 })
    expect(capacityNeeded(asking(100), [markedNode('a', 5)], [], [workers]).more).toEqual({})
  })

  it('are enough, and asked for again are none', () => {
    const pods = fc.array(fc.record({ cpuMilli: fc.integer({ min: 1, max: 4000 }), memoryMiB: fc.integer({ min: 1, max: 16_384 }) }), { maxLength: 80 })
    fc.assert(fc.property(pods, fc.nat(4), (requests, nodes) => {
      const asked = requests.map((request) => podNeeds({ requests: request }))
      const present = Array.from({ length: nodes }, (_, index) => nodeWith(`n${index}`))
      const { more, homeless } = capacityNeeded(asked, present, [], [workers])
      expect(homeless).toEqual([])
      const joined = [...present, ...Array.from({ length: more['workers'] ?? 0 }, (_, index) => nodeWith(`new${index}`))]
      expect(capacityNeeded(asked, joined, [], [workers])).toEqual({ more: {}, homeless: [] })
    }))
  })

  it('are found among 500 nodes and 15,000 pods without a look at every pod for every node', () => {
    const nodes = Array.from({ length: 500 }, (_, index) => nodeWith(`n${index}`, { allocatablePods: 30 }))
    const present = countReads(Array.from({ length: 15_000 }, (_, index) => podOn(`n${index % 500}`, { requests: { cpuMilli: 10, memoryMiB: 10 } })), 'node')
    expect(capacityNeeded(asking(100, 60), nodes, present.counted, [workers]).more).toEqual({ workers: 2 })
    expect(present.reads()).toBeLessThan(10 * 15_000)
  })
})

describe('where a pod may run', () => {
  it.each([
    ['needs a toleration of a taint', [], [noSchedule], false],
    ['by key and value', [{ key: 'team', value: 'ml' }], [noSchedule], true],
    ['not by another value', [{ key: 'team', value: 'web' }], [noSchedule], false],
    ['by key alone where the toleration says Exists', [{ key: 'team', operator: 'Exists' }], [noSchedule], true],
    ['by anything where it names no key', [{ operator: 'Exists' }], [noSchedule], true],
    ['not by a toleration of another effect', [{ key: 'team', operator: 'Exists', effect: 'NoExecute' }], [noSchedule], false],
    ['also where a taint only prefers', [], [{ ...noSchedule, effect: 'PreferNoSchedule' }], true],
    ['only where every taint is tolerated', [{ key: 'team', operator: 'Exists' }], [noSchedule, { key: 'other', effect: 'NoExecute' }], false],
  ] as const)('%s', (_, tolerations, taints, may) => {
    expect(mayRunOn(podNeeds({ tolerations }), {}, taints)).toBe(may)
  })
})

describe('the shape of a fresh node', () => {
  it('is what the node has less what goes with every node, and without what names this one', () => {
    const labels = { 'kubernetes.io/hostname': 'a', 'topology.kubernetes.io/zone': 'us-east-1a', team: 'ml' }
    const node = markedNode('a', 5, { labels, taints: [noSchedule, { key: 'catnap.dev/reclaim', effect: 'NoSchedule' }] })
    const pods = [daemonOn('a', { requests: { cpuMilli: 100, memoryMiB: 84 } }), podOn('a'), daemonOn('b'), podOn('a', { mirror: true, requests: { cpuMilli: 50, memoryMiB: 0 } })]
    expect(shapeOf(node, pods)).toEqual({ cpuMilli: 3850, memoryMiB: 16_300, pods: 56, labels: { team: 'ml' }, taints: [noSchedule] })
  })
})

describe('a node that somebody else removes', () => {
  const leaving = nodeWith('a', { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }, { key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' }, { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }, noSchedule] })

  it('is no place, and the next of its pool is none like it', () => {
    const pool = { name: 'workers', shape: shapeOf(leaving, []), incoming: 0 }
    expect(pool.shape.taints).toEqual([noSchedule])
    expect(capacityNeeded([podNeeds({ tolerations: [{ key: 'team', operator: 'Exists' }] })], [leaving], [], [pool])).toEqual({ more: { workers: 1 }, homeless: [] })
  })
})

describe('pods', () => {
  it('wait for a node until they have one, end or have ended; those of a DaemonSet come with it', () => {
    expect(waitsForNode(podOn(undefined))).toBe(true)
    for (const pod of [podOn('a'), podOn(undefined, { phase: 'Failed' }), podOn(undefined, { terminating: true }), podOn(undefined, { mirror: true }), podOn(undefined, { owner: { kind: 'DaemonSet', name: 'kube-proxy' } })]) expect(waitsForNode(pod)).toBe(false)
  })

  it('belong to the Deployment or Rollout whose ReplicaSet made them, or to their StatefulSet or DaemonSet', () => {
    expect(workloadKeyOf(podOn('a'))).toBe('Deployment/shop/web')
    expect(workloadKeyOf(podOn('a', { owner: { kind: 'StatefulSet', name: 'db' } }))).toBe('StatefulSet/shop/db')
    expect(workloadKeyOf(podOn('a', { templateOf: 'Rollout' }))).toBe('Rollout/shop/web')
    expect(workloadKeyOf(daemonOn('a'))).toBe('DaemonSet/kube-system/kube-proxy')
    expect(workloadKeyOf(podOn('a', { owner: { kind: 'ReplicaSet', name: 'by-hand' } }))).toBeUndefined()
    expect(workloadKeyOf(podOn('a', { owner: { kind: 'Job', name: 'nightly-1' } }))).toBeUndefined()
  })

  it('tell which pools their namespaces use', () => {
    const nodes = [nodeWith('a'), nodeWith('b', { pool: 'gpu' })]
    expect(poolsUsed(['shop'], nodes, [podOn('b'), podOn('a'), podOn(undefined), podOn('gone')])).toEqual(['gpu', 'workers'])
    expect(poolsUsed(['other'], nodes, [podOn('a')])).toEqual([])
  })

  it('are found by the node that carries them', () => {
    expect(podsByNode([podOn('a'), podOn(undefined), podOn('a')]).get('a')).toHaveLength(2)
  })
})
