import { describe, expect, it } from 'vitest'
import { environmentWith } from '../build-environment.ts'
import { asleepWith } from '../build-workload.ts'
import { checkupWith, findingsOf, objectWith, patientWith } from './build-checkup.ts'

const KEY = 'Deployment/shop/web'
const patient = (phase: 'awake' | 'asleep' | 'waking', originals: readonly string[] = []) => patientWith({ environment: environmentWith({ phase }), originals: new Set(originals) })
const marked = (markedBy = 'us-dev/shop') => objectWith({ workload: asleepWith({ replicas: 2 }, { markedBy }) })
const found = (who: ReturnType<typeof patient>, ...seen: ReturnType<typeof objectWith>[]) => findingsOf('stray-mark', checkupWith({ patients: [who], looks: { objects: { seen } } }))

describe('stray-mark', () => {
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
