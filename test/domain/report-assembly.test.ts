import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClusterDay } from '../../lib/domain/ledger/cluster-day.ts'
import type { ReconciledDay } from '../../lib/domain/ledger/reconcile-day.ts'
import type { ClusterReport } from '../../lib/domain/report/assemble-report.ts'
import { parseCadence } from '../../lib/domain/report/cadence.ts'
import { duePeriod, periodBefore, periodDays } from '../../lib/domain/report/period.ts'
import { reportFor } from '../../lib/domain/report/report-for.ts'
import type { ReportTerms } from '../../lib/domain/report/sending.ts'
import { sumClusterDays } from '../../lib/domain/report/sum-cluster-days.ts'
import { totalsOf } from '../../lib/domain/report/totals.ts'
import { instant } from '../../lib/domain/time.ts'
import { clusterDay, clusterDays, environmentDay } from './build-cluster-day.ts'
import { termsWith } from './build-environment.ts'
import { savingsWith, priced, supportOf, reconciled } from './report-builders.ts'

const WEEK = duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', instant('2026-11-23T08:00:00+01:00'))
const BEFORE = periodBefore(WEEK)
const FINOPS: ReportTerms = { name: 'finops', to: ['finops@example.com'], every: 'Mon 08:00' }

const clusterReport = (cluster: string, changes: Partial<ClusterReport> = {}): ClusterReport => ({
  cluster,
  arn: `arn:aws:eks:us-east-1:111122223333:cluster/${cluster}`,
  current: sumClusterDays(cluster, clusterDays(WEEK, { cluster })),
  previous: sumClusterDays(cluster, clusterDays(BEFORE, { cluster })),
  bills: [],
  advice: [],
  environments: [{ id: `${cluster}/shop`, terms: termsWith({ wake: { hosts: ['shop.example.com', 'shop2.example.com'], by: 'click', stayAwakeSeconds: 7200 } }) }],
  ...changes,
})

const told = (clusters: readonly ClusterReport[], terms: ReportTerms = FINOPS) => reportFor(terms, WEEK, BEFORE, clusters)

const final = (day: string): ReconciledDay => reconciled(day, 10, { unblendedMicroUsd: 1, amortizedMicroUsd: 1 })

const counted = (days: readonly ClusterDay[]) => told([clusterReport('us-dev', { current: sumClusterDays('us-dev', days) })]).report.current.daysCounted

describe('days of a cluster', () => {
  it('add up by environment, and a share of its own cost and of its control plane goes to each', () => {
    const { environments } = sumClusterDays('us-dev', clusterDays(WEEK))
    expect(environments.map(({ id, awakeSeconds, wakesPlanned, ownMicroUsd, residualMicroUsd }) => [id, awakeSeconds / 3600, wakesPlanned, ownMicroUsd, residualMicroUsd])).toEqual([
      // 7 × 1,001 micro-dollars by two; half of $0.10 × 24 h × 7 for each, of which it slept half.
      ['us-dev/shop', 84, 7, 7 * 500, 4_200_000],
      ['us-dev/pay', 84, 7, 7 * 501, 4_200_000],
    ])
  })

  it('come to the same in any order, and lose nothing of the own cost whoever joins or leaves', () => {
    const environments = fc.uniqueArray(fc.constantFrom('us-dev/a', 'us-dev/b', 'us-dev/c'), { maxLength: 3 })
    fc.assert(fc.property(fc.array(fc.tuple(environments, fc.nat(10_000)), { minLength: 7, maxLength: 7 }), (plan) => {
      const days = periodDays(WEEK).map((day, index) => {
        const [ids, microUsd] = plan[index] ?? [[], 0]
        return clusterDay(day, { environments: ids.map((id) => environmentDay(id)), ownCosts: [{ name: 'Lambda', microUsd }] })
      })
      const sum = sumClusterDays('us-dev', days)
      const totals = totalsOf(sum)
      expect(totals.ownMicroUsd).toBe(plan.reduce((all, [, microUsd]) => all + microUsd, 0))
      expect(totalsOf(sumClusterDays('us-dev', days.toReversed()))).toEqual(totals)
    }))
  })

  it('leave what is paid while asleep unknown where the control plane has no price', () => {
    const days = clusterDays(WEEK).map(({ residualMicroUsd: _unknown, ...day }) => day)
    expect(totalsOf(sumClusterDays('us-dev', days)).residualMicroUsd).toBeUndefined()
  })

  it('tell a blocker of several days once, with all its hours and cost', () => {
    const blocker = { kind: 'blocked' as const, subject: 'us-dev/workers', reason: 'Pod a/b has no owner', about: ['us-dev/shop'], seconds: 3600, microUsdByEnvironment: { 'us-dev/shop': 100 } }
    const [first, second, ...others] = clusterDays(WEEK)
    if (first === undefined || second === undefined) throw new Error('expected a week')
    const { blockers } = sumClusterDays('us-dev', [
      { ...first, blockers: [blocker, { ...blocker, reason: 'another', microUsdByEnvironment: {}, unpriced: ['us-dev/shop'] }] },
      { ...second, blockers: [{ ...blocker, unpriced: ['us-dev/pay'], about: ['us-dev/pay'], microUsdByEnvironment: { 'us-dev/shop': 50, 'us-dev/pay': 7 }, unattributedMicroUsd: 3 }] },
      ...others,
    ])
    expect(blockers).toEqual([
      { ...blocker, about: ['us-dev/shop', 'us-dev/pay'], seconds: 7200, microUsdByEnvironment: { 'us-dev/shop': 150, 'us-dev/pay': 7 }, unattributedMicroUsd: 3, unpriced: ['us-dev/pay'] },
      { ...blocker, reason: 'another', microUsdByEnvironment: {}, unattributedMicroUsd: undefined, unpriced: ['us-dev/shop'] },
    ])
  })

  it('add up what extended support cost, by the version of the last day', () => {
    const [first, ...others] = clusterDays(WEEK)
    if (first === undefined) throw new Error('expected a week')
    const day = { seconds: 86_400, microUsd: 12_000_000 }
    const days = [{ ...first, support: supportOf('us-dev', { ...day, version: '1.29' }) }, ...others.map((each) => ({ ...each, support: supportOf('us-dev', day) }))]
    expect(sumClusterDays('us-dev', days).support).toMatchObject({ version: '1.30', seconds: 7 * 86_400, microUsd: 84_000_000 })
  })
})

describe('a report of the fleet', () => {
  it('holds all clusters, the period before, own costs by name, and the pools for the ledger', () => {
    const { report, pools, readiness } = told([clusterReport('us-dev'), clusterReport('eu-dev')])
    expect(report).toMatchObject({ recipient: 'finops', scope: 'fleet', ownCosts: [{ name: 'Lambda', microUsd: 14_014 }], problems: [], dataAsOf: WEEK.to })
    expect(report.current.environments.map(({ id }) => id)).toEqual(['us-dev/shop', 'us-dev/pay', 'eu-dev/shop', 'eu-dev/pay'])
    expect([report.current.daysCounted, report.previous?.daysCounted]).toEqual([7, 7])
    expect(totalsOf(report.current).savings.realized.microUsd).toBe(28 * 2_304_000)
    expect(pools.map(({ pool, from, to }) => [pool, from, to])).toEqual([['us-dev/workers', WEEK.from, WEEK.to], ['eu-dev/workers', WEEK.from, WEEK.to]])
    expect(readiness).toEqual({ ledger: 'closed' })
  })

  it('leads to the first host of an environment, and nowhere where it has none', () => {
    const { report } = told([clusterReport('us-dev')])
    expect(report.current.environments.map(({ wakeUrl, stayAwakeUrl }) => [wakeUrl, stayAwakeUrl])).toEqual([
      ['https://shop.example.com/', 'https://shop.example.com/'], [undefined, undefined],
    ])
  })

  it('has no period before where nothing was watched then', () => {
    expect(told([clusterReport('us-dev', { previous: sumClusterDays('us-dev', []) })]).report.previous).toBeUndefined()
  })

  it('counts a day by the part of it in which there was something to watch', () => {
    const [first, ...others] = clusterDays(WEEK)
    if (first === undefined) throw new Error('expected a week')
    const arrived = { ...first, environments: [environmentDay('us-dev/shop', { awakeSeconds: 8 * 3600, asleepSeconds: 0 })] }
    expect(counted([arrived, ...others])).toBeCloseTo(6 + 1 / 3)
    expect(counted([{ ...first, environments: [], upTo: instant('2026-11-16T12:00:00+01:00') }])).toBe(0.5)
    expect(counted([{ ...first, environments: [environmentDay('us-dev/shop', { awakeSeconds: 86_400 - 60, asleepSeconds: 0 })] }])).toBe(1)
  })

  it('takes a local day for confirmed once every day, UTC, that it reaches into is final', () => {
    const bills = ['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-19', '2026-11-20'].map(final)
    const { report } = told([clusterReport('us-dev', { bills: [...bills, reconciled('2026-11-21', 10)] })])
    // A day of Paris begins at 23:00 of the day before, UTC.
    expect(report.estimatedDays).toEqual(['2026-11-18', '2026-11-19', '2026-11-21', '2026-11-22'])
    expect(report.bill).toMatchObject({ kind: 'days', days: [...bills.slice(1), { day: '2026-11-21' }] })
  })
})

describe('a report of some environments', () => {
  const team: ReportTerms = { ...FINOPS, name: 'team', environments: ['us-*/shop'] }

  it('holds only these, and nothing of another cluster: not its gaps, not its lateness', () => {
    const late = clusterReport('eu-dev', { current: sumClusterDays('eu-dev', clusterDays(WEEK, { cluster: 'eu-dev' }).slice(0, 3)) })
    const { report, pools, readiness } = told([clusterReport('us-dev'), late], team)
    expect(report).toMatchObject({ recipient: 'team', scope: 'some', problems: [], ownCosts: [], bill: { kind: 'withheld' } })
    expect(report.current.environments.map(({ id }) => id)).toEqual(['us-dev/shop'])
    expect(pools).toEqual([])
    expect(readiness).toEqual({ ledger: 'closed' })
    expect(JSON.stringify(report)).not.toMatch(/pay|eu-dev/)
  })

  it('tells of days its own cluster lacks', () => {
    const current = sumClusterDays('us-dev', clusterDays(WEEK).filter((_, index) => index !== 2))
    expect(told([clusterReport('us-dev', { current })], team).report.problems).toEqual([{ text: 'days of us-dev that are not in the ledger', times: 1 }])
  })
})

describe('a ledger that does not tell of all of the period', () => {
  const open = clusterReport('us-dev', { current: sumClusterDays('us-dev', clusterDays(WEEK).slice(0, 6)) })
  const unseen = clusterReport('new', { current: sumClusterDays('new', []), previous: sumClusterDays('new', []) })

  it('is open while a cluster it tells of does not reach the end', () => {
    expect(told([open, clusterReport('eu-dev')]).readiness).toEqual({ ledger: 'open', missing: 'the ledger of us-dev does not reach the end of 2026-11-22' })
  })

  it('does not wait for a cluster it knows nothing of, and says that it lacks', () => {
    const { report, readiness } = told([clusterReport('us-dev'), unseen])
    expect(readiness).toEqual({ ledger: 'closed' })
    expect(report.problems).toEqual([{ text: 'days of new that are not in the ledger', times: 7 }])
  })

  it('is empty where it tells of no day, and none where it never told of one', () => {
    const missing = 'nothing from 2026-11-16 to 2026-11-22 is in the ledger'
    expect(told([unseen]).readiness).toEqual({ ledger: 'none', missing })
    expect(told([unseen, clusterReport('us-dev', { current: sumClusterDays('us-dev', []) })]).readiness).toEqual({ ledger: 'empty', missing })
  })

  it('lacks nothing before the day on which a cluster joined', () => {
    const joined = clusterReport('us-dev', { current: sumClusterDays('us-dev', clusterDays(WEEK).slice(4)), previous: sumClusterDays('us-dev', []) })
    expect(told([joined]).report.problems).toEqual([])
  })
})

it('sums days, never holds them: what no environment used stays apart', () => {
  const days = clusterDays(WEEK, { environments: [], unattributed: savingsWith({ stranded: priced(1), strandedNodeSeconds: 3600 }) })
  const { unattributed } = sumClusterDays('us-dev', days)
  expect(unattributed).toMatchObject({ ownMicroUsd: 7007, savings: { strandedNodeSeconds: 7 * 3600, stranded: { microUsd: 7_000_000 } } })
})
