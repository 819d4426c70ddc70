import { describe, expect, it } from 'vitest'
import { answerFor, explain, nodeNamed, podOn, removed, roomOf, stayingNode } from './build-snapshot.ts'

const typed = (name: string, type: string, cpuMilli = 4000) =>
  nodeNamed(name, { labels: { 'node.kubernetes.io/instance-type': type }, allocatable: roomOf(cpuMilli, 16) })

describe('the order of nodes', () => {
  it('is by money saved per pod moved, then fewer pods, then name', () => {
    const nodes = ['d', 'c', 'b', 'a'].map((name) => typed(name, name === 'a' ? 'm5.large' : 'm5.xlarge'))
    const pods = [
      podOn('a', { name: 'a-1' }),
      podOn('b', { name: 'b-1' }), podOn('b', { name: 'b-2' }),
      podOn('c', { name: 'c-1' }),
    ]
    expect(explain({ nodes, pods }).map(({ name }) => name)).toEqual(['d', 'c', 'a', 'b'])
  })

  it('puts nodes without a known price last, and those that move nothing first', () => {
    const nodes = [typed('a', 'x9.unknown'), typed('b', 'm5.large'), typed('c', 'x9.unknown')]
    expect(explain({ nodes, pods: [podOn('a'), podOn('b', { name: 'web-2' })] }).map(({ name }) => name)).toEqual(['c', 'b', 'a'])
  })
})

describe('a pod that moves', () => {
  it('makes the node it moves to stay', () => {
    const answers = explain({ nodes: [nodeNamed('a'), nodeNamed('b')], pods: [podOn('a'), podOn('b', { name: 'web-2' })] })
    expect(removed(answers)).toEqual(['a'])
    expect(answerFor(answers, 'b').reasons).toContain('takes shop/web-1 from node a, which leaves')
  })

  it('takes its place in the next check', () => {
    const half = { requests: roomOf(2500, 1) }
    const nodes = [nodeNamed('a'), nodeNamed('c'), stayingNode('b')]
    expect(removed(explain({ nodes, pods: [podOn('a', { needs: half }), podOn('c', { name: 'web-2', needs: half })] }))).toEqual(['a'])
  })

  it('prefers nodes that stay anyway, so that more may leave', () => {
    const nodes = ['a', 'c', 'd'].map((name) => nodeNamed(name))
    const pods = [podOn('a'), podOn('c', { name: 'web-2' }), podOn('d', { name: 'web-3' }), podOn('d', { name: 'by-hand', owners: [] })]
    expect(removed(explain({ nodes, pods }))).toEqual(['a', 'c'])
  })

  it('prefers, of nodes that may still leave, the last in the order', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((name) => nodeNamed(name))
    const pods = ['a', 'b', 'c', 'd'].map((node) => podOn(node, { name: `on-${node}` }))
    expect(removed(explain({ nodes, pods }))).toEqual(['a', 'b', 'c'])
  })

  it('leaves its place free again when its node stays after all', () => {
    const full = { requests: roomOf(4000, 1) }
    const nodes = [nodeNamed('a'), nodeNamed('c'), stayingNode('b')]
    const pods = [podOn('a', { needs: full }), podOn('a', { name: 'gpu', needs: { nodeSelector: { gpu: 'yes' } } }), podOn('c', { name: 'web-2', needs: full }), podOn('c', { name: 'd-1', needs: { requests: roomOf(0) } }), podOn('c', { name: 'd-2', needs: { requests: roomOf(0) } })]
    expect(removed(explain({ nodes, pods }))).toEqual(['c'])
  })
})

describe('pods that leave one node together', () => {
  it('are given places all at once, those with the least choice first', () => {
    const nodes = [nodeNamed('a'), stayingNode('b', { labels: { disk: 'ssd' }, allocatable: roomOf(1000, 16) }), stayingNode('c', { allocatable: roomOf(1000, 16) })]
    const pods = [
      podOn('a', { name: 'large', needs: { requests: roomOf(900) } }),
      podOn('a', { name: 'picky', needs: { requests: roomOf(800), nodeSelector: { disk: 'ssd' } } }),
    ]
    expect(removed(explain({ nodes, pods }))).toEqual(['a'])
  })

  it('block only those that find none', () => {
    const pods = [podOn('a', { name: 'one', needs: { requests: roomOf(3000) } }), podOn('a', { name: 'two', needs: { requests: roomOf(3000) } })]
    expect(answerFor(explain({ pods }), 'a').pods.map(({ verdict }) => verdict).toSorted()).toEqual(['block', 'evict'])
  })

  it('may want to be near one another', () => {
    const near = [{ selector: [{ key: 'app', operator: 'In', values: ['db'] }], topologyKey: 'kubernetes.io/hostname', namespaces: [], namespaceSelector: undefined }]
    const pods = [podOn('a', { name: 'a-web', needs: { near, requests: roomOf(1000) } }), podOn('a', { name: 'z-db', labels: { app: 'db' } })]
    expect(removed(explain({ pods }))).toEqual(['a'])
  })
})
