import type { PeriodFigures, Report } from '../../domain/report/report.ts'
import { type Block, listOf, paragraph, type Section, shorten } from './mail-content.ts'
import { sayAll, sayDate, sayMoment } from './mail-words.ts'
import { plural } from './say-amount.ts'

const MOST_SOURCES = 5
const MOST_PROBLEMS = 10
const MOST_LETTERS = 200

/** How a saving is counted, in words (DESIGN §5.8, FIELD §5). */
const RULES: readonly string[] = [
  'A saving begins when EC2 says that an instance is terminated. It ends when capacity returns, or would have been needed anyway.',
  'Each node-hour counts once, and never more of them than would have run without Catnap. What was off anyway saves nothing.',
  'A node under a Savings Plan or a reservation saves nothing today: what it frees is freed commitment.',
  'What environments share is split by what their pods request, CPU to memory 9:1, as AWS splits cost. The parts add up to the whole.',
]

/** How it was counted, at which prices, and what was wrong with the data. */
export const countedSection = ({ current, problems }: Report): Section => ({
  heading: 'How it was counted',
  blocks: [
    ...listOf([
      ...RULES,
      sayPrices([...new Set(current.environments.flatMap(({ priceSources }) => priceSources))].toSorted()),
      'Amounts are rounded here; the attached CSV has them exactly.',
    ]),
    ...problemBlocks(problems),
  ],
})

const sayPrices = (sources: readonly string[]): string => {
  if (sources.length === 0) return 'Prices: no source is on record.'
  const named = sayAll(sources.slice(0, MOST_SOURCES).map((source) => shorten(source, MOST_LETTERS)))
  return `Prices: ${named}${sources.length > MOST_SOURCES ? ' and others' : ''}.`
}

const problemBlocks = (problems: Report['problems']): readonly Block[] => {
  if (problems.length === 0) return []
  const ranked = problems.toSorted((a, b) => b.times - a.times)
  const others = ranked.slice(MOST_PROBLEMS)
  const otherTimes = others.reduce((sum, { times }) => sum + times, 0)
  return [
    paragraph('Bad data was left out, and nothing put in its place:'),
    ...listOf([
      ...ranked.slice(0, MOST_PROBLEMS).map(({ text, times }) => `${shorten(text, MOST_LETTERS)}: ${sayTimes(times)}`),
      ...(others.length === 0 ? [] : [`${plural(others.length, 'other kind')}: ${sayTimes(otherTimes)}`]),
    ]),
  ]
}

const sayTimes = (times: number): string => (times === 1 ? 'once' : plural(times, 'time'))

/** Of when the data is, and which days may still change. */
export const sayData = ({ current, dataAsOf, estimatedDays }: Report): string => {
  const { daysCounted, period: { zone } } = current
  if (daysCounted === 0) return `Nothing of this period is in the ledger (${zone}).`
  return `Data as of ${sayMoment(dataAsOf, zone)}, ${zone}. ${estimatedDays.length === 0 ? sayConfirmed(current) : sayEstimated(estimatedDays)}`
}

/** Of a day that is not in the ledger the bill confirms nothing. */
const sayConfirmed = ({ daysCounted, period: { days } }: PeriodFigures): string =>
  `The bill has confirmed every day ${daysCounted < days ? 'that was counted' : 'of it'}.`

const sayEstimated = (days: readonly string[]): string =>
  `${plural(days.length, 'day')} still estimated: ${sayAll(days.toSorted().map(sayDate))}. A bill is final after two to three days.`
