import { expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { answerFor, explain, judged, now, ownedBy, podOn } from './build-snapshot.ts'

it('waits for a pod that is ending until 30 s after it should have ended', () => {
  expect(judged(podOn('a', { deletionAt: later(now, 60) }))).toEqual({ verdict: 'wait', reason: 'is ending already, by 2026-11-22T08:01:00Z' })
  expect(judged(podOn('a', { deletionAt: later(now, -30) })).verdict).toBe('wait')
})

it('ignores one that should have ended longer ago', () => {
  expect(judged(podOn('a', { deletionAt: later(now, -31) }))).toEqual({ verdict: 'ignore', reason: 'should have ended more than 30 s ago' })
})

it('waits for the ending pod of a DaemonSet too, since that row comes later', () => {
  expect(judged(podOn('a', { deletionAt: now, owners: [ownedBy({ kind: 'DaemonSet' })] })).verdict).toBe('wait')
})

it('keeps the node meanwhile', () => {
  expect(answerFor(explain({ pods: [podOn('a', { deletionAt: now })] }), 'a')).toMatchObject({ verdict: 'keep', reasons: ['shop/web-1: is ending already, by 2026-11-22T08:00:00Z'] })
})
