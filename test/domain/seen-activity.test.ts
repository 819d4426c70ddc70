import { describe, expect, it } from 'vitest'
import { decideEnvironment } from '../../lib/domain/decide-environment.ts'
import type { Environment } from '../../lib/domain/environment.ts'
import type { Cluster, Fleet } from '../../lib/domain/fleet.ts'
import { outlookOf } from '../../lib/domain/outlook.ts'
import type { SeenActivity } from '../../lib/domain/seen-activity.ts'
import { instant, type Instant, later } from '../../lib/domain/time.ts'
import { environmentWith, termsWith } from './build-environment.ts'

// A Monday, with hours Mon-Fri 08:00-19:00 UTC.
const at = (clock: string): Instant => instant(`2026-11-23T${clock}:00Z`)
const fleet: Fleet = { mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] }
const cluster: Cluster = { name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false }
const terms = termsWith({ idle: { afterSeconds: 45 * 60, belowPerMinute: 1 } })

const idleAt = (clock: string): SeenActivity => ({ seen: 'idle', why: 'nobody came', at: at(clock) })
const shop = (changes: Partial<Environment> = {}): Environment => environmentWith({ terms, since: at('08:00'), ...changes })
const decided = (environment: Environment, clock: string) => decideEnvironment(fleet, cluster, environment, at(clock), environment.phase === 'awake')
const isIdle = { desired: 'asleep', rule: 'idle', reason: 'nobody came', reviewAt: at('19:00') }
const unknown = (why: string) => ({ desired: 'awake', rule: 'hours', reason: `within Mon-Fri 08:00-19:00 UTC; not idle for want of data: ${why}` })

describe('an environment that is awake', () => {
  it('sleeps when the last look says that it is idle', () => {
    expect(decided(shop({ activity: idleAt('11:00') }), '11:01')).toEqual(isIdle)
  })

  it('stays awake where nothing is said of idleness, and says no more than its hours', () => {
    expect(decided(environmentWith({ since: at('08:00'), activity: idleAt('11:00') }), '11:01')).toMatchObject({ desired: 'awake', reason: 'within Mon-Fri 08:00-19:00 UTC' })
  })

  it('stays awake while it is used', () => {
    const activity: SeenActivity = { seen: 'active', why: '3 requests a minute', at: at('11:00') }
    expect(decided(shop({ activity }), '11:01')).toMatchObject({ desired: 'awake', reason: 'within Mon-Fri 08:00-19:00 UTC' })
  })

  it('stays awake until it was for all of idle.after, whatever was seen, and says so from the wake on', () => {
    const why = 'not awake for 45m yet'
    expect(decided(shop({ phase: 'waking', since: at('11:00'), activity: idleAt('10:59') }), '11:01')).toMatchObject(unknown(why))
    expect(decided(shop({ since: at('11:00'), activity: idleAt('11:44') }), '11:44')).toMatchObject(unknown(why))
    expect(decided(shop({ since: at('11:00'), activity: idleAt('11:45') }), '11:45')).toEqual(isIdle)
  })

  it('stays awake where it was never looked at since it woke', () => {
    const why = 'it was not looked at since it woke at 2026-11-23T10:00:00Z'
    expect(decided(shop({ since: at('10:00') }), '11:00')).toMatchObject(unknown(why))
    expect(decided(shop({ since: at('10:00'), activity: idleAt('09:59') }), '11:00')).toMatchObject(unknown(why))
  })

  it('stays awake where the last look is older than two intervals, and says so', () => {
    const environment = shop({ activity: idleAt('11:00') })
    expect(decided(environment, '11:30').rule).toBe('idle')
    expect(decided(environment, '11:31')).toMatchObject(unknown('it was last looked at at 2026-11-23T11:00:00Z, more than 30m ago'))
  })

  it('is not believed idle for longer than two looks, though it is asked about more seldom', () => {
    const patient = termsWith({ idle: { afterSeconds: 3 * 3600, belowPerMinute: 1 } })
    expect(decided(shop({ terms: patient, activity: idleAt('14:00') }), '14:31').desired).toBe('awake')
    const used: SeenActivity = { seen: 'active', why: '', at: at('14:00') }
    expect(decided(shop({ terms: patient, activity: used }), '15:59').reason).toBe('within Mon-Fri 08:00-19:00 UTC')
    expect(decided(shop({ terms: patient, activity: used }), '16:01').reason).toContain('more than 2h ago')
  })

  it('obeys people first', () => {
    const lease = { until: at('12:00'), by: 'ann' }
    const hold = { as: 'awake', until: at('12:00'), by: 'bob' } as const
    expect(decided(shop({ activity: idleAt('11:00'), lease }), '11:01').rule).toBe('lease')
    expect(decided(shop({ activity: idleAt('11:00'), hold }), '11:01').rule).toBe('hold')
  })
})

const asleep = (changes: Partial<Environment> = {}) => shop({ phase: 'asleep', since: at('11:05'), activity: idleAt('11:00'), ...changes })

describe('an environment that went to sleep for idleness', () => {
  it('stays asleep until its window closes, although nothing more is seen of it', () => {
    for (const phase of ['falling-asleep', 'asleep'] as const) expect(decided(asleep({ phase }), '18:59')).toEqual(isIdle)
    expect(decided(asleep(), '19:00')).toMatchObject({ desired: 'asleep', rule: 'hours' })
  })

  it('is woken for its next window', () => {
    expect(outlookOf(fleet, cluster, asleep(), at('12:00'))).toMatchObject({ decision: isIdle, next: { at: later(at('08:00'), 86_400 - 180), becomes: 'awake' } })
  })

  it('is woken where it no longer may sleep for idleness', () => {
    expect(decided(asleep({ terms: termsWith() }), '12:00')).toMatchObject({ desired: 'awake', reason: 'within Mon-Fri 08:00-19:00 UTC' })
  })

  it('sleeps until somebody comes where its hours never close', () => {
    expect(decided(asleep({ terms: { ...terms, hours: 'always' } }), '12:00')).toEqual({ desired: 'asleep', rule: 'idle', reason: 'nobody came' })
  })

  it('is not kept asleep by what was seen of an earlier day', () => {
    const tuesday = { since: at('19:00'), activity: idleAt('18:50') }
    expect(decideEnvironment(fleet, cluster, asleep(tuesday), instant('2026-11-24T09:00:00Z'), false)).toMatchObject({ desired: 'awake', reason: 'within Mon-Fri 08:00-19:00 UTC' })
  })
})
