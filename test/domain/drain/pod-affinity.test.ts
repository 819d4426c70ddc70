import { describe, expect, it } from 'vitest'
import type { Needs, PodTerm, Snapshot } from '../../../lib/domain/drain/snapshot.ts'
import { judged, nodeNamed, podOn, stayingNode } from './build-snapshot.ts'

const db = { key: 'app', operator: 'In', values: ['db'] }
const term = (changes: Partial<PodTerm> = {}): PodTerm =>
  ({ selector: [db], topologyKey: 'kubernetes.io/hostname', namespaces: [], namespaceSelector: undefined, ...changes })
const dbOn = (node: string, changes: Parameters<typeof podOn>[1] = {}) => podOn(node, { name: `db-on-${node}`, labels: { app: 'db' }, ...changes })

/** Whether the pod of node a may leave for b, which is in the same zone, or c, which is in another; and for which. */
const goes = (needs: Partial<Needs>, others: readonly ReturnType<typeof podOn>[] = [], changes: Partial<Snapshot> = {}): string => {
  const pod = podOn('a', { needs })
  const nodes = [nodeNamed('a'), stayingNode('b'), stayingNode('c', { labels: { 'topology.kubernetes.io/zone': 'us-east-1b' } })]
  return judged(pod, { nodes, pods: [pod, ...others], ...changes }).reason.replace('may leave: it fits on node ', '')
}
const NOWHERE = expect.stringContaining('no place') as unknown as string

describe('required affinity', () => {
  it('wants a pod it selects in the same domain', () => {
    expect(goes({ near: [term()] }, [dbOn('c')])).toBe('c')
    expect(goes({ near: [term()] })).toEqual(NOWHERE)
    expect(goes({ near: [term()] }, [dbOn('c', { phase: 'Failed' })])).toEqual(NOWHERE)
    expect(goes({ near: [term({ topologyKey: 'topology.kubernetes.io/zone' })] }, [dbOn('b'), podOn('b', { name: 'full', needs: { requests: { cpuMilli: 3500, memoryBytes: 0, others: {} } } })])).toEqual(NOWHERE)
  })

  it('wants one pod that all its terms select', () => {
    const two = [term(), term({ selector: [{ key: 'tier', operator: 'Exists', values: [] }] })]
    expect(goes({ near: two }, [dbOn('b'), podOn('b', { name: 'x', labels: { tier: '1' } })])).toEqual(NOWHERE)
    expect(goes({ near: two }, [dbOn('b', { labels: { app: 'db', tier: '1' } })])).toBe('b')
  })

  it('lets the first of a group that wants its own kind go anywhere with the key, and the next only there', () => {
    const own = { near: [term({ selector: [{ key: 'app', operator: 'In', values: ['web'] }] })] }
    expect(goes(own)).not.toEqual(NOWHERE)
    expect(goes(own, [podOn('b', { name: 'web-2' })])).toBe('b')
    expect(goes({ near: [term({ selector: [{ key: 'app', operator: 'In', values: ['web'] }], topologyKey: 'rack' })] })).toEqual(NOWHERE)
  })

  it('looks into the namespaces it names or selects, else into its own', () => {
    const elsewhere = dbOn('c', { namespace: 'data' })
    const namespaces = new Map([['data', { team: 'data' }]])
    expect(goes({ near: [term()] }, [elsewhere])).toEqual(NOWHERE)
    expect(goes({ near: [term({ namespaces: ['data'] })] }, [elsewhere])).toBe('c')
    expect(goes({ near: [term({ namespaces: ['data'] })] }, [dbOn('b')])).toEqual(NOWHERE)
    expect(goes({ near: [term({ namespaceSelector: [] })] }, [elsewhere])).toBe('c')
    expect(goes({ near: [term({ namespaceSelector: [{ key: 'team', operator: 'In', values: ['data'] }] })] }, [elsewhere], { namespaces })).toBe('c')
    expect(goes({ near: [term({ namespaceSelector: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['data'] }] })] }, [elsewhere])).toBe('c')
    expect(goes({ near: [term({ namespaceSelector: [{ key: 'team', operator: 'In', values: ['data'] }] })] }, [dbOn('b')], { namespaces })).toEqual(NOWHERE)
  })

  it('selects nothing without a selector', () => {
    expect(goes({ near: [term({ selector: undefined })] }, [dbOn('b')])).toEqual(NOWHERE)
  })
})

describe('required anti-affinity', () => {
  it('keeps away from domains with a pod it selects, one that is ending included', () => {
    expect(goes({ apart: [term()] }, [dbOn('c')])).toBe('b')
    expect(goes({ apart: [term()] }, [dbOn('b')])).toBe('c')
    expect(goes({ apart: [term()] }, [dbOn('b'), dbOn('c', { deletionAt: 9e12 as never })])).toEqual(NOWHERE)
    expect(goes({ apart: [term({ topologyKey: 'rack' })] }, [dbOn('b'), dbOn('c')])).not.toEqual(NOWHERE)
  })

  it('counts both ways: pods that are there keep others away', () => {
    const apart = [term({ selector: [{ key: 'app', operator: 'In', values: ['web'] }] })]
    expect(goes({}, [dbOn('c', { needs: { apart } })])).toBe('b')
    expect(goes({}, [dbOn('b', { needs: { apart } })])).toBe('c')
    expect(goes({}, [dbOn('b', { namespace: 'data', needs: { apart } }), dbOn('c', { needs: { apart } })])).toBe('b')
    expect(goes({}, [dbOn('b', { namespace: 'data', needs: { apart: [term({ selector: apart[0]?.selector, namespaces: ['shop'] })] } }), dbOn('c', { needs: { apart } })])).toEqual(NOWHERE)
  })

  it('does not count the pods that leave with it at their old place', () => {
    const apart = [term({ selector: [{ key: 'app', operator: 'In', values: ['web'] }], topologyKey: 'topology.kubernetes.io/zone' })]
    const pod = podOn('a', { needs: { apart } })
    expect(judged(pod).verdict).toBe('evict')
    expect(judged(pod, { pods: [pod, podOn('a', { name: 'web-2', needs: { apart } })] }).verdict).toBe('evict')
  })
})
