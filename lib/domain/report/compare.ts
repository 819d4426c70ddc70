import type { PeriodFigures, Report } from './report.ts'
import { type Totals, totalsOf } from './totals.ts'

/** What is held against the period before. */
export type Compared = 'net' | 'node-hours' | 'potential' | 'stranded' | 'residual' | 'own' | 'failures'

/** One figure beside that of the period before, both for an average day. */
export interface Comparison {
  readonly what: Compared
  /** Micro-USD, node-seconds or a count: as `what` has it. */
  readonly perDay: number
  readonly perDayBefore: number
  readonly direction: 'up' | 'down' | 'level'
  /** Whether that is good news; `neither` where more is neither. */
  readonly meaning: 'better' | 'worse' | 'neither'
  /** By how much, as a share of what it was; undefined where that was nothing or below. */
  readonly share: number | undefined
}

/** A change by less than this share is called level. */
const LEVEL_SHARE = 0.005

/**
 * What more of it means. Potential is neither: it falls as savings are realised, and as environments leave. Nor is what
 * is still paid while asleep: it grows with every hour slept.
 */
const MORE_IS: Readonly<Record<Compared, Comparison['meaning']>> = {
  net: 'better',
  'node-hours': 'better',
  potential: 'neither',
  stranded: 'worse',
  residual: 'neither',
  own: 'worse',
  failures: 'worse',
}

const FIGURE: Readonly<Record<Compared, (totals: Totals) => number | undefined>> = {
  net: ({ netMicroUsd }) => netMicroUsd,
  'node-hours': ({ savings }) => savings.avoidedNodeSeconds,
  potential: ({ savings }) => savings.potential.microUsd,
  stranded: ({ savings }) => savings.stranded.microUsd,
  residual: ({ residualMicroUsd }) => residualMicroUsd,
  own: ({ ownMicroUsd }) => ownMicroUsd,
  failures: ({ failures }) => failures,
}

const COMPARED: readonly Compared[] = ['net', 'node-hours', 'potential', 'stranded', 'residual', 'own', 'failures']

/** This period against the one before, by what an average watched day came to (FIELD §6); nothing where there is none. */
export const compare = ({ current, previous }: Pick<Report, 'current' | 'previous'>): readonly Comparison[] => {
  if (previous === undefined || current.daysCounted <= 0 || previous.daysCounted <= 0) return []
  const now = averagesOf(current)
  const before = averagesOf(previous)
  return COMPARED.flatMap((what) => {
    const perDay = now(what)
    const perDayBefore = before(what)
    return perDay === undefined || perDayBefore === undefined ? [] : [compareFigure(what, perDay, perDayBefore)]
  })
}

const averagesOf = (figures: PeriodFigures): ((what: Compared) => number | undefined) => {
  const totals = totalsOf(figures)
  return (what) => {
    const figure = FIGURE[what](totals)
    return figure === undefined ? undefined : figure / figures.daysCounted
  }
}

const compareFigure = (what: Compared, perDay: number, perDayBefore: number): Comparison => {
  const by = perDay - perDayBefore
  const isLevel = Math.abs(by) <= Math.abs(perDayBefore) * LEVEL_SHARE
  const direction = isLevel ? 'level' : by > 0 ? 'up' : 'down'
  return {
    what, perDay, perDayBefore, direction,
    meaning: isLevel ? 'neither' : meaningOf(what, by),
    share: perDayBefore > 0 ? Math.abs(by) / perDayBefore : undefined,
  }
}

const meaningOf = (what: Compared, by: number): Comparison['meaning'] => {
  if (MORE_IS[what] === 'neither') return 'neither'
  return (MORE_IS[what] === 'better') === by > 0 ? 'better' : 'worse'
}
