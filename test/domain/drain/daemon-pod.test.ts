import { expect, it } from 'vitest'
import { judged, ownedBy, podOn } from './build-snapshot.ts'

const annotated = (value: string) => podOn('a', { annotations: { 'cluster-autoscaler.kubernetes.io/daemonset-pod': value } })

it('lets the pods of a DaemonSet go with the node, whatever its API group and though it be gone', () => {
  const reason = 'goes with the node: DaemonSet agent'
  expect(judged(podOn('a', { owners: [ownedBy({ kind: 'DaemonSet', name: 'agent', uid: 'gone' })] }))).toEqual({ verdict: 'ignore', reason })
  expect(judged(podOn('a', { owners: [ownedBy({ group: 'apps.kruise.io', kind: 'DaemonSet', name: 'agent' })] }))).toEqual({ verdict: 'ignore', reason })
})

it('takes a DaemonSet for the owner though it is not marked as the controller, unless something else is', () => {
  const daemonSet = ownedBy({ kind: 'DaemonSet', controller: false })
  expect(judged(podOn('a', { owners: [daemonSet] })).verdict).toBe('ignore')
  expect(judged(podOn('a', { owners: [daemonSet, ownedBy()] })).verdict).toBe('evict')
})

it('believes the annotation, but only "true"', () => {
  expect(judged(annotated('true')).verdict).toBe('ignore')
  expect(judged(annotated('True')).verdict).toBe('evict')
})

it('does not ask what the annotations of a DaemonSet\'s pod forbid', () => {
  expect(judged(podOn('a', { owners: [ownedBy({ kind: 'DaemonSet' })], annotations: { 'karpenter.sh/do-not-disrupt': 'true' } })).verdict).toBe('ignore')
})
