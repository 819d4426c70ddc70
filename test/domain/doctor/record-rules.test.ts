import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { poolWith } from '../build-cluster.ts'
import { environmentWith, termsWith } from '../build-environment.ts'
import { checkupWith, findingsOf, NOW, patientWith } from './build-checkup.ts'

const patient = (terms: Parameters<typeof termsWith>[0], changes = {}) => patientWith({ environment: environmentWith({ terms: termsWith(terms), ...changes }) })
const skewed = (seconds: number) => findingsOf('clock-skew', checkupWith({ asker: { user: 'ana', groups: [], at: later(NOW, seconds) } })).map(({ severity }) => severity)

describe('what the intent and the table say', () => {
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
    expect([skewed(-9), skewed(30), skewed(-90)]).toEqual([[], ['weakens'], ['hinders']])
  })

  it('unseen-part: what could not be looked at', () => {
    const found = findingsOf('unseen-part', checkupWith({
      namespaces: { unseen: 'no' }, looks: { webhooks: { unseen: 'list validatingwebhookconfigurations: 403' }, symptoms: { seen: { pods: [], warnings: [], unread: '403' } } },
    }))
    expect(found.map(({ subject }) => subject)).toEqual(['namespaces', 'admission webhooks', 'events'])
  })
})
