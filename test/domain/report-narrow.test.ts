import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockerMicroUsd } from '../../lib/domain/report/blockers.ts'
import { narrow } from '../../lib/domain/report/narrow.ts'
import { NO_FIGURES } from '../../lib/domain/report/report.ts'
import { totalsOf } from '../../lib/domain/report/totals.ts'
import { adviceFor, blockerOf, figuresOf, priced, reportWith, savingsWith, supportOf, weekOf } from './report-builders.ts'

const USD = 1_000_000

const MINE = 'us-dev/checkout'
const THEIRS = 'eu-live/payroll'

const both = reportWith({
  current: weekOf([figuresOf(MINE), figuresOf(THEIRS, { priceSources: ['AWS Price List, eu-central-1'], unpricedTypes: ['x9.metal'] })], { unattributed: { ...NO_FIGURES, ownMicroUsd: 77 } }),
  previous: weekOf([figuresOf(MINE), figuresOf(THEIRS)]),
  blockers: [blockerOf(MINE), blockerOf(THEIRS)],
  advice: [adviceFor(MINE), adviceFor(THEIRS)],
  support: [supportOf('us-dev'), supportOf('eu-live')],
  problems: [{ text: 'samples of payroll without a unit', times: 2, environment: THEIRS }, { text: 'the fleet has 40 prices missing', times: 40 }, { text: 'samples without a unit', times: 1, environment: MINE }],
})

describe('a report for one who sees only his environments', () => {
  const mine = narrow(both, [MINE])

  it('adds up what is his and nothing else', () => {
    expect(totalsOf(mine.current)).toEqual(totalsOf(weekOf([figuresOf(MINE)])))
    expect(mine.scope).toBe('some')
  })

  it('has nothing in it that names another environment or its cluster', () => {
    expect(JSON.stringify(mine)).not.toMatch(/payroll|eu-live|eu-central|x9\.metal|fleet has/)
    expect(mine.support).toHaveLength(1)
    expect(mine.problems).toEqual([{ text: 'samples without a unit', times: 1, environment: MINE }])
  })

  it('holds back what adds up over others: the bill of whole clusters, the parts of the whole own cost', () => {
    expect(mine.bill).toEqual({ kind: 'withheld' })
    expect(mine.ownCosts).toEqual([])
    expect(totalsOf(mine.current).ownMicroUsd).toBe(50_000)
  })

  it('drops a blocker whose reason names somebody else, even where he pays a part of it', () => {
    const shared = blockerOf('us-dev/workers', { reason: 'Pods of checkout and payroll', about: [MINE, THEIRS], microUsdByEnvironment: { [MINE]: 4, [THEIRS]: 6 } })
    expect(narrow({ ...both, blockers: [shared] }, [MINE]).blockers).toEqual([])
    expect(narrow({ ...both, blockers: [shared] }, [MINE, THEIRS]).blockers.map(blockerMicroUsd)).toEqual([10])
    expect(narrow({ ...both, blockers: [{ ...shared, about: [] }] }, [MINE]).blockers).toEqual([])
  })

  it('tells of a blocker that is his the part that he pays', () => {
    const own = blockerOf(MINE, { microUsdByEnvironment: { [MINE]: 4, [THEIRS]: 6 }, unattributedMicroUsd: 3 })
    const [told] = narrow({ ...both, blockers: [own] }, [MINE]).blockers
    expect(told?.microUsdByEnvironment).toEqual({ [MINE]: 4 })
    expect(told === undefined ? undefined : blockerMicroUsd(told)).toBe(4)
  })

  it('keeps a cost that is not known not known, and names nobody else whose price is not', () => {
    const [told] = narrow({ ...both, blockers: [blockerOf(MINE, { microUsdByEnvironment: {}, unattributedMicroUsd: undefined, unpriced: [MINE, THEIRS] })] }, [MINE]).blockers
    expect(told === undefined ? 0 : blockerMicroUsd(told)).toBeUndefined()
    expect(told?.unpriced).toEqual([MINE])
  })

  it('has no period before where he had no environment in it', () => {
    expect(narrow({ ...both, previous: weekOf([figuresOf(THEIRS)]) }, [MINE]).previous).toBeUndefined()
  })

  it('is empty, not everything, for one without environments', () => {
    expect(narrow(both, [])).toMatchObject({ current: { environments: [] }, blockers: [], advice: [], support: [], problems: [] })
    expect(totalsOf(narrow(both, []).current)).toEqual(totalsOf(weekOf([])))
  })

  it('parts the whole: what all see together is what there is, and narrowing twice is narrowing to what both allow', () => {
    const ids = Array.from({ length: 8 }, (_, index) => `c${index % 3}/e${index}`)
    const figures = fc.record({ realized: fc.nat(1000), own: fc.nat(1000), wake: fc.nat(1000) })
    fc.assert(fc.property(fc.array(figures, { minLength: 8, maxLength: 8 }), fc.subarray(ids), fc.subarray(ids), (each, some, others) => {
      const environments = each.map(({ realized, own, wake }, index) => figuresOf(ids[index] ?? '', { ownMicroUsd: own, savings: savingsWith({ realized: priced(realized), wake: priced(wake) }) }))
      const whole = reportWith({ current: weekOf(environments), previous: undefined, blockers: ids.map((id) => blockerOf(id, { microUsdByEnvironment: Object.fromEntries(ids.map((of) => [of, USD])) })) })
      const rest = ids.filter((id) => !some.includes(id))
      const net = (report: typeof whole) => totalsOf(report.current).netMicroUsd ?? 0
      expect(net(narrow(whole, some)) + net(narrow(whole, rest))).toBe(net(whole))
      expect(narrow(narrow(whole, some), others)).toEqual(narrow(whole, some.filter((id) => others.includes(id))))
    }), { numRuns: 50 })
  })
})
