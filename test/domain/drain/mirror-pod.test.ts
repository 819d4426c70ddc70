import { expect, it } from 'vitest'
import { judged, ownedBy, podOn } from './build-snapshot.ts'

it('ignores a mirror pod, even one that is ending', () => {
  const annotations = { 'kubernetes.io/config.mirror': '9b1c' }
  expect(judged(podOn('a', { annotations, deletionAt: 0 as never }))).toEqual({ verdict: 'ignore', reason: 'a mirror pod: it belongs to the node' })
})

it('ignores a static pod, which its node owns', () => {
  const owner = ownedBy({ group: '', kind: 'Node', name: 'a', controller: false })
  expect(judged(podOn('a', { owners: [owner] })).verdict).toBe('ignore')
})

it('does not take another kind called Node, nor another node, for its own', () => {
  expect(judged(podOn('a', { owners: [ownedBy({ group: 'example.com', kind: 'Node', name: 'a' })] })).verdict).toBe('evict')
  expect(judged(podOn('a', { owners: [ownedBy(), ownedBy({ group: '', kind: 'Node', name: 'b', controller: false })] })).verdict).toBe('evict')
})
