import { describe, expect, it } from 'vitest'
import { workloadWith } from '../build-workload.ts'
import { checkupWith, findingsOf, objectWith } from './build-checkup.ts'

const owner = { apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name: 'main' }

describe('operator-owned', () => {
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
