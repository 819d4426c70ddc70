import { expect, it } from 'vitest'
import { judged, podOn } from './build-snapshot.ts'

it.each(['Succeeded', 'Failed'])('deletes what has finished, whoever owns it: %s', (phase) => {
  const pod = podOn('a', { phase, owners: [], annotations: { 'karpenter.sh/do-not-disrupt': 'true' } })
  expect(judged(pod)).toEqual({ verdict: 'delete', reason: `has finished (${phase})` })
})

it('does not take a pod of unknown phase for finished', () => {
  expect(judged(podOn('a', { phase: 'Unknown' })).verdict).toBe('evict')
})
