import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { asleepWith, workloadWith } from '../build-workload.ts'
import { environmentWith } from '../build-environment.ts'
import { checkupWith, findingsOf, NOW, objectWith, patientWith, podWith } from './build-checkup.ts'

describe('operator-owned', () => {
  const owner = { apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name: 'main' }

  it('names the custom resource, once for all that it owns', () => {
    const objects = ['db', 'pooler'].map((name) => objectWith({ kind: 'StatefulSet', name, workload: workloadWith({ kind: 'StatefulSet', name, owner }) }))
    const [finding, ...others] = findingsOf('operator-owned', checkupWith({ looks: { objects: { seen: objects } } }))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ severity: 'hinders', environment: 'us-dev/shop', subject: 'postgresql shop/main', found: 'it owns StatefulSet shop/db, StatefulSet shop/pooler' })
    expect(finding?.remedy).toContain('.spec.group == "acid.zalan.do"')
  })

  it('lets be what a kind owns that Catnap holds, and what is elsewhere', () => {
    const kept = [
      objectWith({ workload: workloadWith({ owner: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'web' } }) }),
      objectWith({ namespace: 'blog', workload: workloadWith({ owner }) }),
      objectWith(),
    ]
    expect(findingsOf('operator-owned', checkupWith({ looks: { objects: { seen: kept } } }))).toEqual([])
  })
})

describe('pinned-scaler', () => {
  const scaler = (replicas: string) => objectWith({ kind: 'ScaledObject', name: 'web', annotations: { 'autoscaling.keda.sh/paused-replicas': replicas } })

  it('finds a ScaledObject held at replicas, and not one held at none', () => {
    const of = (replicas: string) => findingsOf('pinned-scaler', checkupWith({ looks: { objects: { seen: [scaler(replicas)] } } }))
    expect(of('2')).toMatchObject([{ severity: 'hinders', subject: 'ScaledObject shop/web', remedy: 'kubectl -n shop annotate scaledobject web autoscaling.keda.sh/paused-replicas-' }])
    expect(of('0')).toEqual([])
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

describe('untended-pod', () => {
  const found = (...pods: ReturnType<typeof podWith>[]) => findingsOf('untended-pod', checkupWith({ looks: { pods: { seen: pods } } }))
  const without = (pod: ReturnType<typeof podWith>) => {
    const { owner: _, ...bare } = pod
    return bare
  }

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

describe('running-job', () => {
  const found = (hours: number, deadlineSeconds?: number) => findingsOf('running-job', checkupWith({
    looks: { jobs: { seen: [{ namespace: 'shop', name: 'import', startedAt: later(NOW, -hours * 3600), ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }) }] } },
  }))

  it('notes one that runs, and minds one that may run for ever', () => {
    expect(found(1)).toMatchObject([{ severity: 'note', found: 'it has run for 1h, without a deadline' }])
    expect(found(7, 36_000)).toMatchObject([{ severity: 'note', found: 'it has run for 7h, at most 10h' }])
    expect(found(7)).toMatchObject([{ severity: 'weakens', remedy: expect.stringContaining('"activeDeadlineSeconds":28800') }])
  })
})

describe('lost-files', () => {
  it('tells of files that end with their pods, once for an environment, and minds a StatefulSet', () => {
    const cache = { images: [], pullSecrets: [], scratchVolumes: ['cache'] }
    const [web, cart, api, docs] = ['web', 'cart', 'api', 'docs'].map((name) => objectWith({ name, template: cache }))
    if (web === undefined || cart === undefined || api === undefined || docs === undefined) throw new Error('four')
    expect(findingsOf('lost-files', checkupWith({ looks: { objects: { seen: [web, cart, api, docs] } } })))
      .toMatchObject([{ severity: 'note', subject: 'Deployment shop/web, Deployment shop/cart, Deployment shop/api and 1 more', found: 'they keep files in emptyDir volumes: cache' }])
    expect(findingsOf('lost-files', checkupWith({ looks: { objects: { seen: [{ ...web, kind: 'StatefulSet' }] } } }))).toMatchObject([{ severity: 'weakens' }])
    expect(findingsOf('lost-files', checkupWith({ looks: { objects: { seen: [objectWith()] } } }))).toEqual([])
  })
})

describe('stray-mark', () => {
  const KEY = 'Deployment/shop/web'
  const patient = (phase: 'awake' | 'asleep' | 'waking', originals: readonly string[] = []) => patientWith({ environment: environmentWith({ phase }), originals: new Set(originals) })
  const marked = (markedBy = 'us-dev/shop') => objectWith({ workload: asleepWith({ replicas: 2 }, { markedBy }) })
  const found = (who: ReturnType<typeof patient>, ...seen: ReturnType<typeof objectWith>[]) => findingsOf('stray-mark', checkupWith({ patients: [who], looks: { objects: { seen } } }))

  it('finds nothing where each original is in both places', () => {
    expect(found(patient('asleep', [KEY]), marked())).toEqual([])
    expect(found(patient('awake'), objectWith())).toEqual([])
  })

  it('finds a mark without a record, unless it is being changed', () => {
    expect(found(patient('asleep'), marked())).toMatchObject([{ severity: 'weakens', subject: 'Deployment shop/web', remedy: 'catnap wake us-dev/shop' }])
    expect(found(patient('awake'), marked())).toMatchObject([{ found: expect.stringContaining('its environment is awake') }])
    expect(found(patient('waking'), marked())).toEqual([])
  })

  it('finds a mark of another environment', () => {
    expect(found(patient('asleep', [KEY]), marked('us-dev/old'))).toMatchObject([{ severity: 'hinders', found: expect.stringContaining('put to sleep by environment us-dev/old') }])
  })

  it('finds a record without a mark, or without its object, but not those of fronts and owners', () => {
    expect(found(patient('asleep', [KEY]), objectWith())).toMatchObject([{ subject: 'Deployment shop/web', found: 'the table holds its original, and it carries no mark of Catnap' }])
    expect(found(patient('asleep', [KEY]))).toMatchObject([{ found: 'the table holds its original, and it is gone' }])
    expect(found(patient('asleep', ['Ingress/shop/web', 'Rule/arn', 'Application/argocd/shop']))).toEqual([])
    expect(findingsOf('stray-mark', checkupWith({ patients: [patient('asleep', [KEY])], looks: { objects: { unseen: '403' } } }))).toEqual([])
  })
})
