import { describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import type { Pool } from '../../lib/domain/pool.ts'
import { project } from '../../lib/domain/projection.ts'
import { instant, type Instant, iso } from '../../lib/domain/time.ts'
import { environmentWith, termsWith } from './build-environment.ts'
import { poolWith } from './build-cluster.ts'

const MONDAY = instant('2026-11-23T00:00:00Z')

const sleeping = (name: string, hours: string, changes: Partial<Environment> = {}, timezone = 'UTC') =>
  environmentWith({ id: `us-dev/${name}`, name, terms: termsWith({ hours, timezone }), ...changes })

interface Options {
  readonly pools?: readonly Pool[]
  readonly holidays?: readonly string[]
  readonly from?: Instant
  readonly days?: number
}

const week = (environments: readonly Environment[], { pools = [], holidays = [], from = MONDAY, days = 7 }: Options = {}) =>
  project(environments, pools, holidays, from, days, (type) => (type === 'm5.xlarge' ? 192_000 : undefined))

const asleepShare = (hours: string) => Math.round(((week([sleeping('shop', hours)]).environments[0]?.asleepHours ?? 0) / 168) * 1000) / 10

describe('the share of a week asleep', () => {
  it.each([
    ['12 hours on 5 days', 'Mon-Fri 08:00-20:00', 64.3],
    ['10 hours on 5 days', 'Mon-Fri 08:00-18:00', 70.2],
    ['8 hours on 5 days', 'Mon-Fri 09:00-17:00', 76.2],
    ['always', 'always', 0],
    ['never', 'never', 100],
  ])('with %s is as the field reckons it', (_, hours, percent) => {
    expect(asleepShare(hours)).toBe(percent)
  })

  it('grows by a holiday', () => {
    expect(week([sleeping('shop', 'Mon-Fri 08:00-20:00')], { holidays: ['2026-11-25'] }).environments[0]?.asleepHours).toBe(120)
  })

  it.each([
    ['spring', '2026-03-29T00:00:00+01:00', 144 - 23],
    ['autumn', '2026-10-25T00:00:00+02:00', 144 - 25],
  ])('counts real hours on the day the clocks change in %s', (_, from, asleepHours) => {
    const { environments } = week([sleeping('shop', 'Sun 00:00-24:00', {}, 'Europe/Paris')], { from: instant(from), days: 6 })
    expect(environments[0]?.asleepHours).toBe(asleepHours)
  })
})

describe('a pool', () => {
  const pool = poolWith({ keep: 1, baseline: { nodes: 5, instanceType: 'm5.xlarge' } })

  it('could save its nodes but those it keeps while its environment sleeps, at the price of its type', () => {
    expect(week([sleeping('shop', 'Mon-Fri 08:00-20:00')], { pools: [pool] }).pools).toEqual([
      { pool: 'us-dev/workers', instanceType: 'm5.xlarge', nodes: 5, keep: 1, asleepHours: 108, nodeHours: 432, microUsd: 432 * 192_000 },
    ])
  })

  it('counts only the hours in which all who use it sleep', () => {
    const users = [sleeping('shop', 'Mon-Fri 08:00-20:00'), sleeping('batch', 'Mon-Fri 20:00-08:00')]
    expect(week(users, { pools: [pool] }).pools).toMatchObject([{ asleepHours: 48 }])
  })

  it('does not ask those who are known to use others, nor those of other clusters', () => {
    const users = [sleeping('shop', 'never', { pools: ['workers'] }), sleeping('ml', 'always', { pools: ['gpu'] }), sleeping('far', 'always', { id: 'eu-dev/far', cluster: 'eu-dev' })]
    expect(week(users, { pools: [pool] }).pools).toMatchObject([{ asleepHours: 168 }])
  })

  it('could save nothing where nobody is known to use it, where it keeps all, or before its size is known', () => {
    expect(week([], { pools: [pool] }).pools).toMatchObject([{ asleepHours: 0, nodeHours: 0 }])
    expect(week([sleeping('shop', 'never')], { pools: [{ ...pool, keep: 9 }] }).pools).toMatchObject([{ nodeHours: 0, microUsd: 0 }])
    expect(week([sleeping('shop', 'never')], { pools: [poolWith()] }).pools[0]).not.toHaveProperty('microUsd')
  })

  it('has no amount where no price is known', () => {
    const [projected] = week([sleeping('shop', 'never')], { pools: [poolWith({ baseline: { nodes: 2, instanceType: 'x9.huge' } })] }).pools
    expect(projected).toMatchObject({ nodeHours: 168 })
    expect(projected).not.toHaveProperty('microUsd')
  })
})

describe('the coming changes', () => {
  it('come in order, each with its reason', () => {
    const { changes } = week([sleeping('shop', 'Mon 08:00-19:00'), sleeping('blog', 'Mon 08:00-12:00')])
    expect(changes.map(({ at, environment, becomes, why }) => `${iso(at)} ${environment} becomes ${becomes}: ${why}`)).toEqual([
      '2026-11-23T08:00:00Z us-dev/blog becomes awake: within Mon 08:00-12:00 UTC',
      '2026-11-23T08:00:00Z us-dev/shop becomes awake: within Mon 08:00-19:00 UTC',
      '2026-11-23T12:00:00Z us-dev/blog becomes asleep: outside hours; next is Mon 08:00-12:00 UTC',
      '2026-11-23T19:00:00Z us-dev/shop becomes asleep: outside hours; next is Mon 08:00-19:00 UTC',
    ])
  })

  it('are none where the hours never change', () => {
    expect(week([sleeping('shop', 'always'), sleeping('blog', 'never')]).changes).toEqual([])
  })
})
