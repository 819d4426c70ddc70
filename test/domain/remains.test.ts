import { describe, expect, it } from 'vitest'
import { type AsleepLook, remainsOf } from '../../lib/domain/remains.ts'
import { instant } from '../../lib/domain/time.ts'
import { asleepWith, workloadWith } from './build-workload.ts'

const SINCE = instant('2026-11-22T20:00:00Z')
const look = (changes: Partial<AsleepLook>) => remainsOf({ workloads: [], asleepSince: SINCE, now: instant('2026-11-22T23:00:00Z'), late: {}, originals: new Map(), ...changes })
const made = (at: string) => workloadWith({ createdAt: instant(at) })

describe('what runs although its environment sleeps', () => {
  it('is left and told where somebody raised it', () => {
    expect(look({ workloads: [asleepWith({ replicas: 3 }, { present: { replicas: 1 } })] })).toEqual({ steps: [], left: [{ by: 'hand', text: 'Deployment shop/web runs by hand: 1 replica' }] })
  })

  it('is left and told where it was at zero before and somebody raised it', () => {
    expect(look({ workloads: [workloadWith({ present: { replicas: 2 } })] })).toMatchObject({ steps: [], left: [{ by: 'hand', text: 'Deployment shop/web runs by hand: 2 replicas' }] })
  })

  it('says so where its mark was taken away', () => {
    expect(look({ workloads: [workloadWith()], originals: new Map([['Deployment/shop/web', { replicas: 3 }]]) }).left).toEqual([{ by: 'hand', text: 'Deployment shop/web runs by hand: 3 replicas, and its mark was taken away' }])
  })

  it('is put to sleep after a grace where it appeared meanwhile', () => {
    expect(look({ workloads: [made('2026-11-22T22:55:00Z')] })).toEqual({ steps: [], left: [] })
    expect(look({ workloads: [made('2026-11-22T22:45:00Z')] }).steps).toMatchObject([{ do: 'sleep', name: 'web', original: { replicas: 3 } }])
  })

  it('is a pipeline’s where it comes back again and again: left to run and told', () => {
    const { steps, left } = look({ workloads: [made('2026-11-22T22:00:00Z')], late: { 'Deployment/shop/web': 3 } })
    expect(steps).toEqual([])
    expect(left).toEqual([{ by: 'pipeline', text: 'Deployment shop/web was made anew more than 3 times while it slept: a pipeline deploys it; it is left to run until the next sleep' }])
  })

  it('is its owner’s where something else owns it, which is named', () => {
    const owner = { apiVersion: 'kafka.strimzi.io/v1', kind: 'Kafka', name: 'main' }
    expect(look({ workloads: [workloadWith({ kind: 'StatefulSet', name: 'kafka', owner })] }).left).toEqual([
      { by: 'owner', text: 'StatefulSet shop/kafka belongs to Kafka main (kafka.strimzi.io/v1), which would put it back: pause that, or name its CRD under sleep.kinds' },
    ])
  })

  it('is not told of where its owner is one that sleeps', () => {
    const owner = { apiVersion: 'kafka.strimzi.io/v1', kind: 'Kafka', name: 'main' }
    const kafka = asleepWith({ replicas: 3 }, { kind: 'Kafka.kafka.strimzi.io', name: 'main' })
    expect(look({ workloads: [kafka, workloadWith({ kind: 'StatefulSet', name: 'kafka', owner })] }).left).toEqual([])
  })

  it('is nothing where all sleeps', () => {
    expect(look({ workloads: [asleepWith({ replicas: 3 }), workloadWith({ present: { replicas: 0 } })] })).toEqual({ steps: [], left: [] })
  })
})
