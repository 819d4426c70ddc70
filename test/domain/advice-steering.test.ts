import { describe, expect, it } from 'vitest'
import { hpaSteering, steeredBy, vpaSteering } from '../../lib/domain/advice/steering.ts'

const metadata = { name: 'web' }

describe('an HPA', () => {
  it('steers what its resource metrics name', () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'memory' } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app' } },
    ]
    expect(hpaSteering({ metadata, spec: { metrics } })).toEqual([
      { by: 'HorizontalPodAutoscaler web', resource: 'memory' },
      { by: 'HorizontalPodAutoscaler web', resource: 'cpu', container: 'app' },
    ])
  })

  it('steers CPU where it names no metric, as the API fills in', () => {
    expect(hpaSteering({ metadata, spec: {} })).toEqual([{ by: 'HorizontalPodAutoscaler web', resource: 'cpu' }])
  })

  it('steers neither by requests or a queue', () => {
    expect(
      hpaSteering({
        metadata,
        spec: {
          metrics: [
            { type: 'External' },
            { type: 'Pods' },
            { type: 'Resource', resource: { name: 'ephemeral-storage' } },
          ],
        },
      }),
    ).toEqual([])
  })
})

describe('a VPA', () => {
  it('steers both, unless a policy says which', () => {
    expect(vpaSteering({ metadata, spec: {} }, 'app').map(({ resource }) => resource)).toEqual(['cpu', 'memory'])
    const containerPolicies = [
      { containerName: '*', controlledResources: ['memory'] },
      { containerName: 'app', controlledResources: ['cpu'] },
    ]
    expect(
      vpaSteering({ metadata, spec: { resourcePolicy: { containerPolicies } } }, 'app').map(({ resource }) => resource),
    ).toEqual(['cpu'])
    expect(
      vpaSteering({ metadata, spec: { resourcePolicy: { containerPolicies } } }, 'proxy').map(
        ({ resource }) => resource,
      ),
    ).toEqual(['memory'])
  })

  it('steers nothing while it only recommends', () => {
    expect(vpaSteering({ metadata, spec: { updatePolicy: { updateMode: 'Off' } } }, 'app')).toEqual([])
    expect(
      vpaSteering(
        { metadata, spec: { resourcePolicy: { containerPolicies: [{ containerName: 'app', mode: 'Off' }] } } },
        'app',
      ),
    ).toEqual([])
  })
})

describe('who steers a container', () => {
  it('is asked by resource and by container', () => {
    const steering = [
      { by: 'HorizontalPodAutoscaler web', resource: 'cpu', container: 'app' },
      { by: 'VerticalPodAutoscaler web', resource: 'memory' },
    ] as const
    expect([
      steeredBy(steering, 'cpu', 'app'),
      steeredBy(steering, 'cpu', 'proxy'),
      steeredBy(steering, 'memory', 'proxy'),
    ]).toEqual(['HorizontalPodAutoscaler web', undefined, 'VerticalPodAutoscaler web'])
  })
})
