import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../lib/domain/doctor/diagnose.ts'
import { neededRights } from '../../../lib/domain/doctor/needed-rights.ts'
import type { ClusterRight } from '../../../lib/domain/rights/cluster-right.ts'
import { later } from '../../../lib/domain/time.ts'
import { environmentWith, termsWith } from '../build-environment.ts'
import { poolWith } from '../build-cluster.ts'
import { budgetWith, checkupWith, findingsOf, NOW, objectWith, patientWith, podWith } from './build-checkup.ts'

describe('a healthy cluster', () => {
  it('has no finding', () => {
    expect(diagnose(checkupWith({ looks: { objects: { seen: [objectWith()] }, pods: { seen: [podWith()] }, budgets: { seen: [budgetWith()] } } }))).toEqual([])
  })
})

describe('missing-rights', () => {
  const PATCH: ClusterRight = { apiGroup: 'apps', resource: 'deployments', verbs: ['list', 'patch'], scope: 'environments', why: 'put to sleep and back' }
  const EVENTS: ClusterRight = { apiGroup: '', resource: 'events', verbs: ['list'], scope: 'environments', why: 'why pods are not ready' }

  it('names verb, resource, namespaces and the rule that gives it', () => {
    const rights = { seen: { of: 'catnap' as const, missing: [{ right: PATCH, verb: 'patch' as const, namespaces: ['shop'] }, { right: EVENTS, verb: 'list' as const, namespaces: ['shop'] }] } }
    const [patch, list] = findingsOf('missing-rights', checkupWith({ looks: { rights } }))
    expect(patch).toMatchObject({ severity: 'hinders', subject: 'patch deployments.apps', found: 'group catnap may not patch deployments.apps in shop' })
    expect(patch?.remedy).toContain('- apiGroups: ["apps"]\n  resources: [deployments]\n  verbs: [patch]')
    expect(list).toMatchObject({ severity: 'weakens', subject: 'list events' })
  })

  it('is told once for a right with two reasons, and says whose rights they are', () => {
    const right = { ...PATCH, scope: 'cluster' as const }
    const rights = { seen: { of: 'asker' as const, missing: [{ right, verb: 'patch' as const }, { right: PATCH, verb: 'patch' as const, namespaces: ['shop'] }] } }
    expect(findingsOf('missing-rights', checkupWith({ looks: { rights } }))).toMatchObject([{ found: 'ana may not patch deployments.apps' }])
    expect(findingsOf('unseen-part', checkupWith({ looks: { rights } }))).toMatchObject([{ severity: 'note', subject: 'rights of Catnap' }])
  })

  it('asks for what the environments need and no more', () => {
    const resources = (...parameters: Parameters<typeof neededRights>) => new Set(neededRights(...parameters).map(({ resource }) => resource))
    expect(resources([environmentWith()], []).has('deployments')).toBe(true)
    expect(resources([environmentWith()], []).has('ingresses')).toBe(false)
    const front = environmentWith({ terms: termsWith({ wake: { hosts: ['a.example.com'], by: 'click', stayAwakeSeconds: 60, front: 'lbc' }, sleep: { daemonSets: true, kinds: ['kafkas.kafka.strimzi.io'], jobsSeconds: 0, waves: [], waveSeconds: 0 } }) })
    const needed = resources([front], [poolWith()])
    expect(['ingresses', 'daemonsets', 'kafkas', 'nodepools'].filter((resource) => !needed.has(resource))).toEqual([])
  })
})

describe('endless-budget', () => {
  const found = (...budgets: ReturnType<typeof budgetWith>[]) => findingsOf('endless-budget', checkupWith({ looks: { budgets: { seen: budgets }, pods: { seen: [podWith()] } } }))

  it.each([
    ['maxUnavailable is 0', { maxUnavailable: 0 }],
    ['maxUnavailable is 0%', { maxUnavailable: { percent: 0 } }],
    ['minAvailable is 100% and it expects 2 pods', { maxUnavailable: undefined, minAvailable: { percent: 100 } }],
    ['minAvailable is 2 and it expects 2 pods', { maxUnavailable: undefined, minAvailable: 2 }],
  ])('finds one that can never let a pod go: %s', (why, changes) => {
    expect(found(budgetWith(changes))).toMatchObject([{ severity: 'weakens', environment: 'us-dev/shop', subject: 'PodDisruptionBudget shop/web', found: `it can never let one of its 2 pods go: ${why}` }])
  })

  it('lets be one that can, one without pods, and one that only waits', () => {
    expect(found(budgetWith())).toEqual([])
    expect(found(budgetWith({ maxUnavailable: 0, expectedPods: 0 }))).toEqual([])
    expect(found(budgetWith({ disruptionsAllowed: 0, currentHealthy: 1 }))).toEqual([])
  })

  it('finds two on the same pod, also in a namespace of no environment', () => {
    expect(found(budgetWith(), budgetWith({ name: 'all', selector: [] }))).toMatchObject([{ subject: 'PodDisruptionBudgets shop/all, shop/web', remedy: 'kubectl -n shop delete pdb web' }])
    const system = budgetWith({ namespace: 'kube-system', name: 'dns', maxUnavailable: 0 })
    expect(found(system)).toEqual([expect.not.objectContaining({ environment: expect.anything() })])
  })
})

describe('failing-image and pull-secret', () => {
  const ECR = '444455556666.dkr.ecr.eu-west-1.amazonaws.com/team/app:1'
  const user = objectWith({ template: { images: [ECR], pullSecrets: ['ecr'], scratchVolumes: [] } })

  it('finds images that cannot be pulled, and the kubelet’s own word on a missing secret', () => {
    const symptoms = { seen: {
      pods: [{ namespace: 'shop', name: 'web-1', containers: [{ name: 'app', waiting: { reason: 'ImagePullBackOff', message: 'Back-off' } }] }],
      warnings: [1, 2].map(() => ({ namespace: 'shop', about: { kind: 'Pod', name: 'web-1' }, reason: 'FailedToRetrieveImagePullSecret', message: 'Unable to retrieve some image pull secrets (regcred)', at: NOW })),
    } }
    expect(findingsOf('failing-image', checkupWith({ looks: { symptoms } })).map(({ severity, found }) => [severity, found])).toEqual([
      ['hinders', 'container app waits with ImagePullBackOff: Back-off'],
      ['hinders', 'its node found no pull secret: Unable to retrieve some image pull secrets (regcred)'],
    ])
  })

  it.each([
    ['is not there', { namespace: 'shop', name: 'ecr' }, 'hinders', 'there is no such Secret'],
    ['has expired', { namespace: 'shop', name: 'ecr', writtenAt: later(NOW, -13 * 3600) }, 'hinders', 'it was written 13h ago, and a token of ECR lasts 12 hours'],
    ['is fresh', { namespace: 'shop', name: 'ecr', writtenAt: later(NOW, -3600) }, 'note', 'it was written 1h ago'],
  ])('knows that a pull secret for ECR %s', (_, secret, severity, text) => {
    const [finding] = findingsOf('pull-secret', checkupWith({ looks: { objects: { seen: [user] }, pullSecrets: { seen: [secret] } } }))
    expect(finding).toMatchObject({ severity, subject: 'Secret shop/ecr' })
    expect(finding?.found).toContain(text)
    expect(finding?.remedy).toContain('aws ecr set-repository-policy --registry-id 444455556666 --region eu-west-1 --repository-name team/app ')
  })

  it('says what is not known where Secrets may not be seen, and holds nothing against other registries', () => {
    const unseen = { unseen: 'get the metadata of secret shop/ecr: 403' }
    expect(findingsOf('pull-secret', checkupWith({ looks: { objects: { seen: [user] }, pullSecrets: unseen } }))).toMatchObject([{ severity: 'note', found: expect.stringContaining('403') }])
    const other = objectWith({ template: { images: ['ghcr.io/x'], pullSecrets: ['ghcr'], scratchVolumes: [] } })
    const found = (pullSecrets: object) => findingsOf('pull-secret', checkupWith({ looks: { objects: { seen: [other] }, ...pullSecrets } }))
    expect(found({ pullSecrets: unseen })).toEqual([])
    expect(found({ pullSecrets: { seen: [{ namespace: 'shop', name: 'ghcr', writtenAt: later(NOW, -1e6) }] } })).toEqual([])
    expect(found({ pullSecrets: { seen: [{ namespace: 'shop', name: 'ghcr' }] } })).toMatchObject([{ severity: 'hinders' }])
  })
})

describe('what the intent and the table say', () => {
  const patient = (terms: Parameters<typeof termsWith>[0], changes = {}) => patientWith({ environment: environmentWith({ terms: termsWith(terms), ...changes }) })

  it('missing-namespace: not there, on its way out, protected, or selected by no label', () => {
    const fleet = { ...checkupWith().fleet, protect: ['*-prod'] }
    const namespaces = { seen: [{ name: 'shop', labels: {}, terminating: true }] }
    const named = { ...patient({ namespaces: ['shop', 'cart', 'shop-prod'] }), namespaces: ['shop', 'cart'] }
    expect(findingsOf('missing-namespace', checkupWith({ fleet, namespaces, patients: [named] })).map(({ subject, found }) => `${subject}: ${found}`)).toEqual([
      'Namespace shop-prod: the intent protects it (*-prod)', 'Namespace shop: it is being deleted', 'Namespace cart: the cluster has no such namespace',
    ])
    const selected = { ...patient({ namespaces: [], namespaceLabels: { catnap: 'nightly' } }), namespaces: [] }
    expect(findingsOf('missing-namespace', checkupWith({ patients: [selected] }))).toMatchObject([{ found: 'no namespace carries catnap=nightly' }])
  })

  it('held-back: paused, observed, in trouble', () => {
    const { cluster, fleet } = checkupWith()
    const pause = { by: 'ana', at: NOW, why: 'load test' }
    const problem = { text: 'no room', since: NOW, times: 3 }
    expect(findingsOf('held-back', checkupWith({ cluster: { ...cluster, pause } }))).toMatchObject([{ severity: 'note', remedy: 'catnap resume us-dev' }])
    expect(findingsOf('held-back', checkupWith({ fleet: { ...fleet, pause, mode: 'observe' } }))).toMatchObject([{ remedy: 'catnap resume' }])
    expect(findingsOf('held-back', checkupWith({ fleet: { ...fleet, mode: 'observe' } }))).toMatchObject([{ severity: 'note', found: 'its mode is observe' }])
    expect(findingsOf('held-back', checkupWith({ cluster: { ...cluster, problem }, patients: [patient({}, { phase: 'waking', problem })] })))
      .toMatchObject([{ severity: 'hinders', subject: 'cluster us-dev' }, { severity: 'hinders', found: 'it is waking, with trouble since 2026-11-23T12:00:00Z, tried 3 times: no room' }])
  })

  it('unnamed-pool: pools that pods ran on and the intent does not name', () => {
    const patients = [patient({}, { pools: ['workers', 'gpu'] })]
    expect(findingsOf('unnamed-pool', checkupWith({ patients, pools: [poolWith({ name: 'workers' })] }))).toMatchObject([{ severity: 'weakens', subject: 'pool gpu', remedy: 'clusters:\n  us-dev:\n    pools:\n      gpu: { keep: 1 }' }])
  })

  it('whole-with-keep: a cluster that may sleep whole and keeps nodes', () => {
    const whole = { ...checkupWith().cluster, whole: true }
    expect(findingsOf('whole-with-keep', checkupWith({ cluster: whole, pools: [poolWith({ keep: 1 }), poolWith({ name: 'b', keep: 0 })] }))).toMatchObject([{ found: `whole: true, and ${poolWith().name} keeps 1` }])
    expect(findingsOf('whole-with-keep', checkupWith({ cluster: whole, pools: [poolWith({ keep: 0 })] }))).toEqual([])
  })

  it('no-way-to-wake: no host, or nobody may', () => {
    expect(findingsOf('no-way-to-wake', checkupWith({ patients: [patient({})] }))).toMatchObject([{ severity: 'note', found: 'it has no host' }])
    const off = { hours: 'never', wake: { hosts: ['a.example.com'], by: 'off' as const, stayAwakeSeconds: 60 } }
    expect(findingsOf('no-way-to-wake', checkupWith({ patients: [patient(off)] }))).toMatchObject([{ severity: 'weakens', found: 'wake.by is off, and its hours are never' }])
  })

  it('front-asleep: a front that needs what sleeps', () => {
    const wake = { hosts: ['a.example.com'], by: 'click' as const, stayAwakeSeconds: 60, front: 'ingress' as const }
    const whole = { ...checkupWith().cluster, whole: true }
    expect(findingsOf('front-asleep', checkupWith({ patients: [patient({ wake })] }))).toEqual([])
    expect(findingsOf('front-asleep', checkupWith({ cluster: whole, patients: [patient({ wake })] }))).toMatchObject([{ severity: 'hinders', subject: 'a.example.com' }])
    const frontParts = { hasBalancer: false, hasWakeTargetGroup: true, hasWakeAddress: true }
    expect(findingsOf('front-asleep', checkupWith({ frontParts, patients: [patient({ wake: { ...wake, front: 'alb' } })] }))).toMatchObject([{ severity: 'hinders' }])
  })

  it('clock-skew: clocks that disagree', () => {
    const at = (seconds: number) => findingsOf('clock-skew', checkupWith({ asker: { user: 'ana', groups: [], at: later(NOW, seconds) } })).map(({ severity }) => severity)
    expect([at(-9), at(30), at(-90)]).toEqual([[], ['weakens'], ['hinders']])
  })

  it('unseen-part: what could not be looked at', () => {
    const found = findingsOf('unseen-part', checkupWith({
      namespaces: { unseen: 'no' }, looks: { webhooks: { unseen: 'list validatingwebhookconfigurations: 403' }, symptoms: { seen: { pods: [], warnings: [], unread: '403' } } },
    }))
    expect(found.map(({ subject }) => subject)).toEqual(['namespaces', 'admission webhooks', 'events'])
  })
})
