import { describe, expect, it } from 'vitest'
import { advicePatch } from '../../lib/domain/advice/advice-patch.ts'
import { adviceFor } from './build-container.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const

describe('the patch of a workload', () => {
  it('sets requests by container name and leaves the rest to the merge', () => {
    expect(
      advicePatch(web, [adviceFor(), adviceFor({ name: 'proxy', sidecar: true, limits: { memoryMiB: 320 } })]),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'shop', name: 'web' },
      spec: {
        template: {
          spec: {
            containers: [{ name: 'web', resources: { requests: { cpu: '127m', memory: '345Mi' } } }],
            initContainers: [
              { name: 'proxy', resources: { requests: { cpu: '127m', memory: '345Mi' }, limits: { memory: '345Mi' } } },
            ],
          },
        },
      },
    })
  })

  it('of a CronJob reaches into its job', () => {
    const nightly = { kind: 'CronJob', namespace: 'shop', name: 'nightly' } as const
    expect(advicePatch(nightly, [adviceFor({ workload: nightly })])).toMatchObject({
      apiVersion: 'batch/v1',
      spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'web' }] } } } } },
    })
  })

  it('holds only what is advised and differs', () => {
    const advice = [
      adviceFor({ steering: [{ by: 'HorizontalPodAutoscaler web', resource: 'cpu' }] }),
      adviceFor({ name: 'fine', requestNow: { cpuMilli: 127, memoryMiB: 345 } }),
    ]
    expect(advicePatch(web, advice)).toMatchObject({
      spec: { template: { spec: { containers: [{ name: 'web', resources: { requests: { memory: '345Mi' } } }] } } },
    })
    expect(JSON.stringify(advicePatch(web, advice))).not.toMatch(/cpu|limits|fine/)
  })

  it('is none without advice, and never takes that of another workload', () => {
    expect(advicePatch(web, [])).toBeUndefined()
    expect(advicePatch(web, [adviceFor({ usage: undefined })])).toBeUndefined()
    expect(advicePatch(web, [adviceFor({ workload: { ...web, namespace: 'other' } })])).toBeUndefined()
  })
})
