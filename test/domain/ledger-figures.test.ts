import { describe, expect, it } from 'vitest'
import { amount, NO_AMOUNT } from '../../lib/domain/ledger/amount.ts'
import { utcDays } from '../../lib/domain/ledger/clock-hour.ts'
import { extendedSupport } from '../../lib/domain/ledger/extended-support.ts'
import { toFocus } from '../../lib/domain/ledger/focus.ts'
import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import { ledgerRecord } from '../../lib/domain/ledger/ledger-record.ts'
import { residualCost } from '../../lib/domain/ledger/residual-cost.ts'
import { rollUp } from '../../lib/domain/ledger/roll-up.ts'
import { netMicroUsd } from '../../lib/domain/ledger/savings.ts'
import { instant } from '../../lib/domain/time.ts'
import { at, ledgerInput, nodeLife, POOL, poolFacts, SHOP, user } from './build-ledger.ts'

const asleep = (changes = {}) =>
  keepLedger(ledgerInput({ environments: [user(SHOP, 'asleep')], pools: [poolFacts(2)], nodes: [nodeLife('a'), nodeLife('b', { terminatedAt: at('10:20') })], ...changes }))

describe('a row as it is shown', () => {
  it('has node-hours, the price by name and the currency', () => {
    expect(asleep().rows.map(ledgerRecord)).toEqual([{
      pool: POOL,
      hour: '2026-11-23T10:00:00Z',
      baselineNodeHours: 2,
      ranNodeHours: 1.3333,
      avoidedNodeHours: 0.6667,
      realizedMicroUsd: 128_000,
      freedCommitmentMicroUsd: 0,
      strandedMicroUsd: 256_000,
      potentialMicroUsd: 0,
      wakeMicroUsd: 0,
      unpricedNodeSeconds: 0,
      price: 'm5.xlarge on-demand, us-east-1: 192000',
      blockers: [],
      currency: 'USD',
    }])
  })

  it('leaves out what has no price', () => {
    const [record] = asleep({ priceOf: () => undefined }).rows.map(ledgerRecord)
    expect(record).toMatchObject({ avoidedNodeHours: 0.6667, unpricedNodeSeconds: 2400, price: '' })
    expect(record).not.toHaveProperty('realizedMicroUsd')
    expect(record).not.toHaveProperty('strandedMicroUsd')
    expect(record).toHaveProperty('wakeMicroUsd', 0)
  })
})

describe('a sum of periods', () => {
  it('has a reader’s days: midnight in Asia/Kolkata is 18:30, UTC, and its hour is cut in two', () => {
    const span = { from: at('18:00'), to: at('20:00') }
    const { rows } = asleep({ span, nodes: [nodeLife('b', { terminatedAt: at('10:20') })], pools: [poolFacts(1)] })
    const midnight = at('18:30')
    const sums = rollUp(rows, [at('00:00'), midnight, instant('2026-11-24T18:30:00Z')])
    expect(sums.map(({ savings, cut }) => [savings.avoidedNodeSeconds, savings.realized.microUsd, cut])).toEqual([[1800, 96_000, 1], [5400, 288_000, 1]])
  })

  it('has days, UTC', () => {
    expect(utcDays({ from: at('10:00'), to: instant('2026-11-25T00:00:00Z') })).toEqual([at('00:00'), instant('2026-11-24T00:00:00Z'), instant('2026-11-25T00:00:00Z')])
    expect(rollUp(asleep().rows, utcDays({ from: at('00:00'), to: at('23:00') }))[0]).toMatchObject({ cut: 0, running: { ranNodeSeconds: 4800 }, savings: { avoidedNodeSeconds: 2400 } })
  })

  it('leaves out what lies outside', () => {
    expect(rollUp(asleep().rows, [at('00:00'), at('10:00')])[0]?.savings.avoidedNodeSeconds).toBe(0)
    expect(rollUp(asleep().rows, [at('11:00'), at('12:00')])[0]?.savings.avoidedNodeSeconds).toBe(0)
  })

  it('of unpriced hours and hours without anything has no money', () => {
    const { rows } = asleep({ span: { from: at('09:00'), to: at('11:00') }, priceOf: () => undefined })
    const [sum] = rollUp(rows, [at('09:00'), at('11:00')])
    expect(sum?.savings.realized).toEqual({ pricedNodeSeconds: 0, unpricedNodeSeconds: 2400 })
  })
})

describe('the net', () => {
  it('is what is realised less waking and Catnap’s own cost (FIELD §5), negative where that is more', () => {
    expect(netMicroUsd(amount(3600, 0, 192_000), amount(60, 0, 3200), 1800)).toBe(187_000)
    expect(netMicroUsd(NO_AMOUNT, NO_AMOUNT, 1800)).toBe(-1800)
  })

  it('is not known where a part of it is not', () => {
    expect(netMicroUsd(amount(0, 60, 0), NO_AMOUNT, 1800)).toBeUndefined()
    expect(netMicroUsd(NO_AMOUNT, amount(0, 60, 0), 1800)).toBeUndefined()
    expect(netMicroUsd(NO_AMOUNT, NO_AMOUNT, undefined)).toBeUndefined()
  })
})

describe('EKS extended support', () => {
  const ends = [{ version: '1.30', standardSupportEnds: instant('2026-11-23T06:00:00Z'), extendedSupportEnds: instant('2027-11-23T00:00:00Z') }]
  const day = { from: at('00:00'), to: instant('2026-11-24T00:00:00Z') }

  it('adds $0.50 an hour from the end of standard support: 18 hours are $9, a year $4,380 (FIELD §5)', () => {
    expect(extendedSupport([{ cluster: 'us-dev', version: '1.30' }], ends, day)).toEqual([
      { kind: 'known', cluster: 'us-dev', version: '1.30', from: at('06:00'), seconds: 64_800, microUsd: 9_000_000, microUsdPerYear: 4_380_000_000 },
    ])
  })

  it('adds nothing before, and nothing once EKS has upgraded the cluster', () => {
    const early = { from: instant('2026-11-22T00:00:00Z'), to: at('00:00') }
    const late = { from: instant('2027-11-23T00:00:00Z'), to: instant('2027-11-24T00:00:00Z') }
    expect([early, late].flatMap((span) => extendedSupport([{ cluster: 'us-dev', version: '1.30' }], ends, span))).toMatchObject([{ microUsd: 0 }, { microUsd: 0 }])
  })

  it('is said to be unknown, not 0, for a version EKS told no dates of', () => {
    expect(extendedSupport([{ cluster: 'us-dev', version: '1.99' }], ends, day)).toEqual([{ kind: 'unknown-version', cluster: 'us-dev', version: '1.99' }])
  })
})

describe('residual cost', () => {
  const nights = new Map([['us-dev', 13 * 3600], [SHOP, 13 * 3600]])

  it('is what stays on the bill for 13 hours asleep: a control plane of $0.10 an hour is $1.30 (FIELD §5)', () => {
    const { lines, total } = residualCost([
      { kind: 'control-plane', name: 'us-dev', owner: 'us-dev', microUsdPerHour: 100_000 },
      { kind: 'volume', name: 'vol-1', owner: SHOP, microUsdPerHour: 10_959 },
      { kind: 'volume', name: 'vol-2', owner: 'us-dev/awake', microUsdPerHour: 10_959 },
    ], nights)
    expect(lines).toMatchObject([{ kind: 'control-plane', items: 1, cost: { microUsd: 1_300_000 } }, { kind: 'volume', items: 2, cost: { microUsd: 142_467 } }])
    expect(total.microUsd).toBe(1_442_467)
  })

  it('counts what has no price and refuses a negative one', () => {
    const { total, refused } = residualCost([
      { kind: 'nat', name: 'nat-1', owner: 'us-dev' },
      { kind: 'nat', name: 'nat-2', owner: 'us-dev', microUsdPerHour: -1 },
    ], nights)
    expect(total).toEqual({ pricedNodeSeconds: 0, unpricedNodeSeconds: 13 * 3600 })
    expect(refused).toEqual([{ subject: 'nat-2', reason: 'found a price of -1 micro-dollars an hour, expected a whole number from 0 on' }])
  })
})

describe('FOCUS 1.2', () => {
  const subject = { name: POOL, type: 'Node pool' as const, resourceId: 'arn:aws:eks:us-east-1:111122223333:nodegroup/us-dev/workers/1', regionId: 'us-east-1', accountId: '111122223333' }

  it('has a row of what ran, with ours in columns of x_', () => {
    const [row] = toFocus(asleep().rows, () => subject)
    expect(row).toMatchObject({
      BilledCost: 0.256, EffectiveCost: 0.256, ListCost: 0.256, BillingCurrency: 'USD',
      BillingPeriodStart: '2026-11-01T00:00:00Z', BillingPeriodEnd: '2026-12-01T00:00:00Z',
      ChargePeriodStart: '2026-11-23T10:00:00Z', ChargePeriodEnd: '2026-11-23T11:00:00Z',
      ConsumedQuantity: 1.3333, ConsumedUnit: 'Hours', RegionId: 'us-east-1', SubAccountId: '111122223333',
      ServiceName: 'Amazon Elastic Compute Cloud', ResourceId: subject.resourceId, BillingAccountId: null,
      x_RealizedSaving: 0.128, x_StrandedCost: 0.256, x_AvoidedNodeHours: 0.6667, x_UnpricedNodeHours: 0,
    })
    expect(Object.keys(row ?? {}).filter((column) => !/^(?:x_)?[A-Z][A-Za-z]+$/.test(column))).toEqual([])
  })

  it('does not know the effective cost of what a commitment pays for', () => {
    const [row] = toFocus(asleep({ coverage: [{ of: { pool: POOL }, nodes: 1 }] }).rows, () => subject)
    expect(row).toMatchObject({ EffectiveCost: null, ListCost: 0.256, BilledCost: 0.064 })
  })

  it('leaves empty what has no price, and the cost of what ran in an environment’s share', () => {
    const [share] = toFocus(asleep({ priceOf: () => undefined }).shares, ({ environment }) => ({ name: environment, type: 'Environment' }))
    expect(share).toMatchObject({ BilledCost: null, ConsumedQuantity: null, x_RealizedSaving: null, x_UnpricedNodeHours: 0.6667, x_WakeCost: 0, ResourceName: SHOP })
  })
})
