import { type LeftInPeriod, leftInPeriod } from '../../domain/report/left-in-period.ts'
import type { Report } from '../../domain/report/report.ts'
import { type Block, paragraph, type Row, type Section, shorten } from './mail-content.ts'
import { plural, sayCount, sayHours, sayUsd } from './say-amount.ts'

const MOST_SHOWN = 20
const MOST_LETTERS = 240

/** What each environment left on the bill while it slept: which nodes, what held them, what its part cost an hour. */
export const leftBehindSection = ({ blockers }: Report, fileName: string): Section => {
  const left = leftInPeriod(blockers)
  return { heading: 'What each environment left behind asleep', blocks: [left.length === 0 ? paragraph(NOTHING) : tableOf(left, fileName)] }
}

const NOTHING = 'No node is on record that stayed for an environment that slept.'

const tableOf = (left: readonly LeftInPeriod[], fileName: string): Block => ({
  kind: 'table',
  caption: 'Nodes that stayed while an environment slept, and its part of their cost, dearest first',
  columns: ['Environment', 'Nodes and what held them', 'Hours', 'USD an hour', 'Cost'],
  wordColumns: 2,
  rows: left.map(rowOf),
  most: MOST_SHOWN,
  rest: (shown) => ({ sentence: sayRest(left.slice(shown), fileName) }),
})

const rowOf = ({ environment, pool, reason, seconds, microUsd, microUsdPerHour, isUnpriced }: LeftInPeriod): Row => ({
  cells: [
    environment,
    `${pool}: ${shorten(reason, MOST_LETTERS)}${isUnpriced && microUsd !== undefined ? ' (price of some not known)' : ''}`,
    sayHours(seconds),
    sayPriced(microUsdPerHour),
    sayPriced(microUsd),
  ],
})

const sayPriced = (microUsd: number | undefined): string => (microUsd === undefined ? 'price not known' : sayUsd(microUsd))

const sayRest = (hidden: readonly LeftInPeriod[], fileName: string): string => {
  const known = hidden.flatMap(({ microUsd }) => microUsd ?? [])
  const unknown = hidden.length - known.length
  const sum = known.length === 0 ? [] : [`together ${sayUsd(known.reduce((all, each) => all + each, 0))}`]
  const together = [...sum, ...(unknown === 0 ? [] : [`${sayCount(unknown)} at a price not known`])].join(' and ')
  return `${plural(hidden.length, 'more', 'more')}, ${together}: by environment in ${fileName}.`
}
