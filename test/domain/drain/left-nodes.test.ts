import { describe, expect, it } from 'vitest'
import { answerFor, budgetWith, explain, nodeNamed, podOn } from './build-snapshot.ts'

const onlyB = { consolidates: ({ name }: { readonly name: string }) => name === 'b' }

describe('a node whose pods are not to be moved', () => {
  const nodes = [nodeNamed('a'), nodeNamed('b'), nodeNamed('c')]

  it('stays with whatever it carries, and says with what', () => {
    const answers = explain({ nodes, pods: [podOn('a'), podOn('a', { name: 'web-2' }), podOn('b', { name: 'web-3' })] }, onlyB)

    expect(answerFor(answers, 'a')).toMatchObject({ verdict: 'keep', reasons: ['takes shop/web-3 from node b, which leaves', 'carries shop/web-1 and 1 more'] })
    expect(answerFor(answers, 'a').pods[0]).toMatchObject({ verdict: 'block', reason: 'the pods of its pool are not moved' })
    expect(answerFor(answers, 'b')).toMatchObject({ verdict: 'remove' })
  })

  it('leaves when nothing on it counts', () => {
    const answers = explain({ nodes: [nodeNamed('a'), nodeNamed('b')], pods: [podOn('b')] }, onlyB)

    expect(answers.map(({ name, verdict }) => [name, verdict])).toEqual([['a', 'remove'], ['b', 'keep']])
  })

  it('is a place for others before any that may leave: a pod that waits keeps none that is empty', () => {
    const answers = explain({ nodes, pods: [podOn('a'), podOn(undefined, { name: 'web-2' })] }, { consolidates: () => false })

    expect(answers.map(({ name, verdict }) => [name, verdict])).toEqual([['b', 'remove'], ['c', 'remove'], ['a', 'keep']])
  })

  it('tells what the table finds on it besides', () => {
    const pods = [podOn('a'), podOn('a', { name: 'by-hand', owners: [] })]
    const answers = explain({ nodes, pods, budgets: [budgetWith({ disruptionsAllowed: 0, selector: [] })] }, onlyB)

    expect(answerFor(answers, 'a').reasons).toEqual(['shop/by-hand: no controller: nobody would bring it back', expect.stringMatching(/^shop\/web-1: not now: disruption budget web refuses/)])
  })

  it('is no different from others when the whole cluster sleeps', () => {
    expect(answerFor(explain({ nodes, pods: [podOn('a')] }, { ...onlyB, asleep: true }), 'a')).toMatchObject({ verdict: 'remove' })
  })
})
