import { describe, expect, it } from 'vitest'
import { judgeOwner } from '../../lib/domain/gitops/judge-owner.ts'
import { toOwner } from '../../lib/domain/gitops/to-owner.ts'
import { trackedBy } from '../../lib/domain/gitops/tracked-by.ts'
import type { Owner, OwnerKind } from '../../lib/domain/gitops/owner.ts'
import { cronJobWith, workloadWith } from './build-workload.ts'

const owner = (kind: OwnerKind, object: Readonly<Record<string, unknown>>, tracks: Readonly<Record<string, string>> = {}): Owner =>
  toOwner(kind, object, workloadWith({ kind, namespace: 'argocd', name: 'shop', role: 'owner', present: { value: null }, tracks }))

const application = (changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  spec: { destination: { namespace: 'shop' }, syncPolicy: { automated: { selfHeal: true } } },
  status: { resources: [{ group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' }] },
  ...changes,
})

describe('who tracks an object', () => {
  it.each([
    [{ 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' }, [{ kind: 'Application', name: 'shop', isSure: true }]],
    [{ 'argocd.argoproj.io/tracking-id': 'team-a_shop:apps/Deployment:shop/web' }, [{ kind: 'Application', namespace: 'team-a', name: 'shop', isSure: true }]],
    [{ 'app.kubernetes.io/instance': 'shop' }, [{ kind: 'Application', name: 'shop', isSure: false }]],
    [{ 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' }, [{ kind: 'Kustomization', namespace: 'flux-system', name: 'apps', isSure: true }]],
    [{ 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' }, [{ kind: 'HelmRelease', namespace: 'shop', name: 'shop', isSure: true }]],
    [{}, []],
  ])('is read from %j', (tracks, expected) => {
    expect(trackedBy([{ tracks }, { tracks }])).toEqual(expected)
  })
})

const judge = (each: Owner) => judgeOwner(each, ['shop'], [workloadWith(), cronJobWith()])

const ignoring = (kind: string, group: string, pointer: string) => ({ group, kind, jsonPointers: [pointer] })

describe('an owner of an environment', () => {
  it('is held where it owns nothing else', () => {
    expect(judge(owner('Application', application()))).toEqual({ do: 'hold' })
    expect(judge(owner('Kustomization', { spec: {}, status: { inventory: { entries: [{ id: 'shop_web_apps_Deployment' }, { id: '_shop__Namespace' }] } } }))).toEqual({ do: 'hold' })
    expect(judge(owner('HelmRelease', { metadata: { namespace: 'flux-system' }, spec: { targetNamespace: 'shop' } }))).toEqual({ do: 'hold' })
  })

  it('is refused where others live on it, with exactly what to add', () => {
    const shared = application({ status: { resources: [{ group: 'apps', kind: 'Deployment', namespace: 'blog', name: 'web' }] } })
    expect(judge(owner('Application', shared))).toEqual({
      do: 'refuse',
      why: [
        'Application argocd/shop would put back what sleeps, and cannot be held: it also owns what is in blog. Add to the spec of that Application, or to the template of its ApplicationSet:',
        'ignoreDifferences:',
        '  - group: batch', '    kind: CronJob', '    jsonPointers: [/spec/suspend]',
        '  - group: apps', '    kind: Deployment', '    jsonPointers: [/spec/replicas]',
        'syncPolicy:', '  syncOptions: [RespectIgnoreDifferences=true]',
      ].join('\n'),
    })
    expect(judge(owner('Kustomization', { spec: {}, status: { inventory: { entries: [{ id: 'blog_web_apps_Deployment' }] } } }))).toMatchObject({ do: 'refuse', why: expect.stringContaining('Leave spec.replicas') })
  })

  it('is refused where an ApplicationSet or another owner makes it and would put it back', () => {
    const child = application({ metadata: { ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', name: 'all', controller: true }] } })
    expect(judge(owner('Application', child))).toMatchObject({ do: 'refuse', why: expect.stringContaining('ApplicationSet all makes it and would undo a change of it') })
    expect(judge(owner('Application', application(), { 'argocd.argoproj.io/tracking-id': 'root:argoproj.io/Application:argocd/shop' })))
      .toMatchObject({ do: 'refuse', why: expect.stringContaining('Application root makes it') })
  })

  it('is left alone where it ignores what Catnap changes, and only then', () => {
    const spec = { destination: { namespace: 'shop' }, syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] }, ignoreDifferences: [ignoring('Deployment', 'apps', '/spec/replicas')] }
    expect(judge(owner('Application', application({ spec })))).toEqual({ do: 'leave' })
    expect(judge(owner('Application', application({ spec: { ...spec, syncPolicy: {} } })))).toEqual({ do: 'hold' })
    expect(judge(owner('Application', application({ spec: { ...spec, ignoreDifferences: [ignoring('StatefulSet', 'apps', '/spec/replicas')] } })))).toEqual({ do: 'hold' })
  })

  it('is busy while it syncs', () => {
    expect(owner('Application', application({ status: { operationState: { phase: 'Running' } } })).isBusy).toBe(true)
    expect(owner('Kustomization', { status: { conditions: [{ type: 'Reconciling', status: 'True' }] } }).isBusy).toBe(true)
    expect(owner('Application', application()).isBusy).toBe(false)
  })
})
