import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AilingContainer, AilingPod, Symptoms, Warning } from '../../lib/domain/symptoms.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { whyNotReady } from '../../lib/domain/why-not-ready.ts'

const WOKEN = instant('2026-11-23T08:00:00Z')
const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' }

const podWith = (changes: Partial<AilingPod> = {}): AilingPod => ({ namespace: 'shop', name: 'web-5d9f-a', workload: 'Deployment/shop/web', containers: [], ...changes })
const waiting = (reason: string, message = ''): AilingContainer => ({ name: 'app', waiting: { reason, message } })
const warningWith = (changes: Partial<Warning> = {}): Warning =>
  ({ namespace: 'shop', about: { kind: 'Pod', name: 'web-5d9f-a' }, reason: 'BackOff', message: 'Back-off', at: later(WOKEN, 60), ...changes })
const why = (symptoms: Partial<Symptoms>, ref = WEB) => whyNotReady(ref, { pods: [], warnings: [], ...symptoms }, WOKEN)

describe('why a workload is not ready', () => {
  it('names the pod, the reason and what the registry said', () => {
    const pods = [podWith({ containers: [waiting('ImagePullBackOff', 'Back-off pulling image "r/x:1"')] })]
    expect(why({ pods })).toBe('pod shop/web-5d9f-a cannot start container app: ImagePullBackOff: Back-off pulling image "r/x:1"')
    const warnings = [warningWith({ reason: 'Failed', message: 'Failed to pull image "r/x:1": 401 Unauthorized' }), warningWith({ reason: 'Failed', message: 'Error: ErrImagePull' })]
    expect(why({ pods, warnings })).toBe('pod shop/web-5d9f-a cannot start container app: ImagePullBackOff: event Failed: Failed to pull image "r/x:1": 401 Unauthorized')
  })

  it.each([
    ['a crash', { containers: [{ ...waiting('CrashLoopBackOff'), ended: { reason: 'Error', exitCode: 1 } }] }, [], 'pod shop/web-5d9f-a: container app ends again and again: CrashLoopBackOff, last Error, exit code 1'],
    ['a crash between two back-offs', { containers: [{ name: 'app', ended: { reason: 'OOMKilled', exitCode: 137 } }] }, [], 'container app ends again and again: it is started anew, last OOMKilled, exit code 137'],
    ['a configuration that is missing', { containers: [waiting('CreateContainerConfigError', 'secret "db" not found')] }, [], 'CreateContainerConfigError: secret "db" not found'],
    ['no node', { unscheduled: { reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient cpu.' } }, [], 'pod shop/web-5d9f-a has no node: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.'],
    ['a volume', { containers: [waiting('ContainerCreating')] }, [warningWith({ reason: 'FailedMount', message: 'MountVolume.SetUp failed' })], 'pod shop/web-5d9f-a is not ready: event FailedMount: MountVolume.SetUp failed'],
    ['a probe', {}, [warningWith({ reason: 'Unhealthy', message: 'Readiness probe failed: 503' })], 'is not ready: event Unhealthy: Readiness probe failed: 503'],
  ])('tells of %s', (_, pod, warnings, text) => {
    expect(why({ pods: [podWith(pod)], warnings })).toContain(text)
  })

  it.each([
    ['pods "web-5d9f-b" is forbidden: exceeded quota: small, requested: pods=1', 'the quota of the namespace is used up'],
    ['Internal error occurred: failed calling webhook "v.example.com": no endpoints available', 'an admission webhook does not answer'],
    ['admission webhook "v.example.com" denied the request: no', 'an admission webhook refuses'],
    ['pods "web" is forbidden: violates PodSecurity "restricted"', 'the API server refuses'],
  ])('tells who refuses its pods: %s', (message, who) => {
    const of = (name: string) => [warningWith({ about: { kind: 'ReplicaSet', name }, reason: 'FailedCreate', message })]
    const warnings = of('web-5d9f8c7b6d')
    expect(why({ warnings })).toBe(`ReplicaSet shop/web-5d9f8c7b6d may not create its pods, ${who}: event FailedCreate: ${message}`)
    expect(why({ warnings }, { ...WEB, name: 'we' })).toBeUndefined()
    expect(why({ warnings: of('web-admin-5d9f') })).toBeUndefined()
  })

  it('does not hold what happened before the wake against it, nor what happens to others', () => {
    expect(why({ warnings: [warningWith({ about: { kind: 'Deployment', name: 'web' }, at: later(WOKEN, -1) })] })).toBeUndefined()
    expect(why({ pods: [podWith({ workload: 'Deployment/shop/cart', containers: [waiting('ErrImagePull')] })] })).toBeUndefined()
    expect(why({ warnings: [warningWith({ namespace: 'blog', about: { kind: 'Deployment', name: 'web' } })] })).toBeUndefined()
    expect(why({ pods: [podWith({ containers: [waiting('ContainerCreating')] })] })).toBeUndefined()
  })

  it('says the one reason that explains most, whatever order things come in', () => {
    const pods = [
      podWith({ name: 'web-b', unscheduled: { reason: 'Unschedulable', message: 'no room' } }),
      podWith({ name: 'web-c', containers: [waiting('ErrImagePull', 'denied')] }),
      podWith({ name: 'web-d', containers: [{ ...waiting('CrashLoopBackOff'), ended: { reason: 'Error', exitCode: 2 } }] }),
    ]
    const warnings = [warningWith({ about: { kind: 'Deployment', name: 'web' }, reason: 'Odd' }), warningWith({ about: { kind: 'Pod', name: 'web-b' }, reason: 'FailedMount' })]
    fc.assert(fc.property(fc.shuffledSubarray(pods, { minLength: 3 }), fc.shuffledSubarray(warnings), (shuffled, told) => {
      expect(why({ pods: shuffled, warnings: told })).toBe('pod shop/web-c cannot start container app: ErrImagePull: denied')
    }))
  })

  it('is one short line, whatever the API server says', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\t', ' ', '"', 'é'), maxLength: 900 }), (message) => {
      const text = why({ pods: [podWith({ unscheduled: { reason: 'Unschedulable', message } })] }) ?? ''
      expect(text).not.toMatch(/[\n\r\t]/)
      expect(text.length).toBeLessThan(400)
    }), { numRuns: 30 })
  })
})
