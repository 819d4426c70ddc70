import { blockerMicroUsd } from './blockers.ts'
import { type Blocker, NO_FIGURES, type PeriodFigures, type Report } from './report.ts'

/**
 * The report as one may see it who may see only these environments. Totals follow from what is left; nothing that
 * names another environment, or adds up over others, stays: not in a reason, not as a part of a cost.
 */
export const narrow = (report: Report, environmentIds: readonly string[]): Report => {
  const mine = new Set(environmentIds)
  const current = narrowFigures(report.current, mine)
  const previous = report.previous === undefined ? undefined : narrowFigures(report.previous, mine)
  const clusters = new Set(current.environments.map(({ id }) => id.slice(0, id.indexOf('/'))))
  return {
    ...report,
    scope: 'some',
    current,
    previous: previous === undefined || previous.environments.length === 0 ? undefined : previous,
    blockers: report.blockers.flatMap((blocker) => narrowBlocker(blocker, mine)),
    advice: report.advice.filter(({ environment }) => mine.has(environment)),
    support: report.support.filter(({ cluster }) => clusters.has(cluster)),
    ownCosts: [],
    bill: { kind: 'withheld' },
    problems: report.problems.filter(({ environment }) => environment !== undefined && mine.has(environment)),
  }
}

const narrowFigures = (figures: PeriodFigures, mine: ReadonlySet<string>): PeriodFigures => ({
  ...figures,
  environments: figures.environments.filter(({ id }) => mine.has(id)),
  unattributed: NO_FIGURES,
})

/** A reason that names somebody else's environment is not shown, even to who pays for it: the stranded total has it. */
const narrowBlocker = (blocker: Blocker, mine: ReadonlySet<string>): readonly Blocker[] => {
  if (blocker.about.length === 0 || !blocker.about.every((id) => mine.has(id))) return []
  const parts = Object.entries(blocker.microUsdByEnvironment).filter(([id]) => mine.has(id))
  const isKnown = blockerMicroUsd(blocker) !== undefined
  return [{ ...blocker, microUsdByEnvironment: Object.fromEntries(parts), unattributedMicroUsd: isKnown ? 0 : undefined, unpriced: blocker.unpriced.filter((id) => mine.has(id)) }]
}
