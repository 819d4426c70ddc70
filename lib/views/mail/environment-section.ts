import { isDeepEqual } from '../../domain/is-deep-equal.ts'
import { type EnvironmentFigures, NO_FIGURES, type PeriodFigures, type Report } from '../../domain/report/report.ts'
import { netOf, type Totals, totalsOf } from '../../domain/report/totals.ts'
import { type Link, paragraph, type Row, type Section, type Table } from './mail-content.ts'
import { plural, sayCount, sayHours, sayUsd } from './say-amount.ts'

/** Each environment: how long it slept, what that saved, what is still paid, who woke it, what failed. */
export const environmentSection = ({ current }: Report, fileName: string): Section => ({
  heading: 'Environments',
  blocks: [
    current.environments.length === 0
      ? paragraph('There is no environment to tell of yet.')
      : tableOf(current, totalsOf(current), fileName),
  ],
})

const tableOf = ({ environments, unattributed }: PeriodFigures, totals: Totals, fileName: string): Table => {
  const isObserved = totals.observed === totals.environments
  const ranked = rank(environments, isObserved)
  return {
    kind: 'table',
    caption: `By environment, with failures first, then by what it ${isObserved ? 'could have saved' : 'saved'}`,
    columns: [
      'Environment', 'Hours awake', 'Hours asleep', 'Node-hours avoided', isObserved ? 'Could have saved' : 'Saved, net',
      'Still paid asleep', 'Wakes planned', 'Wakes on request', 'Failures',
    ],
    wordColumns: 1,
    rows: ranked.map((each): Row => ({ cells: cellsOf(nameOf(each, isObserved), sumOf([each]), isObserved), links: linksOf(each) })),
    totals: [
      ...(isDeepEqual(unattributed, NO_FIGURES)
        ? []
        : [{ cells: cellsOf('Of no environment', totalsOf({ environments: [], unattributed }), isObserved) }]),
      { cells: cellsOf(`All ${plural(totals.environments, 'environment')}`, totals, isObserved) },
    ],
    most: 'fill',
    rest: (shown) => {
      const hidden = ranked.slice(shown)
      const others = `${sayCount(hidden.length)} others`
      return {
        row: { cells: cellsOf(others, sumOf(hidden), isObserved) },
        sentence: [
          `This mail has room for ${sayCount(shown)} of ${plural(ranked.length, 'environment')}. The other`,
          `${sayCount(hidden.length)} stand in the table as one row, and one by one in ${fileName}.`,
        ].join(' '),
      }
    },
  }
}

const cellsOf = (name: string, of: Totals, isObserved: boolean): readonly string[] => [
  name,
  sayHours(of.awakeSeconds),
  sayHours(of.asleepSeconds),
  sayHours(of.savings.avoidedNodeSeconds),
  sayUsd(isObserved ? of.savings.potential.microUsd : of.netMicroUsd),
  sayUsd(of.residualMicroUsd),
  sayCount(of.wakesPlanned),
  sayCount(of.wakesOnRequest),
  sayCount(of.failures),
]

const nameOf = ({ id, mode }: EnvironmentFigures, isObserved: boolean): string =>
  mode === 'observe' && !isObserved ? `${id} (observed)` : id

const sumOf = (environments: readonly EnvironmentFigures[]): Totals => totalsOf({ environments, unattributed: NO_FIGURES })

const linksOf = ({ wakeUrl, stayAwakeUrl }: EnvironmentFigures): readonly Link[] => [
  ...(wakeUrl === undefined ? [] : [{ text: 'Wake', url: wakeUrl }]),
  ...(stayAwakeUrl === undefined ? [] : [{ text: 'Stay awake', url: stayAwakeUrl }]),
]

/** What went wrong must be seen however many there are; then what is worth most. */
const rank = (environments: readonly EnvironmentFigures[], isObserved: boolean): readonly EnvironmentFigures[] => {
  const worth = (each: EnvironmentFigures): number => (isObserved ? each.savings.potential.microUsd : netOf(each)) ?? 0
  return environments.toSorted((a, b) =>
    Number(b.failures > 0) - Number(a.failures > 0) || worth(b) - worth(a) || (a.id < b.id ? -1 : Number(a.id > b.id)))
}
