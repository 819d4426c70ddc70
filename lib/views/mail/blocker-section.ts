import { blockerMicroUsd, rankBlockers, sumBlockers, unexplainedMicroUsd } from '../../domain/report/blockers.ts'
import type { Blocker, Report } from '../../domain/report/report.ts'
import { type Block, paragraph, type Row, type Section, shorten } from './mail-content.ts'
import { plural, sayCount, sayHours, sayUsd } from './say-amount.ts'

const MOST_SHOWN = 20
const MOST_LETTERS = 240

/** What could not sleep or failed, what exactly is in the way, and what it costs. */
export const blockerSection = (report: Report, fileName: string): Section => {
  const ranked = rankBlockers(report.blockers)
  const unexplained = unexplainedMicroUsd(report)
  return {
    heading: 'What could not sleep, and why',
    blocks: [
      ranked.length === 0 ? paragraph(NOTHING) : tableOf(ranked, fileName),
      ...(unexplained === 0 ? [] : [paragraph(sayUnexplained(report, unexplained))]),
    ],
  }
}

const NOTHING = 'Nothing is on record that kept an environment or a pool from sleeping, and no act failed.'

const tableOf = (ranked: readonly Blocker[], fileName: string): Block => ({
  kind: 'table',
  caption: 'Blockers and failures, failures first, then by cost',
  columns: ['What', 'What is in the way', 'Hours', 'Cost'],
  wordColumns: 2,
  rows: ranked.map(rowOf),
  most: MOST_SHOWN,
  rest: (shown) => ({ sentence: sayRest(ranked.slice(shown), fileName) }),
})

const rowOf = (blocker: Blocker): Row => ({
  cells: [
    blocker.subject,
    `${blocker.kind === 'failed' ? 'Failed: ' : ''}${shorten(blocker.reason, MOST_LETTERS)}`,
    sayHours(blocker.seconds),
    sayUsd(blockerMicroUsd(blocker)),
  ],
})

const sayRest = (hidden: readonly Blocker[], fileName: string): string =>
  `${plural(hidden.length, 'more', 'more')} in ${fileName}, together ${sayTogether(hidden)}.`

/** What blockers cost together, `$1.20 and 2 of unknown cost`: what nobody knows is not $0.00. */
export const sayTogether = (blockers: readonly Blocker[]): string => {
  const { microUsd, unknown } = sumBlockers(blockers)
  if (unknown === 0) return sayUsd(microUsd)
  return unknown === blockers.length ? 'unknown cost' : `${sayUsd(microUsd)} and ${sayCount(unknown)} of unknown cost`
}

const sayUnexplained = ({ scope }: Report, microUsd: number): string =>
  scope === 'fleet'
    ? `${sayUsd(microUsd)} of stranded cost has no blocker on record.`
    : `${sayUsd(microUsd)} of stranded cost is held by nothing of these environments: ask whoever runs the platform.`
