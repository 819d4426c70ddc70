import { describe, expect, it } from 'vitest'
import { amount } from '../../lib/domain/ledger/amount.ts'
import type { Refusal } from '../../lib/domain/ledger/ledger-input.ts'
import { type BilledDay, type EstimatedDay, reconcileDay, type ReconciledDay } from '../../lib/domain/ledger/reconcile-day.ts'
import { instant } from '../../lib/domain/time.ts'

const DAY = '2026-11-23'
const on = (day: number, time = '06:00') => instant(`2026-11-${String(day).padStart(2, '0')}T${time}:00Z`)

const estimate: EstimatedDay = { subject: 'us-dev', day: DAY, billed: amount(3600, 0, 100_000_000) }
const bill = (askedAt: ReturnType<typeof on>, changes: Partial<BilledDay> = {}): BilledDay =>
  ({ subject: 'us-dev', day: DAY, unblendedMicroUsd: 102_000_000, amortizedMicroUsd: 95_000_000, askedAt, ...changes })

const day = (answer: ReconciledDay | Refusal): ReconciledDay => {
  if (!('state' in answer)) throw new Error(answer.reason)
  return answer
}

describe('a day beside its bill', () => {
  it('is estimated before there is one, and asked for at D+2 (FIELD §5)', () => {
    expect(day(reconcileDay(estimate, undefined, undefined, on(24)))).toEqual({
      subject: 'us-dev', day: DAY, state: 'estimated', estimateMicroUsd: 100_000_000, why: 'no data yet', askAgainAt: on(25, '00:00'),
    })
  })

  it('shows the drift at D+2 and stays estimated: $102 for $100 is $2, 1.96 %', () => {
    const first = day(reconcileDay(estimate, bill(on(25)), undefined, on(25)))
    expect(first).toMatchObject({ state: 'estimated', drift: { microUsd: 2_000_000 }, askAgainAt: on(26, '00:00') })
    expect(first.drift?.percent).toBeCloseTo(1.96, 2)
  })

  it('is final at D+3', () => {
    const last = day(reconcileDay(estimate, bill(on(26), { unblendedMicroUsd: 99_000_000 }), undefined, on(26)))
    expect(last).toMatchObject({ state: 'final', drift: { microUsd: -1_000_000 }, why: 'as billed on 2026-11-26' })
    expect(last).not.toHaveProperty('askAgainAt')
  })

  it('is final earlier when a second look from D+2 on says the same', () => {
    const first = day(reconcileDay(estimate, bill(on(25)), undefined, on(25)))
    expect(day(reconcileDay(estimate, bill(on(25, '18:00')), first, on(25, '18:00'))).state).toBe('final')
    expect(day(reconcileDay(estimate, bill(on(25, '18:00'), { amortizedMicroUsd: 1 }), first, on(25, '18:00'))).state).toBe('estimated')
    const tooEarly = day(reconcileDay(estimate, bill(on(24)), undefined, on(24)))
    expect(tooEarly.askAgainAt).toBe(on(25, '00:00'))
    expect(day(reconcileDay(estimate, bill(on(25)), tooEarly, on(25))).state).toBe('estimated')
  })

  it('has no data, not 0, when Cost Explorer returns nothing, and says that the filter may be wrong', () => {
    const empty = day(reconcileDay(estimate, undefined, undefined, on(27)))
    expect(empty).toMatchObject({ state: 'estimated', why: 'no data: the bill is late, or its filter or tag matches nothing', askAgainAt: on(28) })
    expect(empty).not.toHaveProperty('actual')
    expect(empty).not.toHaveProperty('drift')
    expect(day(reconcileDay(estimate, undefined, empty, instant('2026-12-10T00:00:00Z')))).not.toHaveProperty('askAgainAt')
  })

  it('keeps what was read when a later answer is empty', () => {
    const first = day(reconcileDay(estimate, bill(on(25)), undefined, on(25)))
    expect(day(reconcileDay(estimate, undefined, first, on(26)))).toMatchObject({ actual: { unblendedMicroUsd: 102_000_000 }, why: 'no data this time; kept what was read at 2026-11-25T06:00:00Z' })
  })

  it('takes a bill of 0 and credits as they are', () => {
    const zero = day(reconcileDay(estimate, bill(on(26), { unblendedMicroUsd: 0 }), undefined, on(26)))
    expect(zero.drift).toEqual({ microUsd: -100_000_000 })
    expect(day(reconcileDay(estimate, bill(on(26), { unblendedMicroUsd: -50_000_000 }), undefined, on(26))).drift).toEqual({ microUsd: -150_000_000, percent: -300 })
  })

  it('has no drift where no price was known', () => {
    const unknown = day(reconcileDay({ ...estimate, billed: amount(0, 3600, 0) }, bill(on(26)), undefined, on(26)))
    expect(unknown).not.toHaveProperty('drift')
    expect(unknown).not.toHaveProperty('estimateMicroUsd')
  })

  it.each<[string, EstimatedDay, BilledDay, string]>([
    ['an impossible day', { ...estimate, day: '2026-02-30' }, bill(on(26)), 'found day "2026-02-30", expected YYYY-MM-DD'],
    ['another day’s bill', estimate, bill(on(26), { day: '2026-11-22' }), 'found a bill of us-dev for 2026-11-22, expected one for 2026-11-23'],
    ['no number', estimate, bill(on(26), { amortizedMicroUsd: Number.NaN }), 'found a bill of NaN micro-dollars, expected a whole number'],
  ])('refuses %s', (_, estimated, billed, reason) => {
    expect(reconcileDay(estimated, billed, undefined, on(26))).toEqual({ subject: 'us-dev', reason })
  })
})
