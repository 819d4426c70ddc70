import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import type { SeenNode } from '../../../lib/domain/drain/snapshot.ts'
import { answerFor, explain, nodeNamed, now, ownedBy, podOn, removed } from './build-snapshot.ts'

const RECLAIM = { key: 'catnap.dev/reclaim', value: '2026-11-22T07-59-00Z', effect: 'NoSchedule' }
const taint = (key: string) => [{ key, value: '', effect: 'NoSchedule' }]

describe('a node stays', () => {
  const cases: readonly (readonly [string, Partial<SeenNode>, string, boolean])[] = [
    ['where Karpenter was asked not to disturb it', { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }, 'karpenter.sh/do-not-disrupt is "true"', true],
    ['where Cluster Autoscaler was asked to keep it', { annotations: { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true' } }, 'cluster-autoscaler.kubernetes.io/scale-down-disabled is "true"', true],
    ['while Cluster Autoscaler removes it', { taints: taint('ToBeDeletedByClusterAutoscaler') }, 'Cluster Autoscaler is removing it (taint ToBeDeletedByClusterAutoscaler)', false],
    ['while Karpenter removes it', { taints: taint('karpenter.sh/disrupted') }, 'Karpenter is removing it (taint karpenter.sh/disrupted)', false],
    ['while it is being deleted', { terminating: true }, 'is being deleted already', false],
    ['where somebody else cordoned it', { cordoned: true }, 'cordoned by somebody else', false],
    ['while it is not Ready', { ready: false }, 'not Ready', false],
    ['on Fargate', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }, 'a Fargate node: it leaves with its pod', false],
    ['while it is younger than 10 minutes', { createdAt: later(now, -599) }, 'younger than 10 minutes', true],
  ]

  it.each(cases)('%s, and says so', (_, changes, reason) => {
    expect(answerFor(explain({ nodes: [nodeNamed('a', changes)] }), 'a')).toMatchObject({ verdict: 'keep', reasons: [reason] })
  })

  it.each(cases)('%s, and others may move to it meanwhile or not, as the rule says', (_, changes, __, isPlace) => {
    const tolerations = [{ key: '', operator: 'Exists', value: '', effect: '' }]
    const answers = explain({ nodes: [nodeNamed('a'), nodeNamed('b', changes)], pods: [podOn('a', { needs: { tolerations } })] })
    expect(removed(answers)).toEqual(isPlace ? ['a'] : [])
  })

  it('for every reason there is', () => {
    expect(answerFor(explain({ nodes: [nodeNamed('a', { ready: false, cordoned: true })] }), 'a').reasons).toEqual(['cordoned by somebody else', 'not Ready'])
  })
})

describe('a node leaves', () => {
  it.each([
    ['with our own cordon and mark', { cordoned: true, taints: [RECLAIM] }],
    ['at the age of 10 minutes', { createdAt: later(now, -600) }],
    ['with annotations that say anything but "true"', { annotations: { 'karpenter.sh/do-not-disrupt': '1h', 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'false' } }],
    ['with the taint of one that Cluster Autoscaler only considers', { taints: taint('DeletionCandidateOfClusterAutoscaler') }],
  ])('%s', (_, changes) => {
    expect(answerFor(explain({ nodes: [nodeNamed('a', changes)] }), 'a')).toMatchObject({ verdict: 'remove', reasons: ['nothing on it has to move'] })
  })

  it('and is no place for others once it is marked by us', () => {
    const tolerations = [{ key: '', operator: 'Exists', value: '', effect: '' }]
    const answers = explain({ nodes: [nodeNamed('a'), nodeNamed('b', { cordoned: true, taints: [RECLAIM] })], pods: [podOn('a', { needs: { tolerations } })] })
    expect(removed(answers)).toEqual(['b'])
  })
})

/** A waiting pod of a DaemonSet, which names its node in every term. */
const agentFor = (names: readonly string[], cpuMilli = 500, kind = 'DaemonSet') => podOn(undefined, {
  name: 'agent',
  owners: [ownedBy({ kind })],
  needs: {
    requests: { cpuMilli, memoryBytes: 0, others: {} },
    nodeTerms: names.map((name) => ({ expressions: [], fields: [{ key: 'metadata.name', operator: 'In', values: [name] }] })),
  },
})

describe('a pod that waits for a node', () => {
  it('keeps the only node it fits on', () => {
    const waiting = podOn(undefined, { name: 'new', needs: { nodeSelector: { 'kubernetes.io/hostname': 'a' } } })
    const answer = answerFor(explain({ pods: [waiting] }), 'a')
    expect(answer).toMatchObject({ verdict: 'keep', reasons: ['shop/new waits for a node and fits on no other that stays'] })
  })

  it('keeps one of two nodes it fits on, not both', () => {
    expect(removed(explain({ nodes: [nodeNamed('a'), nodeNamed('c')], pods: [podOn(undefined)] }))).toEqual(['a'])
  })

  it('keeps none where another has room, where it fits nowhere, or where the whole cluster sleeps', () => {
    expect(removed(explain({ pods: [podOn(undefined)] }))).toEqual(['a'])
    expect(removed(explain({ nodes: [nodeNamed('a')], pods: [podOn(undefined, { needs: { nodeSelector: { gpu: 'yes' } } })] }))).toEqual(['a'])
    expect(removed(explain({ nodes: [nodeNamed('a')], pods: [podOn(undefined)] }, { asleep: true }))).toEqual(['a'])
    expect(removed(explain({ nodes: [nodeNamed('a')], pods: [podOn(undefined, { claims: ['lost'] })] }))).toEqual(['a'])
  })

  it('takes its room before any pod that is evicted', () => {
    const full = { requests: { cpuMilli: 4000, memoryBytes: 0, others: {} } }
    expect(removed(explain({ pods: [podOn('a', { needs: full })] }))).toEqual(['a'])
    expect(removed(explain({ pods: [podOn('a', { needs: full }), podOn(undefined, { name: 'new' })] }))).toEqual([])
  })

  it('takes its room on its own node when it is of a DaemonSet, and does not hold that node', () => {
    const full = { requests: { cpuMilli: 4000, memoryBytes: 0, others: {} } }
    expect(answerFor(explain({ pods: [podOn('a', { needs: full }), agentFor(['b'])] }), 'a').verdict).toBe('keep')
    expect(removed(explain({ pods: [podOn('a', { needs: full }), agentFor(['a'])] }))).toEqual(['a'])
    expect(removed(explain({ pods: [agentFor(['a'])] }))).toEqual(['a'])
    expect(removed(explain({ pods: [agentFor(['a'], 500, 'ReplicaSet')] }))).toEqual([])
  })

  it('takes no room when it is of a DaemonSet whose node has none, is not there or is not named', () => {
    const large = { requests: { cpuMilli: 3500, memoryBytes: 0, others: {} } }
    for (const agent of [agentFor(['b'], 5000), agentFor(['lost'], 1000), agentFor([], 1000), agentFor(['a', 'b'], 1000)]) {
      expect(removed(explain({ pods: [podOn('a', { needs: large }), agent] }))).toEqual(['a'])
    }
  })

  it('has a node of ours given back rather than another bought', () => {
    const marked = nodeNamed('a', { cordoned: true, taints: [RECLAIM, ...taint('node.kubernetes.io/unschedulable')] })
    expect(answerFor(explain({ nodes: [marked], pods: [podOn(undefined)] }), 'a').verdict).toBe('keep')
  })
})
