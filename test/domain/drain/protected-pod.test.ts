import { expect, it } from 'vitest'
import { protectedBy } from '../../../lib/domain/fleet.ts'
import { budgetWith, judged, podOn } from './build-snapshot.ts'

const intent = { protectedBy: (namespace: string) => protectedBy(namespace, ['*-prod']) }

it('blocks pods of namespaces the intent protects, safe to evict or not, asleep or not', () => {
  const pod = podOn('a', { namespace: 'shop-prod', annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } })
  expect(judged(pod, {}, intent)).toEqual({ verdict: 'block', reason: 'namespace shop-prod is protected by "*-prod"' })
  expect(judged(pod, {}, { ...intent, asleep: true }).verdict).toBe('block')
  expect(judged(pod).verdict).toBe('evict')
})

it('leaves kube-system to its own rows', () => {
  const budgets = [budgetWith({ namespace: 'kube-system' })]
  expect(judged(podOn('a', { namespace: 'kube-system' }), { budgets }, intent).verdict).toBe('evict')
})
