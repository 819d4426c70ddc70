import { expect, it } from 'vitest'
import { judged, ownedBy, podOn } from './build-snapshot.ts'

const system = podOn('a', { namespace: 'kube-system', name: 'coredns-1', owners: [ownedBy({ name: 'coredns', uid: 'gone' })], localVolumes: ['cache'] })

it('evicts a system pod that names a controller when the whole cluster sleeps, whatever the rows below say', () => {
  expect(judged(system, {}, { asleep: true })).toEqual({ verdict: 'evict', reason: 'the whole cluster sleeps, ReplicaSet coredns with it' })
})

it('blocks it while anything is awake', () => {
  expect(judged(system).verdict).toBe('block')
})

it('blocks one without a controller even then, and one that must not be disturbed', () => {
  expect(judged({ ...system, owners: [] }, {}, { asleep: true }).verdict).toBe('block')
  expect(judged({ ...system, annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }, {}, { asleep: true }).verdict).toBe('block')
})

const sleepsWith = (namespace: string): boolean => namespace === 'karpenter'

it('does the same with pods of the namespaces that sleep with the cluster', () => {
  const karpenter = { ...system, namespace: 'karpenter' }
  expect(judged(karpenter, {}, { asleep: true, sleepsWith }).verdict).toBe('evict')
  expect(judged(karpenter, {}, { asleep: true }).verdict).toBe('block')
  expect(judged(karpenter, {}, { asleep: false, sleepsWith }).verdict).toBe('block')
})
