import { describe, expect, it } from 'vitest'
import { checkupWith, findingsOf, objectWith } from './build-checkup.ts'

const scaler = (replicas: string) => objectWith({ kind: 'ScaledObject', name: 'web', annotations: { 'autoscaling.keda.sh/paused-replicas': replicas } })
const pinned = (replicas: string) => findingsOf('pinned-scaler', checkupWith({ looks: { objects: { seen: [scaler(replicas)] } } }))

describe('pinned-scaler', () => {
  it('finds a ScaledObject held at replicas, and not one held at none', () => {
    expect(pinned('2')).toMatchObject([{ severity: 'hinders', subject: 'ScaledObject shop/web', remedy: 'kubectl -n shop annotate scaledobject web autoscaling.keda.sh/paused-replicas-' }])
    expect(pinned('0')).toEqual([])
  })
})

describe('serves-others', () => {
  it.each([
    ['ingress-nginx-controller', { 'app.kubernetes.io/name': 'ingress-nginx' }, 'hinders'],
    ['karpenter', {}, 'hinders'],
    ['coredns', {}, 'hinders'],
    ['cert-manager', {}, 'weakens'],
  ])('finds %s in an environment', (name, labels, severity) => {
    const [finding] = findingsOf('serves-others', checkupWith({ looks: { objects: { seen: [objectWith({ name, labels })] } } }))
    expect(finding).toMatchObject({ severity, subject: `Deployment shop/${name}`, remedy: 'protect: [shop]' })
  })

  it('lets an application be', () => {
    expect(findingsOf('serves-others', checkupWith({ looks: { objects: { seen: [objectWith()] } } }))).toEqual([])
  })
})
