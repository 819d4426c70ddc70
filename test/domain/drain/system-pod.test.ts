import { expect, it } from 'vitest'
import { budgetWith, judged, podOn } from './build-snapshot.ts'

it('blocks a pod of kube-system without a budget, and lets one with a budget go', () => {
  const pod = podOn('a', { namespace: 'kube-system' })
  expect(judged(pod)).toEqual({ verdict: 'block', reason: 'in kube-system without a disruption budget' })
  expect(judged(pod, { budgets: [budgetWith({ namespace: 'kube-system' })] }).verdict).toBe('evict')
})

it('does not count the budget of another namespace', () => {
  expect(judged(podOn('a', { namespace: 'kube-system' }), { budgets: [budgetWith()] }).verdict).toBe('block')
})
