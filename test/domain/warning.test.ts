import { describe, expect, it } from 'vitest'
import { decideEnvironment } from '../../lib/domain/decide-environment.ts'
import type { Environment } from '../../lib/domain/environment.ts'
import type { Cluster, Fleet } from '../../lib/domain/fleet.ts'
import { outlookOf } from '../../lib/domain/outlook.ts'
import type { SeenActivity } from '../../lib/domain/seen-activity.ts'
import { instant, type Instant } from '../../lib/domain/time.ts'
import { comingSleep, endsWarning, warnAt } from '../../lib/domain/warning.ts'
import { environmentWith, termsWith } from './build-environment.ts'

// A Monday, with hours Mon-Fri 08:00-19:00 UTC.
const at = (clock: string): Instant => instant(`2026-11-23T${clock}:00Z`)
const fleet: Fleet = { mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] }
const cluster: Cluster = { name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false }
const warn = { aheadSeconds: 15 * 60, webhookParameter: '/catnap/slack' }
const idle = { afterSeconds: 45 * 60, belowPerMinute: 1 }

const shop = (changes: Partial<Environment> = {}): Environment => environmentWith({ terms: termsWith({ warn }), since: at('08:00'), ...changes })
const idleShop = (clock: string, changes: Partial<Environment> = {}): Environment => {
  const activity: SeenActivity = { seen: 'idle', why: 'nobody came', at: at(clock) }
  return shop({ terms: termsWith({ warn, idle }), activity, ...changes })
}
const sleepTold = (environment: Environment, clock: string) => comingSleep(environment, outlookOf(fleet, cluster, environment, at(clock)), at(clock))
const decided = (environment: Environment, clock: string, in_: Fleet = fleet) => decideEnvironment(in_, cluster, environment, at(clock), true)

describe('a sleep by the hours', () => {
  it('is told of so long ahead, with the reason it is awake for', () => {
    expect(sleepTold(shop(), '18:44')).toBeUndefined()
    expect(sleepTold(shop(), '18:45')).toEqual({ sleepAt: at('19:00'), cause: 'time', why: 'within Mon-Fri 08:00-19:00 UTC' })
    expect(warnAt(shop(), outlookOf(fleet, cluster, shop(), at('12:00')).next)).toBe(at('18:45'))
  })

  it('is told of late rather than never, and not once it is there', () => {
    expect(sleepTold(shop(), '18:59')).toMatchObject({ sleepAt: at('19:00') })
    expect(sleepTold(shop(), '19:00')).toBeUndefined()
  })

  it('is told of once, also where it was kept awake meanwhile', () => {
    const warned = { at: at('18:45'), sleepAt: at('19:00'), cause: 'time' } as const
    expect(sleepTold(shop({ warned }), '18:50')).toBeUndefined()
    const kept = shop({ warned, lease: { until: at('18:58'), by: 'ann' } })
    expect(sleepTold(kept, '18:59')).toBeUndefined()
    expect(decided(shop({ warned }), '19:00').desired).toBe('asleep')
  })

  it('is told of anew where somebody keeps it awake to another instant', () => {
    const warned = { at: at('18:45'), sleepAt: at('19:00'), cause: 'time' } as const
    const kept = shop({ warned, lease: { until: at('21:00'), by: 'ann' } })
    expect(sleepTold(kept, '20:44')).toBeUndefined()
    expect(sleepTold(kept, '20:45')).toMatchObject({ sleepAt: at('21:00'), cause: 'time' })
  })

  it('is not told of to whoever woke it later than that, nor while it is on its way', () => {
    const late = { since: at('18:50'), lease: { until: at('19:00'), by: 'ann' } }
    expect(sleepTold(shop(late), '18:55')).toBeUndefined()
    expect(sleepTold(shop({ phase: 'waking', since: at('12:00') }), '18:50')).toBeUndefined()
    expect(sleepTold(shop({ phase: 'asleep' }), '18:50')).toBeUndefined()
  })

  it('of another waking does not count as told', () => {
    const warned = { at: at('07:00'), sleepAt: at('19:00'), cause: 'time' } as const
    expect(sleepTold(shop({ warned }), '18:45')).toMatchObject({ sleepAt: at('19:00') })
  })

  it('is told of nobody where nothing is said of warnings', () => {
    expect(sleepTold(shop({ terms: termsWith() }), '18:50')).toBeUndefined()
  })
})

describe('a sleep for idleness', () => {
  const told = { at: at('11:00'), sleepAt: at('11:15'), cause: 'idle' } as const

  it('is held back until its people had their time', () => {
    expect(decided(idleShop('11:00'), '11:00')).toMatchObject({ desired: 'awake', rule: 'idle', reason: 'within Mon-Fri 08:00-19:00 UTC; sleeps once its people were told: nobody came' })
    expect(sleepTold(idleShop('11:00'), '11:00')).toMatchObject({ sleepAt: at('11:15'), cause: 'idle' })
    const environment = idleShop('11:10', { warned: told })
    expect(decided(environment, '11:14')).toMatchObject({ desired: 'awake', rule: 'idle', reviewAt: at('11:15') })
    expect(decided(environment, '11:15')).toMatchObject({ desired: 'asleep', rule: 'idle' })
    expect(sleepTold(environment, '11:12')).toBeUndefined()
  })

  it('is not held back where nobody is told: without a warning, and where nothing is acted on', () => {
    expect(decided(idleShop('11:00', { terms: termsWith({ idle }) }), '11:00').desired).toBe('asleep')
    expect(decided(idleShop('11:00'), '11:00', { ...fleet, mode: 'observe' }).desired).toBe('asleep')
  })

  it('is not woken again for want of a warning', () => {
    for (const phase of ['falling-asleep', 'asleep'] as const) expect(decided(idleShop('11:00', { phase, since: at('11:16'), warned: told }), '11:20')).toMatchObject({ desired: 'asleep', rule: 'idle' })
  })

  it('is told of anew once it was used, and not where data was missing for a while', () => {
    expect(endsWarning(idleShop('11:05', { warned: told }), at('11:05'))).toBe(true)
    expect(endsWarning(shop({ warned: { at: at('18:45'), sleepAt: at('19:00'), cause: 'time' } }), at('18:50'))).toBe(false)
    expect(endsWarning(shop({ warned: { at: at('18:45'), sleepAt: at('19:00'), cause: 'time' } }), at('19:10'))).toBe(true)
    expect(sleepTold(idleShop('14:00'), '14:00')).toMatchObject({ sleepAt: at('14:15'), cause: 'idle' })
  })

  it('comes at the end of a lease without another wait, its people told of that end', () => {
    const leased = idleShop('12:50', { warned: told, lease: { until: at('13:00'), by: 'ann' } })
    expect(sleepTold(leased, '12:45')).toMatchObject({ sleepAt: at('13:00'), cause: 'time' })
    const again = idleShop('12:59', { warned: { at: at('12:45'), sleepAt: at('13:00'), cause: 'time' }, lease: { until: at('13:00'), by: 'ann' } })
    expect(decided(again, '13:00')).toMatchObject({ desired: 'asleep', rule: 'idle' })
  })

  it('leaves the hours their own', () => {
    expect(decided(idleShop('18:59'), '19:00')).toMatchObject({ desired: 'asleep', rule: 'hours' })
  })
})
