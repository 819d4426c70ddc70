import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../lib/domain/doctor/diagnose.ts'
import { budgetWith, checkupWith, findingsOf, objectWith, podWith } from './build-checkup.ts'

const found = (...budgets: ReturnType<typeof budgetWith>[]) => findingsOf('endless-budget', checkupWith({ looks: { budgets: { seen: budgets }, pods: { seen: [podWith()] } } }))

describe('endless-budget', () => {
  it.each([
    ['maxUnavailable is 0', { maxUnavailable: 0 }],
    ['maxUnavailable is 0%', { maxUnavailable: { percent: 0 } }],
    ['minAvailable is 100% and it expects 2 pods', { maxUnavailable: undefined, minAvailable: { percent: 100 } }],
    ['minAvailable is 2 and it expects 2 pods', { maxUnavailable: undefined, minAvailable: 2 }],
  ])('finds one that can never let a pod go: %s', (why, changes) => {
    expect(found(budgetWith(changes))).toMatchObject([{ severity: 'weakens', environment: 'us-dev/shop', subject: 'PodDisruptionBudget shop/web', found: `it can never let one of its 2 pods go: ${why}` }])
  })

  it('lets be one that can, one without pods, and one that only waits', () => {
    expect(found(budgetWith())).toEqual([])
    expect(found(budgetWith({ maxUnavailable: 0, expectedPods: 0 }))).toEqual([])
    expect(found(budgetWith({ disruptionsAllowed: 0, currentHealthy: 1 }))).toEqual([])
  })

  it('finds two on the same pod, also in a namespace of no environment', () => {
    expect(found(budgetWith(), budgetWith({ name: 'all', selector: [] }))).toMatchObject([{ subject: 'PodDisruptionBudgets shop/all, shop/web', remedy: 'kubectl -n shop delete pdb web' }])
    const system = budgetWith({ namespace: 'kube-system', name: 'dns', maxUnavailable: 0 })
    expect(found(system)).toEqual([expect.not.objectContaining({ environment: expect.anything() })])
  })
})

describe('a healthy cluster', () => {
  it('has no finding', () => {
    expect(diagnose(checkupWith({ looks: { objects: { seen: [objectWith()] }, pods: { seen: [podWith()] }, budgets: { seen: [budgetWith()] } } }))).toEqual([])
  })
})
