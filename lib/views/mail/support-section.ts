import { type KnownSupport, rankSupport } from '../../domain/report/rank-support.ts'
import type { Report } from '../../domain/report/report.ts'
import { type Block, paragraph, type Row, type Section } from './mail-content.ts'
import { sayAll, sayDayAndYear } from './mail-words.ts'
import { plural, sayUsd } from './say-amount.ts'

const MOST_SHOWN = 20
const MOST_UNKNOWN = 5

/** Clusters that pay extra for an old Kubernetes version, awake or asleep, and those that soon will. */
export const supportSection = ({ support, current: { period } }: Report): Section => {
  const { paying, soon, unknown } = rankSupport(support, period.to)
  const rows = [
    ...paying.map((each) => rowOf(each, 'ended', period.zone)),
    ...soon.map((each) => rowOf(each, 'ends', period.zone)),
  ]
  return {
    heading: 'EKS extended support',
    blocks: [
      paragraph(paying.length === 0 ? 'No cluster is known to have paid for extended support.' : sayPaying(paying)),
      ...(rows.length === 0 ? [] : [tableOf(rows)]),
      ...(unknown.length === 0 ? [] : [paragraph(sayUnknown(unknown))]),
    ],
  }
}

const tableOf = (rows: readonly Row[]): Block => ({
  kind: 'table',
  caption: 'Clusters in extended support, and those it comes to within 120 days',
  columns: ['Cluster', 'Standard support', 'Extra this period', 'Extra a year'],
  wordColumns: 2,
  rows,
  most: MOST_SHOWN,
  rest: (shown) => ({
    sentence: `${plural(rows.length - shown, 'more cluster')}: the sums above have them, and the plain text of this mail names them.`,
  }),
})

const rowOf = (known: KnownSupport, word: 'ended' | 'ends', zone: string): Row => ({
  cells: [
    `${known.cluster}, Kubernetes ${known.version}`,
    `${word} ${sayDayAndYear(known.from, zone)}`,
    sayUsd(known.microUsd),
    sayUsd(known.microUsdPerYear),
  ],
})

const sayPaying = (paying: readonly KnownSupport[]): string => {
  const sum = (figure: (each: KnownSupport) => number): string =>
    sayUsd(paying.reduce((total, each) => total + figure(each), 0))
  return [
    `${plural(paying.length, 'cluster')} on an old Kubernetes version cost ${sum(({ microUsd }) => microUsd)} extra in this`,
    `period, ${sum(({ microUsdPerYear }) => microUsdPerYear)} a year, also while asleep. An upgrade ends it.`,
  ].join(' ')
}

const sayUnknown = (unknown: Report['support']): string => {
  const names = sayAll(unknown.slice(0, MOST_UNKNOWN).map(({ cluster, version }) => `${cluster} (${version})`))
  const others = unknown.length > MOST_UNKNOWN ? ' among others' : ''
  return `Not known for ${plural(unknown.length, 'cluster')}, because EKS gave no dates for the version: ${names}${others}.`
}
