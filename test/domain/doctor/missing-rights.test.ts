import { describe, expect, it } from 'vitest'
import { neededRights } from '../../../lib/domain/doctor/needed-rights.ts'
import type { ClusterRight } from '../../../lib/domain/rights/cluster-right.ts'
import { poolWith } from '../build-cluster.ts'
import { environmentWith, termsWith } from '../build-environment.ts'
import { checkupWith, findingsOf } from './build-checkup.ts'

const PATCH: ClusterRight = { apiGroup: 'apps', resource: 'deployments', verbs: ['list', 'patch'], scope: 'environments', why: 'put to sleep and back' }
const EVENTS: ClusterRight = { apiGroup: '', resource: 'events', verbs: ['list'], scope: 'environments', why: 'why pods are not ready' }
const resources = (...parameters: Parameters<typeof neededRights>) => new Set(neededRights(...parameters).map(({ resource }) => resource))

describe('missing-rights', () => {
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
    expect(resources([environmentWith()], []).has('deployments')).toBe(true)
    expect(resources([environmentWith()], []).has('ingresses')).toBe(false)
    const front = environmentWith({ terms: termsWith({ wake: { hosts: ['a.example.com'], by: 'click', stayAwakeSeconds: 60, front: 'lbc' }, sleep: { daemonSets: true, kinds: ['kafkas.kafka.strimzi.io'], jobsSeconds: 0, waves: [], waveSeconds: 0 } }) })
    const needed = resources([front], [poolWith()])
    expect(['ingresses', 'daemonsets', 'kafkas', 'nodepools'].filter((resource) => !needed.has(resource))).toEqual([])
  })
})
