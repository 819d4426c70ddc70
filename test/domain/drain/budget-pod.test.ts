import { describe, expect, it } from 'vitest'
import { answerFor, budgetWith, explain, judged, nodeNamed, podOn, removed, stayingNode } from './build-snapshot.ts'

const under = (changes: Parameters<typeof budgetWith>[0], pod = podOn('a')) => judged(pod, { budgets: [budgetWith(changes)] })

describe('a pod under one budget', () => {
  it('leaves while the budget allows a disruption', () => {
    expect(under({}).verdict).toBe('evict')
  })

  it('is blocked, not now, when the budget allows none', () => {
    expect(under({ disruptionsAllowed: 0, currentHealthy: 2 })).toEqual({
      verdict: 'block', reason: 'not now: disruption budget web refuses, it allows 0 now: it wants 2 healthy pods and has 2',
    })
  })

  it('is blocked, not now, while the controller has not seen the budget\'s last change', () => {
    expect(under({ generation: 2 }).reason).toBe('not now: disruption budget web refuses, its controller has not seen its last change yet')
  })

  it.each([
    [{ maxUnavailable: 0 }, 'maxUnavailable is 0'],
    [{ maxUnavailable: { percent: 0 } }, 'maxUnavailable is 0%'],
    [{ maxUnavailable: undefined, minAvailable: { percent: 100 } }, 'minAvailable is 100% and it expects 3 pods'],
    [{ maxUnavailable: undefined, minAvailable: { percent: 67 } }, 'minAvailable is 67% and it expects 3 pods'],
    [{ maxUnavailable: undefined, minAvailable: 3 }, 'minAvailable is 3 and it expects 3 pods'],
    [{ maxUnavailable: undefined, minAvailable: 1, expectedPods: undefined }, 'minAvailable is 1 and it expects 1 pod'],
  ])('is blocked, never, when the budget can allow none: %o', (spec, why) => {
    expect(under({ disruptionsAllowed: 0, ...spec }).reason).toBe(`never: disruption budget web refuses, ${why}`)
  })

  it.each([
    { maxUnavailable: { percent: 1 } },
    { maxUnavailable: undefined, minAvailable: { percent: 66 } },
    { maxUnavailable: undefined, minAvailable: 2 },
  ])('is blocked only now when it could allow one later, percentages rounded up: %o', (spec) => {
    expect(under({ disruptionsAllowed: 0, ...spec }).reason).toMatch(/^not now/)
  })

  it('leaves without a look at it while it is Pending', () => {
    expect(under({ disruptionsAllowed: 0 }, podOn('a', { phase: 'Pending', ready: false })).verdict).toBe('evict')
  })
})

describe('a pod that is not ready', () => {
  const unready = podOn('a', { ready: false })

  it('leaves when the policy always lets it, or when enough others are healthy, though nothing is allowed', () => {
    expect(under({ disruptionsAllowed: 0, maxUnavailable: 0, letsUnreadyGo: true, currentHealthy: 0 }, unready).verdict).toBe('evict')
    expect(under({ disruptionsAllowed: 0, currentHealthy: 2, generation: 2 }, unready).verdict).toBe('evict')
  })

  it('is asked about like any other when too few are healthy, or none is wanted', () => {
    expect(under({ disruptionsAllowed: 0, currentHealthy: 1 }, unready).verdict).toBe('block')
    expect(under({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0 }, unready).verdict).toBe('block')
  })

  it('spends nothing when it leaves so', () => {
    const pods = [podOn('a', { ready: false }), podOn('c', { name: 'web-2' })]
    expect(removed(explain({ nodes: [nodeNamed('a'), stayingNode('b'), nodeNamed('c')], pods, budgets: [budgetWith()] }))).toEqual(['a', 'c'])
  })
})

describe('two budgets on one pod', () => {
  const budgets = [budgetWith({ letsUnreadyGo: true }), budgetWith({ name: 'all', selector: [] })]

  it('block it, ready or not, since the API refuses with 500', () => {
    const reason = 'more than one disruption budget matches (all, web): the API refuses with 500'
    expect(judged(podOn('a'), { budgets })).toEqual({ verdict: 'block', reason })
    expect(judged(podOn('a', { ready: false }), { budgets })).toEqual({ verdict: 'block', reason })
  })

  it('do not block it while it is Pending', () => {
    expect(judged(podOn('a', { phase: 'Pending' }), { budgets }).verdict).toBe('evict')
  })
})

describe('a budget\'s selector', () => {
  it('without requirements selects every pod of its namespace, an absent one none', () => {
    expect(under({ disruptionsAllowed: 0, selector: [] }, podOn('a', { labels: {} })).verdict).toBe('block')
    expect(under({ disruptionsAllowed: 0, selector: undefined }).verdict).toBe('evict')
  })

  it.each([
    ['In', ['web', 'api'], 'block'], ['NotIn', ['web'], 'evict'], ['Exists', [], 'block'], ['DoesNotExist', [], 'evict'],
  ])('may say %s %o', (operator, values, verdict) => {
    expect(under({ disruptionsAllowed: 0, selector: [{ key: 'app', operator, values }] }).verdict).toBe(verdict)
  })
})

describe('the planner\'s own count', () => {
  const nodes = [nodeNamed('a'), nodeNamed('c'), stayingNode('b', { allocatablePods: 100 })]
  const pods = [podOn('a'), podOn('c', { name: 'web-2' })]

  it('lets the first of two nodes that share a budget of one go, and keeps the second, not now', () => {
    const answers = explain({ nodes, pods, budgets: [budgetWith()] })
    expect(removed(answers)).toEqual(['a'])
    expect(answerFor(answers, 'c').pods[0]?.reason).toBe('not now: disruption budget web refuses, nodes that go before take the 1 it allows now')
  })

  it('lets the second go when the first stays for another reason', () => {
    expect(removed(explain({ nodes, pods: [...pods, podOn('a', { name: 'by-hand', owners: [], labels: {} })], budgets: [budgetWith()] }))).toEqual(['c'])
  })

  it('lets a node with several pods under a budget of one go: they leave one after the other', () => {
    const three = ['web-1', 'web-2', 'web-3'].map((name) => podOn('a', { name }))
    expect(removed(explain({ pods: three, budgets: [budgetWith()] }))).toEqual(['a'])
  })

  it('takes as many off a budget as a node has pods under it', () => {
    const four = [...['web-1', 'web-2'].map((name) => podOn('a', { name })), podOn('c', { name: 'web-3' }), podOn('c', { name: 'web-4' })]
    expect(removed(explain({ nodes, pods: four, budgets: [budgetWith({ disruptionsAllowed: 2 })] }))).toEqual(['a'])
    expect(removed(explain({ nodes, pods: four, budgets: [budgetWith({ disruptionsAllowed: 3 })] }))).toEqual(['a', 'c'])
  })
})
