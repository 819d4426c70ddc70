import type { Report } from '../../domain/report/report.ts'
import { type Totals, totalsOf } from '../../domain/report/totals.ts'
import { adviceSection } from './advice-section.ts'
import { blockerSection, sayTogether } from './blocker-section.ts'
import { billSection, ownCostSection } from './cost-sections.ts'
import { countedSection, sayData } from './counted-section.ts'
import { environmentSection } from './environment-section.ts'
import { comparisonSection, partsSection } from './figure-sections.ts'
import { leftBehindSection } from './left-behind-section.ts'
import { type MailContent, paragraph } from './mail-content.ts'
import { sayHeadline, sayMoment, sayPeriod, saySubject } from './mail-words.ts'
import { plural, sayRoundUsd } from './say-amount.ts'
import { supportSection } from './support-section.ts'

/** The files that go with a mail, by what they hold. */
export interface FileNames {
  readonly environments: string
  readonly blockers: string
  readonly advice: string
}

/** What the mail of a report says (FIELD §6); the one section that may be long comes last. `attached` are the sentences on what goes with it. */
export const reportContent = (report: Report, files: FileNames, attached: readonly string[]): MailContent => {
  const totals = totalsOf(report.current)
  const { period } = report.current
  return {
    subject: saySubject(totals, period),
    preheader: preheader(report, totals),
    title: `What Catnap saved: ${sayPeriod(period)}`,
    headline: sayHeadline(totals),
    note: sayData(report),
    asides: asidesOf(totals),
    sections: [
      partsSection(totals),
      countedSection(report),
      comparisonSection(report),
      blockerSection(report, files.blockers),
      leftBehindSection(report, files.environments),
      adviceSection(report, files.advice),
      supportSection(report),
      ownCostSection(report, totals),
      billSection(report),
      environmentSection(report, files.environments),
      { heading: 'Attached', blocks: attached.map(paragraph) },
    ],
    footer: sayFooter(report),
  }
}

const sayFooter = ({ recipient, scope }: Report): string => [
  'Catnap puts environments to sleep while nobody needs them, and takes their nodes off the bill. You get this because the',
  `intent names you under reports: ${recipient}${scope === 'some' ? ', with your environments only' : ''}.`,
].join(' ')

const asidesOf = ({ savings: { potential, freedCommitment } }: Totals): MailContent['asides'] => [
  {
    name: 'Potential',
    figure: sayRoundUsd(potential.microUsd),
    sentence: 'what the hours would allow and was not realised. Not saved.',
  },
  {
    name: 'Freed commitment',
    figure: sayRoundUsd(freedCommitment.microUsd),
    sentence: 'Savings Plans and reservations left unused. Paid on, so not saved.',
  },
]

const preheader = ({ blockers, dataAsOf, current }: Report, { savings: { potential }, failures }: Totals): string => {
  const blocked = blockers.filter(({ kind }) => kind === 'blocked')
  const news = [
    ...(potential.microUsd === undefined ? [] : [`potential ${sayRoundUsd(potential.microUsd)}`]),
    ...(blocked.length === 0 ? [] : [`${plural(blocked.length, 'blocker')} at ${sayTogether(blocked)}`]),
    ...(failures === 0 ? [] : [plural(failures, 'failure')]),
    `data as of ${sayMoment(dataAsOf, current.period.zone)}`,
  ]
  const text = news.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
