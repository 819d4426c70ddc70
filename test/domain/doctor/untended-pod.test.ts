import { describe, expect, it } from 'vitest'
import { checkupWith, findingsOf, podWith } from './build-checkup.ts'

const found = (...pods: ReturnType<typeof podWith>[]) => findingsOf('untended-pod', checkupWith({ looks: { pods: { seen: pods } } }))
const without = (pod: ReturnType<typeof podWith>) => {
  const { owner: _, ...bare } = pod
  return bare
}

describe('untended-pod', () => {
  it('names a bare pod, a ReplicaSet of nobody, and a custom kind, once for all its pods', () => {
    const kafka = { apiVersion: 'core.strimzi.io/v1', kind: 'StrimziPodSet', name: 'kafka' }
    const findings = found(
      without(podWith({ name: 'debug' })),
      podWith({ name: 'old-1', labels: {}, owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'old' } }),
      podWith({ name: 'kafka-0', labels: {}, owner: kafka }), podWith({ name: 'kafka-1', labels: {}, owner: kafka }),
    )
    expect(findings.map(({ subject, found: text }) => `${subject}: ${text}`)).toEqual([
      'Pod shop/debug: nothing owns it',
      'ReplicaSet shop/old: pod old-1 belongs to it, and Catnap does not scale ReplicaSets that no Deployment owns',
      'StrimziPodSet shop/kafka: 2 pods, kafka-0 among them, belong to it, and Catnap does not scale StrimziPodSets',
    ])
    expect(findings.every(({ severity }) => severity === 'weakens')).toBe(true)
  })

  it.each(['Job', 'DaemonSet', 'StatefulSet', 'Rollout'])('lets the pods of a %s be', (kind) => {
    expect(found(podWith({ labels: {}, owner: { apiVersion: 'v1', kind, name: 'x' } }))).toEqual([])
  })

  it('lets pods be that are over, on their way out, of the node itself, or of another environment', () => {
    const bare = without(podWith())
    expect(found({ ...bare, phase: 'Succeeded' }, { ...bare, terminating: true }, { ...bare, mirror: true }, { ...bare, namespace: 'blog' }, podWith())).toEqual([])
  })
})
