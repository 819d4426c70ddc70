import { describe, expect, it } from 'vitest'
import type { SeenNode, Spread } from '../../../lib/domain/drain/snapshot.ts'
import { explain, judged, nodeNamed, podOn, removed, stayingNode } from './build-snapshot.ts'

const web = [{ key: 'app', operator: 'In', values: ['web'] }]
const spread = (changes: Partial<Spread> = {}): Spread =>
  ({ selector: web, topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, minDomains: 1, honorsAffinity: true, honorsTaints: false, ...changes })
const zone = (letter: string) => ({ labels: { 'topology.kubernetes.io/zone': `us-east-1${letter}` } })

/** The verdict on the pod of node a (zone a), beside pods on b (zone b) and c (zone c), which stay. */
const goes = (constraint: Spread, on: readonly string[], changes: Partial<Record<'b' | 'c', Partial<SeenNode>>> = {}) => {
  const pod = podOn('a', { needs: { spread: [constraint] } })
  const others = on.map((node, index) => podOn(node, { name: `web-${index + 2}` }))
  const nodes = [nodeNamed('a'), stayingNode('b', { ...zone('b'), ...changes.b }), stayingNode('c', { ...zone('c'), ...changes.c })]
  return judged(pod, { nodes, pods: [pod, ...others] }).reason.replace('may leave: it fits on node ', '')
}
const NOWHERE = expect.stringContaining('no place') as unknown as string

const pickyPod = (honorsAffinity: boolean) => podOn('a', { needs: { nodeSelector: { 'kubernetes.io/hostname': 'b' }, spread: [spread({ honorsAffinity })] } })

describe('topology spread with DoNotSchedule', () => {
  it('goes where the skew stays within its maximum', () => {
    expect(goes(spread(), ['b'])).toBe('c')
    expect(goes(spread(), ['c'])).toBe('b')
  })

  it('counts the node that leaves as an empty domain', () => {
    expect(goes(spread(), ['b', 'c'])).toEqual(NOWHERE)
    expect(goes(spread({ maxSkew: 2 }), ['b', 'c'])).not.toEqual(NOWHERE)
  })

  it('does not count it where nodeTaintsPolicy is Honor, unless its mark is tolerated', () => {
    expect(goes(spread({ honorsTaints: true }), ['b', 'c'])).not.toEqual(NOWHERE)
    const tolerant = podOn('a', { needs: { spread: [spread({ honorsTaints: true })], tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] } })
    const nodes = [nodeNamed('a'), stayingNode('b', zone('b'))]
    expect(judged(tolerant, { nodes, pods: [tolerant, podOn('b', { name: 'web-2' })] }).verdict).toBe('block')
  })

  it('wants so many domains, else takes the emptiest for empty', () => {
    expect(goes(spread({ honorsTaints: true, minDomains: 2 }), ['b', 'c'])).not.toEqual(NOWHERE)
    expect(goes(spread({ honorsTaints: true, minDomains: 3 }), ['b', 'c'])).toEqual(NOWHERE)
  })

  it('leaves out nodes its affinity leaves out, unless the policy ignores that', () => {
    const nodes = [nodeNamed('a'), stayingNode('b', zone('b')), stayingNode('c', zone('c'))]
    const others = [podOn('b', { name: 'web-2' })]
    expect(judged(pickyPod(true), { nodes, pods: [pickyPod(true), ...others] }).verdict).toBe('evict')
    expect(judged(pickyPod(false), { nodes, pods: [pickyPod(false), ...others] }).verdict).toBe('block')
  })

  it('leaves out nodes without the key, as places and as domains', () => {
    const bare = { labels: { 'topology.kubernetes.io/zone': undefined } as never }
    expect(goes(spread(), ['b'], { c: bare })).toEqual(NOWHERE)
    expect(goes(spread({ maxSkew: 2 }), ['b'], { c: bare })).toBe('b')
  })

  it('does not count pods that end, that it does not select, or of other namespaces', () => {
    const pod = podOn('a', { needs: { spread: [spread()] } })
    const nodes = [nodeNamed('a'), stayingNode('b', zone('b'))]
    const beside = (changes: Parameters<typeof podOn>[1]) => judged(pod, { nodes, pods: [pod, podOn('b', { name: 'web-2', ...changes })] }).verdict
    expect(beside({})).toBe('block')
    expect(beside({ deletionAt: 9e12 as never })).toBe('evict')
    expect(beside({ labels: { app: 'db' } })).toBe('evict')
    expect(beside({ namespace: 'other' })).toBe('evict')
  })

  it('counts what moved before', () => {
    const nodes = [nodeNamed('a'), nodeNamed('a2'), stayingNode('b', zone('b'))]
    const needs = { spread: [spread()] }
    expect(removed(explain({ nodes, pods: [podOn('a', { needs }), podOn('a2', { name: 'web-2', needs })] }))).toEqual(['a'])
  })

  it('counts every domain a label can name, however many pods there are', () => {
    const needs = { spread: [spread({ topologyKey: 'kubernetes.io/hostname', honorsTaints: true })] }
    const nodes = [nodeNamed('a'), stayingNode('b'), stayingNode('c')]
    const pods = [podOn('a', { needs }), podOn('b', { name: 'web-2' }), podOn('b', { name: 'web-3' }), podOn('c', { name: 'web-4' })]
    expect(judged(podOn('a', { needs }), { nodes, pods }).reason).toBe('may leave: it fits on node c')
  })
})
