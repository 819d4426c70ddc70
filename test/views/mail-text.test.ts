import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duePeriod } from '../../lib/domain/report/period.ts'
import { parseCadence } from '../../lib/domain/report/cadence.ts'
import { NO_FIGURES, type EnvironmentFigures, type Report } from '../../lib/domain/report/report.ts'
import { reportMail } from '../../lib/views/mail/report-mail.ts'
import { sayCount, sayHours, sayRoundUsd, sayShare, sayUsd } from '../../lib/views/mail/say-amount.ts'
import { instant } from '../../lib/domain/time.ts'
import { adviceFor, blockerOf, figuresOf, priced, reconciled, refusalFor, reportWith, savingsWith, supportOf, unpriced, weekOf } from '../domain/report-builders.ts'
import { parseHtml, textOf } from './parse-html.ts'

/** The text on one line, so that a sentence is found wherever it was broken. */
const said = (report: Report = reportWith()): string => reportMail(report, undefined).text.replaceAll(/\s+/g, ' ')
const subject = (report: Report): string => reportMail(report, undefined).subject

const one = (changes: Partial<EnvironmentFigures>, more: Partial<Report> = {}): Report => reportWith({ current: weekOf([figuresOf('us-dev/a', changes)]), blockers: [], ...more })

describe('amounts in words', () => {
  it('have thousands separators, a sign and as many digits as help', () => {
    expect([1_234_567_000_000, 12_345_678, 100, 0, -400_000, 1_200, -3_000, undefined, Number.NaN].map(sayUsd)).toEqual([
      '$1,234,567.00', '$12.35', '$0.0001', '$0.00', '−$0.40', '$0.0012', '−$0.003', 'not known', 'not known',
    ])
    expect([1_234_400_000, 99_990_000, -250_600_000, undefined].map(sayRoundUsd)).toEqual(['$1,234', '$99.99', '−$251', 'not known'])
    expect([sayHours(4_444_200), sayHours(-1), sayHours(undefined), sayCount(1234), sayShare(0.125), sayShare(31.4), sayShare(undefined)]).toEqual(['1,234.5', '0.0', 'not known', '1,234', '12.5 %', '3,140 %', 'not known'])
  })
})

describe('the subject', () => {
  it('says the number', () => {
    const twelve = Array.from({ length: 12 }, (_, index) => figuresOf(`c/e${index}`, { savings: savingsWith({ realized: priced(103) }), ownMicroUsd: 166_000 }))
    expect(subject(reportWith({ current: weekOf(twelve) }))).toBe('Catnap saved $1,234 last week (12 environments)')
  })

  it.each([
    ['a loss plainly', one({ savings: savingsWith({ realized: priced(1), wake: priced(4.15) }) }), 'Catnap cost $3.20 more than it saved last week (1 environment)'],
    ['nothing saved yet', one({ savings: savingsWith({}) }), 'Catnap saved nothing last week (1 environment)'],
    ['no price', one({ savings: savingsWith({ realized: unpriced(12), avoidedNodeSeconds: 43_200 }) }), 'Catnap avoided 12.0 node-hours of unknown price last week (1 environment)'],
    ['a part without a price', one({ savings: savingsWith({ realized: { ...priced(200), unpricedNodeSeconds: 3600 } }) }), 'Catnap saved at least $200 last week (1 environment)'],
    ['observe mode', one({ mode: 'observe', savings: savingsWith({ potential: priced(321) }) }), 'Catnap could have saved $321 last week (1 environment, observing)'],
    ['observe mode with nothing to find', one({ mode: 'observe', savings: savingsWith({}) }), 'Catnap found nothing to save last week (1 environment, observing)'],
    ['observe mode without prices', one({ mode: 'observe', savings: savingsWith({ potential: unpriced(1) }) }), 'Catnap could have saved an amount of unknown price last week (1 environment, observing)'],
    ['no environment', reportWith({ current: weekOf([]) }), 'Catnap counted no environment last week'],
  ])('says %s', (_, report, expected) => expect(subject(report)).toBe(expected))

  it.each([
    ['daily 08:00', '2026-11-23T08:00:00Z', 'on Sun 22 Nov'], ['monthly 08:00', '2026-11-01T08:00:00Z', 'in October 2026'], ['Wed 08:00', '2026-11-25T08:00:00Z', 'in the week to Tue 24 Nov'],
  ])('names the period of %s', (every, now, words) => {
    const period = duePeriod(parseCadence(every), 'UTC', instant(now))
    expect(subject(reportWith({ current: weekOf([figuresOf('us-dev/a')], { period }) }))).toBe(`Catnap saved $40.46 ${words} (1 environment)`)
  })
})

describe('the plain text', () => {
  it('keeps to 78 columns, but for an address that is longer', () => {
    const url = `https://wake.example.com/${'x'.repeat(120)}`
    const report = one({ wakeUrl: url }, { blockers: [blockerOf('us-dev/a', { reason: 'a reason that goes on and on '.repeat(20) })] })
    const long = reportMail(report, undefined).text.split('\n').filter((line) => line.length > 78)
    expect(long).toEqual([`    ${url}`])
  })

  it('says of every environment of 500 what the report has', () => {
    const environments = Array.from({ length: 500 }, (_, index) => figuresOf(`cluster/e${index}`))
    const { text } = reportMail(reportWith({ current: weekOf(environments) }), undefined)
    for (const { id } of environments) expect(text).toContain(`\n${id}\n  hours awake: 60.0; hours asleep: 108.0; node-hours avoided: 216.0; saved,`)
    expect(text).not.toContain('has room for')
  })

  it('says the same sentences as the HTML', () => {
    const { html, text } = reportMail(reportWith(), undefined)
    const page = textOf(parseHtml(html))
    const words = text.replaceAll(/\s+/g, ' ')
    for (const sentence of [
      'Data as of Mon 23 Nov 07:00, Europe/Paris. 2 days still estimated: Sat 21 Nov 2026 and Sun 22 Nov 2026.',
      'Net $80.92 = $82.94 realised − $1.92 for waking − $0.10 for Catnap itself.',
      'A saving begins when EC2 says that an instance is terminated.',
      'Prices: AWS Price List, on demand, us-east-1.',
      'Pod us-dev/payments/db-0 is owned by no controller: nobody would bring it back',
      'No advice for 1 container: too little data: 13 of 24 awake hours (1).',
      '1 cluster on an old Kubernetes version cost $84.00 extra in this period, $4,380.00 a year, also while asleep.',
      '$0.10, which is 0.1 % of what was realised. It is taken off the saving.',
      'Drift of the bill from the ledger: −$1.20, 1.0 % of the invoiced amount, over 1 day of a cluster or pool.',
      'usage samples without a unit: 3 times',
      '▲ up 105.1 %, better',
    ]) {
      expect(page).toContain(sentence)
      expect(words).toContain(sentence)
    }
  })
})

describe('what a mail says', () => {
  it('of the first week: that there is none before, and how many days it has', () => {
    expect(said(reportWith({ previous: undefined, current: weekOf([figuresOf('us-dev/a')], { daysCounted: 4 }) }))).toContain(
      'This is the first period: there is none before it to compare with. * Catnap watched 4.0 of 7 days of this period; averages are over those.')
  })

  it('of days the ledger lacks: that the bill confirms only what was counted', () => {
    const of = (daysCounted: number, estimatedDays: readonly string[] = []): string => said(reportWith({ estimatedDays, current: weekOf([figuresOf('us-dev/a')], { daysCounted }) }))
    expect(of(7)).toContain('The bill has confirmed every day of it.')
    expect(of(6)).toContain('The bill has confirmed every day that was counted.')
    expect(of(6, ['2026-11-22'])).toContain('1 day still estimated: Sun 22 Nov 2026.')
    expect(said(reportWith({ estimatedDays: [], current: weekOf([], { daysCounted: 0 }) }))).toContain('Nothing of this period is in the ledger (Europe/Paris).')
  })

  it('in observe mode: that nothing was touched, and what could have been saved', () => {
    const text = said(one({ mode: 'observe', savings: savingsWith({ potential: priced(321) }) }))
    expect(text).toContain('Observing: nothing touched')
    expect(text).toContain('Potential: $321, what the hours would allow and was not realised. Not saved.')
    expect(text).toContain('could have saved: $321.00')
  })

  it('of an environment that is only observed among others', () => {
    expect(said(reportWith({ current: weekOf([figuresOf('us-dev/a'), figuresOf('us-dev/b', { mode: 'observe' })]) }))).toContain('us-dev/b (observed)')
  })

  it('when nothing was saved yet, when it cost more than it saved, when there is no environment', () => {
    expect(said(one({ savings: savingsWith({}) }))).toContain('Nothing saved yet No node left the bill in this period. Catnap itself cost $0.05.')
    expect(said(one({ savings: savingsWith({ realized: priced(1), wake: priced(4.15) }) }))).toContain('−$3.20 Net: waking and Catnap itself cost more than was saved.')
    expect(said(reportWith({ current: weekOf([]) }))).toContain('No environment counted')
  })

  it('of missing prices: which, how many node-hours of what, and that they are in no amount', () => {
    expect(said(one({ savings: savingsWith({ realized: { ...priced(5), unpricedNodeSeconds: 43_200 }, stranded: unpriced(3) }), unpricedTypes: ['m9x.large', 'x9.metal'] }))).toContain(
      'Missing prices (m9x.large and x9.metal): 12.0 node-hours avoided and 3.0 node-hours stranded have none. They are in no amount in USD.')
  })

  it('when Cost Explorer has no data: that nothing is taken for zero', () => {
    expect(said(reportWith({ bill: { kind: 'days', days: [reconciled('2026-11-21', 5), reconciled('2026-11-22', 5)] } }))).toContain(
      'Cost Explorer gave no data that could be compared. Nothing is taken for zero. Without a bill and not compared: 2 (no data yet).')
  })

  it('of advice that is none, that only costs, and that has no price', () => {
    const { advice: { microUsdPerMonth: _, ...rest } } = adviceFor('us-dev/n')
    expect(said(reportWith({ advice: [] }))).toContain('There is no advice yet: nothing is advised on too little data.')
    expect(said(reportWith({ advice: [adviceFor('us-dev/r', { microUsdPerMonth: -4_000_000 }), { environment: 'us-dev/n', advice: rest }] }))).toContain(
      'No container asks for so much more than it uses that asking for less would save money. * 1 container should ask for more than now, or for the same: $4.00 a month more. See catnap-weekly-2026-11-16-advice.csv. * 1 recommendation without a price')
  })

  it('of the ten that save most: from what to what, how sure, and what the others would save', () => {
    const text = said(reportWith({ advice: Array.from({ length: 14 }, (_, index) => adviceFor(`us-dev/e${index}`, { microUsdPerMonth: (index + 1) * 1_000_000, requestNow: { cpuMilli: 0, memoryMiB: 2048 } })) }))
    expect(text).toContain('us-dev/e13: Deployment/shop/web, server CPU: none to 250m; memory: 2,048 MiB to 700 MiB; saves a month: $14.00; confidence: medium, 72.0 awake hours')
    expect(text).not.toContain('us-dev/e3:')
    expect(text).toContain('All 14 together: $105.00 a month; the other 4 are in')
  })

  it('of an act that failed before what is merely blocked, and of stranded cost nobody explains', () => {
    const failed = blockerOf('us-dev/pool', { kind: 'failed', reason: 'EKS refused the update', microUsdByEnvironment: {}, unattributedMicroUsd: undefined })
    const text = said(reportWith({ current: weekOf([figuresOf('us-dev/payments', { savings: savingsWith({ realized: priced(1), stranded: priced(10) }) })]), blockers: [blockerOf('us-dev/payments'), failed] }))
    expect(text).toMatch(/us-dev\/pool what is in the way: Failed: EKS refused the update; hours: 40\.0; cost: not known us-dev\/payments/)
    expect(text).toContain('$2.32 of stranded cost has no blocker on record.')
    expect(said(reportWith({ blockers: [] }))).toContain('Nothing is on record that kept an environment or a pool from sleeping')
  })

  it('of nodes left behind whose price is not known', () => {
    const free = blockerOf('us-dev/odd', { reason: 'ip-2: not Ready', about: ['us-dev/a'], microUsdByEnvironment: {}, unattributedMicroUsd: undefined, unpriced: ['us-dev/a'] })
    expect(said(reportWith({ blockers: [free] }))).toContain('us-dev/a nodes and what held them: us-dev/odd: ip-2: not Ready; hours: 40.0; USD an hour: price not known; cost: price not known')
  })

  it('of extended support: none, not known, soon', () => {
    expect(said(reportWith({ support: [] }))).toContain('No cluster is known to have paid for extended support. ')
    expect(said(reportWith({ support: [{ kind: 'unknown-version', cluster: 'us-dev', version: '1.99' }] }))).toContain('Not known for 1 cluster, because EKS gave no dates for the version: us-dev (1.99).')
    expect(said(reportWith({ support: [supportOf('us-dev', { version: '1.33', from: instant('2027-01-29T00:00:00Z'), seconds: 0, microUsd: 0 })] }))).toContain(
      'Clusters in extended support, and those it comes to within 120 days: us-dev, Kubernetes 1.33 standard support: ends Fri 29 Jan 2027; extra this period: $0.00')
    expect(said(reportWith({ support: [supportOf('us-dev', { from: instant('2028-01-29T00:00:00Z'), seconds: 0, microUsd: 0 })] }))).not.toContain('Clusters in extended support')
  })

  it('of its own cost where it is above what it is built for', () => {
    expect(said(one({ ownMicroUsd: 4_000_000 }))).toContain('which is 9.6 % of what was realised. It is taken off the saving. That is more than the 5.0 % it is built for.')
  })

  it('never "NaN", "undefined", "null" or "Infinity", and never without the headline, whatever is known', () => {
    const amount = fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }).map((usd) => priced(usd)), fc.nat(500).map(unpriced), fc.constant(priced(0, 0)))
    const savings = fc.record({ realized: amount, wake: amount, potential: amount, stranded: amount, freedCommitment: amount, avoidedNodeSeconds: fc.nat() }).map(savingsWith)
    const environment = fc.record({
      mode: fc.constantFrom('act' as const, 'observe' as const), savings, ownMicroUsd: fc.nat(), residualMicroUsd: fc.option(fc.nat(), { nil: undefined }), failures: fc.nat(3), awakeSeconds: fc.nat(), asleepSeconds: fc.nat(),
    })
    const figures = fc.record({ environments: fc.array(environment, { maxLength: 4 }), daysCounted: fc.nat(7) })
      .map(({ environments, daysCounted }) => weekOf(environments.map((each, index) => figuresOf(`us-dev/e${index}`, each)), { daysCounted, unattributed: { ...NO_FIGURES, residualMicroUsd: undefined } }))
    const money = fc.integer({ min: 0, max: 1e12 })
    fc.assert(fc.property(fc.record({
      current: figures, previous: fc.option(figures, { nil: undefined }), scope: fc.constantFrom('fleet' as const, 'some' as const),
      blockers: fc.array(fc.record({ microUsdByEnvironment: fc.constantFrom({}, { 'us-dev/e0': 5 }), unattributedMicroUsd: fc.option(money, { nil: undefined }), unpriced: fc.subarray(['us-dev/e0', 'us-dev/e1']) }).map((changes) => blockerOf('us-dev/e0', changes))),
      advice: fc.constantFrom([], [refusalFor('us-dev/e0')], [adviceFor('us-dev/e0', { advised: { cpuMilli: 10 } })]),
      support: fc.constantFrom([], [supportOf('us-dev')], [{ kind: 'unknown-version' as const, cluster: 'us-dev', version: '9' }]), estimatedDays: fc.constantFrom([], ['2026-11-22']),
      bill: fc.oneof(fc.constant({ kind: 'withheld' as const }), fc.array(fc.tuple(fc.option(fc.nat(1000), { nil: undefined }), fc.option(fc.record({ amortizedMicroUsd: money, unblendedMicroUsd: money }), { nil: undefined })))
        .map((days) => ({ kind: 'days' as const, days: days.map(([estimate, actual]) => reconciled('2026-11-16', estimate, actual)) }))),
    }), (changes) => {
      const { subject: line, html, text, attachments } = reportMail(reportWith(changes), undefined)
      const files = attachments.map(({ content }) => new TextDecoder().decode(content))
      expect([line, textOf(parseHtml(html)), text, ...files].join('\n')).not.toMatch(/NaN|undefined|null|Infinity|\[object/)
      expect(line).toMatch(/^Catnap /)
      expect(line).not.toMatch(/[\r\n]/)
      expect(line.length).toBeLessThanOrEqual(100)
      expect(Math.max(...text.split('\n').map((each) => each.length))).toBeLessThanOrEqual(78)
    }), { numRuns: 60 })
  })
})
