import { type Amount, addAmounts, costOf, NO_AMOUNT } from './amount.ts'
import type { Refusal } from './ledger-input.ts'

/** What stays on the bill while its owner sleeps (FIELD §5). */
type ResidualKind = 'volume' | 'load-balancer' | 'nat' | 'control-plane'

/** One thing that stays. */
export interface ResidualItem {
  readonly kind: ResidualKind
  readonly name: string
  /** The environment or cluster whose sleep it outlasts. */
  readonly owner: string
  /** Absent: no price known. A volume's price a month is its price an hour times 730. */
  readonly microUsdPerHour?: number
}

/** Everything of one kind. In its amount node-seconds are the items' seconds. */
interface ResidualLine {
  readonly kind: ResidualKind
  readonly items: number
  readonly cost: Amount
}

/** What stayed on the bill while people thought it slept: a line of its own, never taken off a saving. */
export interface ResidualCost {
  readonly lines: readonly ResidualLine[]
  readonly total: Amount
  readonly refused: readonly Refusal[]
}

/** The cost of `items` over the seconds that their owners slept; one whose owner did not sleep costs nothing here. */
export const residualCost = (items: readonly ResidualItem[], asleepSeconds: ReadonlyMap<string, number>): ResidualCost => {
  const refused: Refusal[] = []
  const sound = items.filter(({ name, owner, microUsdPerHour = 0 }) => {
    const seconds = asleepSeconds.get(owner) ?? 0
    const reason = !isWhole(microUsdPerHour)
      ? `found a price of ${microUsdPerHour} micro-dollars an hour, expected a whole number from 0 on`
      : `found ${seconds} seconds asleep, expected a whole number from 0 on`
    const isSound = isWhole(microUsdPerHour) && isWhole(seconds)
    if (!isSound) refused.push({ subject: name, reason })
    return isSound
  })
  const lines = [...Map.groupBy(sound, ({ kind }) => kind)].map(([kind, alike]) => ({
    kind,
    items: alike.length,
    cost: costOf(alike.map(({ owner, microUsdPerHour }) => ({ nodeSeconds: asleepSeconds.get(owner) ?? 0, microUsdPerHour }))),
  }))
  return { lines, total: lines.reduce((sum, { cost }) => addAmounts(sum, cost), NO_AMOUNT), refused }
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
