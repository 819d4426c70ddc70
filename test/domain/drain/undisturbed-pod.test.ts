import { expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { judged, now, podOn } from './build-snapshot.ts'

const asking = (value: string, startedAt = later(now, -3600)) => podOn('a', { annotations: { 'karpenter.sh/do-not-disrupt': value }, startedAt })

it('leaves a pod alone that asked for it, safe to evict or not', () => {
  expect(judged(asking('true'))).toEqual({ verdict: 'block', reason: 'karpenter.sh/do-not-disrupt is "true"' })
  const both = { 'karpenter.sh/do-not-disrupt': 'true', 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' }
  expect(judged(podOn('a', { annotations: both })).verdict).toBe('block')
})

it('leaves it alone for as long as it asked, counted from its start', () => {
  expect(judged(asking('61m')).verdict).toBe('block')
  expect(judged(asking('1h0.5s')).reason).toBe('karpenter.sh/do-not-disrupt is "1h0.5s", which ends at 2026-11-22T08:00:00Z')
  expect(judged(asking('60m')).verdict).toBe('evict')
  expect(judged(asking('2540400h')).verdict).toBe('block')
})

it('counts a duration as not over before the pod has started', () => {
  expect(judged(podOn('a', { annotations: { 'karpenter.sh/do-not-disrupt': '1s' }, startedAt: undefined })).verdict).toBe('block')
})

it.each(['false', 'TRUE', '', 'yes', '10', '2d', '0', '0s', '-1h', '1h ', '1h-5m', '.s', '9999999999h'])('takes nothing from "%s"', (value) => {
  expect(judged(asking(value, now)).verdict).toBe('evict')
})
