import { describe, expect, it } from 'vitest'
import type { Owner } from '../../../lib/domain/gitops/owner.ts'
import { environmentWith, termsWith } from '../build-environment.ts'
import { workloadWith } from '../build-workload.ts'
import { checkupWith, findingsOf, objectWith, patientWith } from './build-checkup.ts'

const ownerWith = (changes: Partial<Owner> = {}): Owner => ({
  kind: 'Application',
  workload: workloadWith({ kind: 'Application', namespace: 'argocd', name: 'shop', role: 'owner', present: { value: { selfHeal: true } } }),
  owned: [], namespaces: ['shop'], ignoresReplicas: false, isBusy: false, ...changes,
})
const tracked = objectWith({ workload: workloadWith({ tracks: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } }) })
const found = (owners: readonly Owner[], patient = patientWith()) =>
  findingsOf('git-owner', checkupWith({ patients: [patient], looks: { objects: { seen: [tracked] }, gitOwners: { seen: owners } } }))

describe('git-owner', () => {
  it('lets be an owner that can be held, and one that leaves replicas alone', () => {
    expect(found([ownerWith()])).toEqual([])
    expect(found([ownerWith({ namespaces: ['shop', 'blog'], ignoresReplicas: true })])).toEqual([])
  })

  it('prints what to add to one that is shared, or made by an ApplicationSet', () => {
    const [shared] = found([ownerWith({ namespaces: ['shop', 'blog'] })])
    expect(shared).toMatchObject({ severity: 'hinders', environment: 'us-dev/shop', subject: 'Application argocd/shop' })
    expect(shared?.found).toBe('Application argocd/shop would put back what sleeps, and cannot be held: it also owns what is in blog.')
    expect(shared?.remedy).toBe(`ignoreDifferences:
  - group: apps
    kind: Deployment
    jsonPointers: [/spec/replicas]
syncPolicy:
  syncOptions: [RespectIgnoreDifferences=true]`)
    expect(found([ownerWith({ maker: 'ApplicationSet shops' })])[0]?.found).toContain('ApplicationSet shops makes it')
  })

  it('only notes one that does not sync by itself', () => {
    const paused = ownerWith({ maker: 'ApplicationSet shops', workload: { ...ownerWith().workload, present: { value: null } } })
    expect(found([paused])).toMatchObject([{ severity: 'note' }])
  })

  it('finds that the owner lives nowhere here, unless the intent says where', () => {
    expect(found([])).toMatchObject([{ severity: 'hinders', subject: 'Application shop', remedy: expect.stringContaining('managedBy: [{ cluster: CLUSTER, application: shop }]') }])
    const elsewhere = patientWith({ environment: environmentWith({ terms: termsWith({ managedBy: [{ cluster: 'mgmt', kind: 'Application', name: 'shop' }] }) }) })
    expect(found([], elsewhere)).toEqual([])
  })
})
