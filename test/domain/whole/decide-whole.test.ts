import { describe, expect, it } from 'vitest'
import type { Environment } from '../../../lib/domain/environment.ts'
import type { Cluster, Fleet } from '../../../lib/domain/fleet.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { decideWhole } from '../../../lib/domain/whole/decide-whole.ts'
import { wholeRecord } from '../../../lib/domain/whole/whole-record.ts'
import { environmentWith } from '../build-environment.ts'

const arn = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
const fleet: Fleet = { mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] }
const cluster: Cluster = { name: 'us-dev', arn, whole: true }
// A Monday; the hours of the environments are Mon-Fri 08:00-19:00.
const EVENING = instant('2026-11-23T20:00:00Z')

const recordWith = (changes: Partial<Environment> = {}): Environment => ({
  ...wholeRecord({ name: 'us-dev', arn, namespaces: ['kube-system'], timezone: 'UTC' }, EVENING), ...changes,
})

const sleeper = (changes: Partial<Environment> = {}): Environment => environmentWith({ phase: 'asleep', ...changes })

const decideAt = (now: typeof EVENING, environments: readonly Environment[], record = recordWith(), changes: { readonly fleet?: Fleet; readonly cluster?: Cluster } = {}) =>
  decideWhole({ fleet, cluster, record, environments, now, ...changes })

describe('a cluster as a whole', () => {
  it('sleeps once every environment in it does, and is looked at before the first of them wakes', () => {
    expect(decideAt(EVENING, [sleeper(), sleeper({ id: 'us-dev/blog', name: 'blog' })])).toEqual({
      desired: 'asleep', rule: 'cluster', reason: 'every environment in it sleeps',
      // 180 s for the environment's first wake, 180 s for the cluster's.
      reviewAt: instant('2026-11-24T07:54:00Z'),
    })
  })

  it.each(['awake', 'falling-asleep', 'waking'] as const)('is awake while one of them is %s', (phase) => {
    expect(decideAt(EVENING, [sleeper(), sleeper({ id: 'us-dev/blog', phase })])).toMatchObject({ desired: 'awake', reason: `us-dev/blog is ${phase}` })
  })

  it('wakes so long before the first of them that it delays none', () => {
    const asleep = recordWith({ phase: 'asleep', wakeSeconds: [120] })
    const [early, due] = [instant('2026-11-24T07:54:59Z'), instant('2026-11-24T07:55:00Z')]
    expect(decideAt(early, [sleeper()], asleep).desired).toBe('asleep')
    expect(decideAt(due, [sleeper()], asleep)).toMatchObject({ desired: 'awake', reason: expect.stringMatching(/^us-dev\/shop is to be awake soon: to be ready at 2026-11-24T08:00/) })
  })

  it('does not fall asleep for a few minutes', () => {
    expect(decideAt(instant('2026-11-24T07:45:00Z'), [sleeper()]).desired).toBe('awake')
  })

  it('stays up for what a person keeps up in an environment that sleeps', () => {
    const remains = [{ by: 'hand' as const, text: 'Deployment shop/web runs by hand: 1 replica' }]
    expect(decideAt(EVENING, [sleeper({ remains })])).toMatchObject({ desired: 'awake', reason: 'us-dev/shop sleeps, but Deployment shop/web runs by hand: 1 replica' })
  })

  it('stays up where there is nothing to sleep with, where a person restored it, and for good where it was taken out', () => {
    const lease = { until: later(EVENING, 60), by: 'ana' }
    expect(decideAt(EVENING, []).desired).toBe('awake')
    expect(decideAt(EVENING, [sleeper()], recordWith({ lease }))).toMatchObject({ desired: 'awake', reviewAt: lease.until })
    expect(decideAt(later(EVENING, 60), [sleeper()], recordWith({ lease })).desired).toBe('asleep')
    expect(decideAt(EVENING, [sleeper()], recordWith({ removed: true }))).toMatchObject({ desired: 'awake', rule: 'removed' })
  })

  it('is left as it is while its fleet or itself is paused', () => {
    const pause = { by: 'ana', at: EVENING }
    expect(decideAt(EVENING, [sleeper()], recordWith(), { fleet: { ...fleet, pause } }).desired).toBe('as-it-is')
    expect(decideAt(EVENING, [sleeper()], recordWith(), { cluster: { ...cluster, pause } }).desired).toBe('as-it-is')
  })
})
