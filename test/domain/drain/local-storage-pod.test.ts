import { expect, it } from 'vitest'
import { judged, podOn } from './build-snapshot.ts'

const keeping = (localVolumes: readonly string[], expendable?: string) =>
  podOn('a', { localVolumes, annotations: expendable === undefined ? {} : { 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': expendable } })

it('blocks a pod that keeps data on the disk of its node, and names the volumes', () => {
  expect(judged(keeping(['data', 'cache']))).toEqual({ verdict: 'block', reason: 'keeps data on the node\'s disk: volumes data, cache' })
})

it('lets it go when every such volume is called expendable, spaces or not', () => {
  expect(judged(keeping(['data', 'cache'], ' cache , data')).verdict).toBe('evict')
  expect(judged(keeping(['data', 'cache'], 'cache')).reason).toBe('keeps data on the node\'s disk: volume data')
})
