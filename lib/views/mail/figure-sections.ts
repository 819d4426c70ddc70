import { compare, type Compared, type Comparison } from '../../domain/report/compare.ts'
import type { PeriodFigures, Report } from '../../domain/report/report.ts'
import type { Totals } from '../../domain/report/totals.ts'
import { type Block, listOf, paragraph, type Row, type Section } from './mail-content.ts'
import { sayAll, sayPeriod } from './mail-words.ts'
import { plural, sayHours, sayShare, sayTenths, sayUsd } from './say-amount.ts'

/** So many instance types are named. */
const MOST_TYPES = 10

/** What the headline consists of, and what stands beside it, as bars of one scale. */
export const partsSection = (totals: Totals): Section => {
  const { savings } = totals
  const parts: readonly (readonly [string, number | undefined])[] = [
    ['Realised', savings.realized.microUsd],
    ['Cost of waking', savings.wake.microUsd],
    ["Catnap's own cost", totals.ownMicroUsd],
    ['Potential, not realised', savings.potential.microUsd],
    ['Stranded', savings.stranded.microUsd],
    ['Freed commitment', savings.freedCommitment.microUsd],
    ['Still paid while asleep', totals.residualMicroUsd],
  ]
  const longest = Math.max(1, ...parts.map(([, amount = 0]) => Math.abs(amount)))
  return {
    heading: 'The figures',
    blocks: [
      {
        kind: 'bars',
        caption: 'Figures of the period in USD',
        columns: ['Figure', 'USD'],
        bars: parts.map(([name, amount]) => ({ name, value: sayUsd(amount), share: Math.abs(amount ?? 0) / longest })),
      },
      paragraph(sayNet(totals)),
      ...unpricedBlocks(totals),
      paragraph(NO_SAVING),
    ],
  }
}

const NO_SAVING = [
  'Potential, stranded cost, freed commitment and what is still paid while asleep are no part of the saving and are never',
  'added to it. Stranded is what ran on although everything that used it slept; within the hours it is part of the',
  'potential. Still paid is the part of the control plane for the hours an environment slept. Volumes, load balancers and',
  'NAT stay on the bill as well and are in no figure here.',
].join(' ')

const sayNet = ({ savings: { realized, wake }, ownMicroUsd, netMicroUsd }: Totals): string => {
  if (netMicroUsd === undefined) return 'What was realised, or what waking took, has no known price: there is no net in USD.'
  const parts = `${sayUsd(realized.microUsd)} realised − ${sayUsd(wake.microUsd)} for waking − ${sayUsd(ownMicroUsd)}`
  return `Net ${sayUsd(netMicroUsd)} = ${parts} for Catnap itself.`
}

const unpricedBlocks = ({ savings, unpricedTypes }: Totals): readonly Block[] => {
  const missing = [
    { name: 'avoided', ...savings.realized },
    { name: 'freed', ...savings.freedCommitment },
    { name: 'stranded', ...savings.stranded },
    { name: 'of the potential', ...savings.potential },
    { name: 'that waking took', ...savings.wake },
  ].filter(({ unpricedNodeSeconds }) => unpricedNodeSeconds > 0)
  if (missing.length === 0) return []
  const hours = sayAll(missing.map(({ name, unpricedNodeSeconds }) => `${sayHours(unpricedNodeSeconds)} node-hours ${name}`))
  return [paragraph(`Missing prices${sayTypes(unpricedTypes)}: ${hours} have none. They are in no amount in USD.`)]
}

const sayTypes = (types: readonly string[]): string =>
  types.length === 0 ? '' : ` (${sayAll(types.slice(0, MOST_TYPES))}${types.length > MOST_TYPES ? ' among others' : ''})`

const NAMES: Readonly<Record<Compared, string>> = {
  net: 'Net saving, USD',
  'node-hours': 'Node-hours avoided',
  potential: 'Potential, USD',
  stranded: 'Stranded, USD',
  residual: 'Still paid while asleep, USD',
  own: "Catnap's own cost, USD",
  failures: 'Failures',
}

/** This period against the last, by daily average. */
export const comparisonSection = (report: Report): Section => {
  const { current, previous } = report
  const comparisons = compare(report)
  const isFirst = previous === undefined || comparisons.length === 0
  return {
    heading: 'Against the period before',
    blocks: [
      ...(isFirst
        ? [paragraph('This is the first period: there is none before it to compare with.')]
        : [paragraph(`Averages of a day, against ${sayPeriod(previous.period)}.`), tableOf(comparisons)]),
      ...listOf([...sayWatched(current, 'this period'), ...(previous === undefined ? [] : sayWatched(previous, 'the period before'))]),
    ],
  }
}

const tableOf = (comparisons: readonly Comparison[]): Block => ({
  kind: 'table',
  caption: 'Daily averages of this period and the one before',
  columns: ['Figure', 'A day now', 'A day before', 'Change'],
  wordColumns: 1,
  rows: comparisons.map(rowOf),
  most: comparisons.length,
  rest: () => ({ sentence: '' }),
})

const sayWatched = ({ daysCounted, period }: PeriodFigures, which: string): readonly string[] =>
  daysCounted < period.days
    ? [`Catnap watched ${sayTenths(daysCounted)} of ${plural(period.days, 'day')} of ${which}; averages are over those.`]
    : []

const rowOf = (comparison: Comparison): Row => {
  const say = sayerOf(comparison.what)
  return { cells: [NAMES[comparison.what], say(comparison.perDay), say(comparison.perDayBefore), sayChange(comparison)] }
}

const sayerOf = (what: Compared): ((value: number) => string) => {
  if (what === 'node-hours') return sayHours
  return what === 'failures' ? sayTenths : sayUsd
}

/** An arrow and a word, and what it means: up is not good news everywhere. */
const sayChange = ({ what, perDay, perDayBefore, direction, meaning, share }: Comparison): string => {
  if (direction === 'level') return '= level'
  const by = share === undefined ? `by ${sayerOf(what)(Math.abs(perDay - perDayBefore))}` : sayShare(share)
  return `${direction === 'up' ? '▲ up' : '▼ down'} ${by}${meaning === 'neither' ? '' : `, ${meaning}`}`
}
