import { expect, it } from 'vitest'
import { judged, ownedBy, podOn } from './build-snapshot.ts'

it('blocks a pod without a controller', () => {
  const reason = 'no controller: nobody would bring it back'
  expect(judged(podOn('a', { owners: [] }))).toEqual({ verdict: 'block', reason })
  expect(judged(podOn('a', { owners: [ownedBy({ controller: false })] }))).toEqual({ verdict: 'block', reason })
})

it.each([
  ['apps', 'ReplicaSet'], ['apps', 'StatefulSet'], ['batch', 'Job'], ['', 'ReplicationController'],
])('blocks a pod whose %s %s is gone, though one of its name be there', (group, kind) => {
  const owner = ownedBy({ group, kind, uid: 'uid-before' })
  expect(judged(podOn('a', { owners: [owner] }))).toEqual({ verdict: 'block', reason: `its ${kind} web-abc is gone: nobody would bring it back` })
  expect(judged(podOn('a', { owners: [owner] }), { controllers: new Set(['uid-before']) }).verdict).toBe('evict')
})

it.each([['argoproj.io', 'Rollout'], ['apps.kruise.io', 'StatefulSet'], ['batch.volcano.sh', 'Job']])('takes a %s %s for there', (group, kind) => {
  expect(judged(podOn('a', { owners: [ownedBy({ group, kind, uid: 'unseen' })] })).verdict).toBe('evict')
})
