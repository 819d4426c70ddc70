import { addSavings, netMicroUsd, NO_SAVINGS } from '../ledger/savings.ts'
import type { EnvironmentFigures, Figures, PeriodFigures } from './report.ts'

/** What a period comes to. */
export interface Totals extends Figures {
  /** Realised, less waking and Catnap's own cost (FIELD §5); undefined where one of them has no price. */
  readonly netMicroUsd: number | undefined
  readonly environments: number
  /** How many of them are only observed. */
  readonly observed: number
  readonly awakeSeconds: number
  readonly asleepSeconds: number
  readonly wakesPlanned: number
  readonly wakesOnRequest: number
  readonly failures: number
  readonly unpricedTypes: readonly string[]
}

/** Realised less the cost of waking and Catnap's own; undefined where one of them is not known (FIELD §5). */
export const netOf = ({ savings, ownMicroUsd }: Figures): number | undefined =>
  netMicroUsd(savings.realized, savings.wake, ownMicroUsd)

/** Adds a period up. */
export const totalsOf = ({ environments, unattributed }: Pick<PeriodFigures, 'environments' | 'unattributed'>): Totals => {
  const all: readonly Figures[] = [...environments, unattributed]
  const figures: Figures = {
    savings: all.map(({ savings }) => savings).reduce(addSavings, NO_SAVINGS),
    ownMicroUsd: sum(all.map(({ ownMicroUsd }) => ownMicroUsd)),
    residualMicroUsd: sumKnown(all.map(({ residualMicroUsd }) => residualMicroUsd)),
  }
  const count = (figure: (each: EnvironmentFigures) => number): number => sum(environments.map(figure))
  return {
    ...figures,
    netMicroUsd: netOf(figures),
    environments: environments.length,
    observed: count(({ mode }) => (mode === 'observe' ? 1 : 0)),
    awakeSeconds: count(({ awakeSeconds }) => awakeSeconds),
    asleepSeconds: count(({ asleepSeconds }) => asleepSeconds),
    wakesPlanned: count(({ wakesPlanned }) => wakesPlanned),
    wakesOnRequest: count(({ wakesOnRequest }) => wakesOnRequest),
    failures: count(({ failures }) => failures),
    unpricedTypes: [...new Set(environments.flatMap(({ unpricedTypes }) => unpricedTypes))].toSorted(),
  }
}

/** The sum of what is known; undefined where something is not and the rest is nothing: a 0 would be invented. */
const sumKnown = (amounts: readonly (number | undefined)[]): number | undefined => {
  const known = amounts.filter((amount) => amount !== undefined)
  return known.length < amounts.length && known.every((amount) => amount === 0) ? undefined : sum(known)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
