import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockerMicroUsd, rankBlockers, unexplainedMicroUsd } from '../../lib/domain/report/blockers.ts'
import { type Compared, compare } from '../../lib/domain/report/compare.ts'
import { adviceMicroUsdPerMonth, countRefusals, rankAdvice } from '../../lib/domain/report/rank-advice.ts'
import { rankSupport } from '../../lib/domain/report/rank-support.ts'
import { NO_FIGURES } from '../../lib/domain/report/report.ts'
import { shareOwnCost } from '../../lib/domain/report/share-own-cost.ts'
import { sumBill } from '../../lib/domain/report/sum-bill.ts'
import { totalsOf } from '../../lib/domain/report/totals.ts'
import { instant } from '../../lib/domain/time.ts'
import { adviceFor, blockerOf, figuresOf, priced, reconciled, refusalFor, reportWith, savingsWith, supportOf, unpriced, weekOf } from './report-builders.ts'

const USD = 1_000_000

describe('the totals of a period', () => {
  it('net what was realised of waking and of Catnap itself (FIELD §5: $41.472 for 108 h of two m5.xlarge at $0.192)', () => {
    const { netMicroUsd, savings, ownMicroUsd } = totalsOf(weekOf([figuresOf('us-dev/a'), figuresOf('us-dev/b')]))
    expect(savings.realized.microUsd).toBe(82.944 * USD)
    expect(savings.wake.microUsd).toBe(1.92 * USD)
    expect(ownMicroUsd).toBe(0.1 * USD)
    expect(netMicroUsd).toBe(80.924 * USD)
  })

  it('never add potential, freed commitment or stranded cost to the net', () => {
    const rich = savingsWith({ realized: priced(1), potential: priced(500), freedCommitment: priced(700), stranded: priced(900) })
    expect(totalsOf(weekOf([figuresOf('us-dev/a', { savings: rich, ownMicroUsd: 0 })])).netMicroUsd).toBe(USD)
  })

  it('may be negative', () => {
    const idle = savingsWith({ realized: priced(0.1), wake: priced(3) })
    expect(totalsOf(weekOf([figuresOf('us-dev/a', { savings: idle, ownMicroUsd: 100_000 })])).netMicroUsd).toBe(-3 * USD)
  })

  it('have no net where nothing that was avoided has a price, and count it', () => {
    const { netMicroUsd, savings, unpricedTypes } = totalsOf(weekOf([figuresOf('us-dev/a', { savings: savingsWith({ realized: unpriced(12), avoidedNodeSeconds: 43_200 }), unpricedTypes: ['m9x.large'] })]))
    expect(netMicroUsd).toBeUndefined()
    expect(savings.realized.unpricedNodeSeconds).toBe(43_200)
    expect(unpricedTypes).toEqual(['m9x.large'])
  })

  it('do not take a residual cost that is not known for 0, nor let it hide one that is', () => {
    const [none, some] = [figuresOf('us-dev/a', { residualMicroUsd: undefined }), figuresOf('us-dev/b', { residualMicroUsd: 7 })]
    expect(totalsOf(weekOf([none])).residualMicroUsd).toBeUndefined()
    expect(totalsOf(weekOf([none, some])).residualMicroUsd).toBe(7)
  })

  it('count what belongs to no environment', () => {
    expect(totalsOf(weekOf([], { unattributed: { ...NO_FIGURES, ownMicroUsd: 5 } }))).toMatchObject({ ownMicroUsd: 5, netMicroUsd: -5, environments: 0 })
  })
})

describe("Catnap's own cost over environments", () => {
  it('adds up to the whole, and parts differ by one micro-dollar at most', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 500 }), (whole, count) => {
      const parts = [...shareOwnCost(whole, Array.from({ length: count }, (_, index) => `c/${index}`)).values()]
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole)
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1)
    }))
  })
})

const of = (what: Compared, report = reportWith()) => compare(report).find((each) => each.what === what)

const saving = (usd: number, ownMicroUsd = 0, daysCounted = 7) => weekOf([figuresOf('us-dev/a', { savings: savingsWith({ realized: priced(usd) }), ownMicroUsd })], { daysCounted })

describe('this period against the last', () => {
  it('compares average days, so that a month of 31 days and one of 28 that save the same a day are level', () => {
    expect(of('net', reportWith({ current: saving(93, 0, 31), previous: saving(84, 0, 28) }))).toEqual({
      what: 'net', perDay: 3 * USD, perDayBefore: 3 * USD, direction: 'level', meaning: 'neither', share: 0,
    })
  })

  it('averages over the days that were watched', () => {
    expect(of('net', reportWith({ current: saving(9, 0, 3) }))?.perDay).toBe(3 * USD)
  })

  it('calls more saving better and less worse', () => {
    expect(of('net')).toMatchObject({ direction: 'up', meaning: 'better' })
    const { current, previous } = reportWith()
    expect(of('net', reportWith({ current: previous ?? current, previous: current }))).toMatchObject({ direction: 'down', meaning: 'worse' })
  })

  it.each([['own', { ownMicroUsd: USD }], ['failures', { failures: 4 }], ['stranded', { savings: savingsWith({ stranded: priced(9) }) }]] as const)(
    'calls more of what costs worse and less better: %s', (what, more) => {
      const [low, high] = [weekOf([figuresOf('us-dev/a')]), weekOf([figuresOf('us-dev/a', more)])]
      expect(of(what, reportWith({ current: high, previous: low }))).toMatchObject({ direction: 'up', meaning: 'worse' })
      expect(of(what, reportWith({ current: low, previous: high }))).toMatchObject({ direction: 'down', meaning: 'better' })
    })

  it('calls more potential neither, nor more that is still paid: that grows with every hour slept', () => {
    const more = weekOf([figuresOf('us-dev/a', { savings: savingsWith({ potential: priced(99) }), residualMicroUsd: 99 * USD })])
    expect(of('potential', reportWith({ current: more }))).toMatchObject({ direction: 'up', meaning: 'neither' })
    expect(of('residual', reportWith({ current: more }))).toMatchObject({ direction: 'up', meaning: 'neither' })
  })

  it('gives no share of nothing, and none of a loss', () => {
    expect(of('net', reportWith({ previous: saving(0) }))).toMatchObject({ direction: 'up', meaning: 'better', share: undefined })
    expect(of('net', reportWith({ previous: saving(0, 5 * USD) }))).toMatchObject({ direction: 'up', meaning: 'better', share: undefined })
  })

  it('leaves out what is not known in one of them, and says nothing in the first week', () => {
    const unknown = weekOf([figuresOf('us-dev/a', { savings: savingsWith({ realized: unpriced(5) }) })])
    expect(of('net', reportWith({ previous: unknown }))).toBeUndefined()
    expect(compare(reportWith({ previous: undefined }))).toEqual([])
    expect(compare(reportWith({ current: weekOf([], { daysCounted: 0 }) }))).toEqual([])
  })
})

describe('blockers', () => {
  it('put failures first, then the dearest, then those of unknown cost', () => {
    const cheap = blockerOf('us-dev/a', { microUsdByEnvironment: { 'us-dev/a': 1 } })
    const dear = blockerOf('us-dev/b', { microUsdByEnvironment: { 'us-dev/b': 5, 'us-dev/c': 6 } })
    const unknown = blockerOf('us-dev/c', { microUsdByEnvironment: {}, unattributedMicroUsd: undefined })
    const free = blockerOf('us-dev/d', { microUsdByEnvironment: {}, unattributedMicroUsd: 0 })
    const failed = blockerOf('us-dev/z', { kind: 'failed', microUsdByEnvironment: {}, unattributedMicroUsd: undefined })
    expect(rankBlockers([free, cheap, unknown, failed, dear])).toEqual([failed, dear, cheap, unknown, free])
    expect([dear, unknown, free].map(blockerMicroUsd)).toEqual([11, undefined, 0])
  })

  it('leave over what is stranded without one', () => {
    const stranded = weekOf([figuresOf('us-dev/payments', { savings: savingsWith({ stranded: priced(10) }) })])
    expect(unexplainedMicroUsd(reportWith({ current: stranded }))).toBe(2.32 * USD)
    expect(unexplainedMicroUsd(reportWith({ current: stranded, blockers: [] }))).toBe(10 * USD)
  })
})

describe('advice', () => {
  it('is ranked by what it saves a month, and parted from what costs, has no price or is none', () => {
    const { advice: { microUsdPerMonth: _, ...rest } } = adviceFor('us-dev/n')
    const noPrice = { environment: 'us-dev/n', advice: rest }
    const [small, large, raise] = [adviceFor('us-dev/s', { microUsdPerMonth: 1 }), adviceFor('us-dev/l', { microUsdPerMonth: 9 }), adviceFor('us-dev/r', { microUsdPerMonth: -4 })]
    const refused = refusalFor('us-dev/x', 'too little data')
    const ranked = rankAdvice([small, raise, noPrice, refused, large])
    expect(ranked).toEqual({ saving: [large, small], raising: [raise], unpriced: [noPrice], refused: [refused] })
    expect(adviceMicroUsdPerMonth([small, large, raise, noPrice])).toBe(6)
  })

  it('is no raise where less is asked for and nothing was awake to save by it', () => {
    const less = adviceFor('us-dev/holiday', { microUsdPerMonth: 0 })
    const same = adviceFor('us-dev/fits', { microUsdPerMonth: 0, advised: { cpuMilli: 1000, memoryMiB: 2048 } })
    expect(rankAdvice([less, same])).toMatchObject({ saving: [less], raising: [same] })
  })

  it('that is none is counted by its reason, whatever the numbers in it', () => {
    expect(countRefusals([
      refusalFor('us-dev/a', 'too little data: 13 of 24 awake hours'), refusalFor('us-dev/b', 'too little data: 2 of 24 awake hours'),
      refusalFor('us-dev/c', 'HorizontalPodAutoscaler web steers its CPU', 'no data'), refusalFor('us-dev/d'),
    ])).toEqual([
      { reason: 'too little data: … of … awake hours', times: 2 },
      { reason: 'HorizontalPodAutoscaler web steers its CPU and no data', times: 1 },
      { reason: 'no reason on record', times: 1 },
    ])
  })
})

describe('the bill beside the ledger', () => {
  it('is summed over what both sides know; what only one knows is counted, never taken for 0', () => {
    const actual = { unblendedMicroUsd: 10 * USD, amortizedMicroUsd: 8 * USD }
    expect(sumBill([reconciled('2026-11-16', 9, actual), reconciled('2026-11-17', 12, actual), reconciled('2026-11-18', undefined, actual), reconciled('2026-11-19', 7), reconciled('2026-11-20', 7)])).toEqual({
      compared: 2, withoutData: 2, withoutEstimate: 1, estimateMicroUsd: 21 * USD, unblendedMicroUsd: 20 * USD, amortizedMicroUsd: 16 * USD, reasons: ['no data yet'],
    })
  })
})

describe('extended support', () => {
  it('parts clusters that paid (168 h at $0.50: $84, FIELD §5) from those that will within 120 days and those nobody knows of', () => {
    const end = instant('2026-11-23T00:00:00Z')
    const [cheap, dear] = [supportOf('c/cheap', { microUsd: 1 }), supportOf('c/dear')]
    const [next, soon, far] = ['2026-11-23', '2027-03-22', '2027-03-23'].map((date) => supportOf(date, { from: instant(`${date}T00:00:00Z`), seconds: 0, microUsd: 0 }))
    const unknown = { kind: 'unknown-version' as const, cluster: 'c/new', version: '1.99' }
    const over = supportOf('c/over', { seconds: 0, microUsd: 0 })
    expect(rankSupport([far, soon, unknown, cheap, over, next, dear].filter((each) => each !== undefined), end)).toEqual({ paying: [dear, cheap], soon: [next, soon], unknown: [unknown] })
  })
})
