import { adviceMicroUsdPerMonth, adviceName, countRefusals, rankAdvice } from '../../domain/report/rank-advice.ts'
import type { AdviceLine, Report } from '../../domain/report/report.ts'
import { type Block, listOf, paragraph, type Row, type Section, shorten } from './mail-content.ts'
import { NOT_KNOWN, plural, sayCount, sayHours, sayUsd } from './say-amount.ts'

const TOP = 10
const MOST_REASONS = 5
const MOST_LETTERS = 160

/** The ten recommendations that save most, and what became of the other containers. */
export const adviceSection = ({ advice }: Report, fileName: string): Section => {
  const { saving, raising, unpriced, refused } = rankAdvice(advice)
  const hasAny = advice.length > refused.length
  return {
    heading: 'Right-sizing',
    blocks: [
      ...(saving.length > 0 ? topBlocks(saving, fileName) : [paragraph(hasAny ? NOTHING_TO_SAVE : NO_ADVICE)]),
      ...listOf([
        ...(raising.length === 0 ? [] : [sayRaising(raising, fileName)]),
        ...(unpriced.length === 0 ? [] : [`${plural(unpriced.length, 'recommendation')} without a price: see ${fileName}.`]),
        ...(refused.length === 0 ? [] : [sayRefused(refused, fileName)]),
      ]),
    ],
  }
}

const NO_ADVICE = 'There is no advice yet: nothing is advised on too little data.'
const NOTHING_TO_SAVE = 'No container asks for so much more than it uses that asking for less would save money.'

const topBlocks = (saving: readonly AdviceLine[], fileName: string): readonly Block[] => {
  const top = saving.slice(0, TOP)
  const others = saving.length - top.length
  return [
    {
      kind: 'table',
      caption: top.length === 1 ? 'The recommendation that would save something' : `The ${top.length} recommendations that would save most`,
      columns: ['Container', 'CPU', 'Memory', 'Saves a month', 'Confidence'],
      wordColumns: 1,
      rows: top.map(rowOf),
      most: TOP,
      rest: () => ({ sentence: '' }),
    },
    paragraph([
      saving.length === 1 ? 'It is worth' : `All ${sayCount(saving.length)} together:`,
      `${sayUsd(adviceMicroUsdPerMonth(saving))} a month${others === 0 ? '.' : `; the other ${sayCount(others)} are in ${fileName}.`}`,
      'Potential: it is saved only once it is followed and a node less is needed.',
    ].join(' ')),
  ]
}

const rowOf = (line: AdviceLine): Row => {
  const { requestNow, advised, microUsdPerMonth, confidence, windowAwakeHours } = line.advice
  return {
    cells: [
      adviceName(line),
      sayMove(requestNow.cpuMilli, advised.cpuMilli, (milli) => `${sayCount(milli)}m`),
      sayMove(requestNow.memoryMiB, advised.memoryMiB, (mib) => `${sayCount(mib)} MiB`),
      sayUsd(microUsdPerMonth),
      `${confidence?.level ?? NOT_KNOWN}, ${sayHours(windowAwakeHours * 3600)} awake hours`,
    ],
  }
}

const sayMove = (now: number, advised: number | undefined, say: (value: number) => string): string =>
  advised === undefined ? 'no advice' : `${now === 0 ? 'none' : say(now)} to ${say(advised)}`

const sayRaising = (raising: readonly AdviceLine[], fileName: string): string => {
  const more = sayUsd(-adviceMicroUsdPerMonth(raising))
  return `${plural(raising.length, 'container')} should ask for more than now, or for the same: ${more} a month more. See ${fileName}.`
}

const sayRefused = (refused: readonly AdviceLine[], fileName: string): string => {
  const counted = countRefusals(refused)
  const reasons = [
    ...counted.slice(0, MOST_REASONS).map(({ reason, times }) => `${shorten(reason, MOST_LETTERS)} (${sayCount(times)})`),
    ...(counted.length > MOST_REASONS ? ['and other reasons'] : []),
  ]
  return `No advice for ${plural(refused.length, 'container')}: ${reasons.join('; ')}. See ${fileName}.`
}
