import { expect, it } from 'vitest'
import { budgetWith, judged, podOn } from './build-snapshot.ts'

const marked = (value: string, changes: Parameters<typeof podOn>[1] = {}) =>
  podOn('a', { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': value }, ...changes })

it('waits for a pod that wants to be left to its end', () => {
  expect(judged(marked('on-completion', { owners: [] })).verdict).toBe('wait')
})

it('skips owner, kube-system and local storage for a pod that is safe to evict', () => {
  expect(judged(marked('true', { owners: [], namespace: 'kube-system', localVolumes: ['data'] })).verdict).toBe('evict')
})

it('does not skip the budgets, which the API enforces', () => {
  expect(judged(marked('true'), { budgets: [budgetWith({ disruptionsAllowed: 0 })] }).verdict).toBe('block')
  expect(judged(marked('true'), { budgets: [budgetWith(), budgetWith({ name: 'other' })] }).reason).toContain('500')
})

it('blocks a pod that is not safe to evict', () => {
  expect(judged(marked('false'))).toEqual({ verdict: 'block', reason: 'cluster-autoscaler.kubernetes.io/safe-to-evict is "false"' })
})

it('takes nothing from another value', () => {
  expect(judged(marked('TRUE', { owners: [] })).verdict).toBe('block')
  expect(judged(marked('no')).verdict).toBe('evict')
})
