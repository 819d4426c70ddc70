import type { AdviceLine } from './report.ts'

/** Advice in four: what saves, or would if it were awake, dearest first; what costs more or the same; what has no price; what is no advice. */
export interface RankedAdvice {
  readonly saving: readonly AdviceLine[]
  readonly raising: readonly AdviceLine[]
  readonly unpriced: readonly AdviceLine[]
  readonly refused: readonly AdviceLine[]
}

/** Ranks advice by what it saves a month; names decide between equals, so that the list is the same each time. */
export const rankAdvice = (lines: readonly AdviceLine[]): RankedAdvice => {
  const ranked = lines.toSorted((a, b) => worth(b) - worth(a) || compareText(adviceName(a), adviceName(b)))
  const of = Map.groupBy(ranked, groupOf)
  return {
    saving: of.get('saving') ?? [],
    raising: of.get('raising') ?? [],
    unpriced: of.get('unpriced') ?? [],
    refused: of.get('refused') ?? [],
  }
}

const groupOf = ({ advice }: AdviceLine): keyof RankedAdvice => {
  const { advised, microUsdPerMonth } = advice
  if (advised.cpuMilli === undefined && advised.memoryMiB === undefined) return 'refused'
  if (microUsdPerMonth === undefined) return 'unpriced'
  return microUsdPerMonth > 0 || (microUsdPerMonth === 0 && asksLess(advice)) ? 'saving' : 'raising'
}

/** Of what slept all week (holidays) less is worth nothing, and is no more for that. */
const asksLess = ({ advised: { cpuMilli = Infinity, memoryMiB = Infinity }, requestNow }: AdviceLine['advice']): boolean =>
  cpuMilli < requestNow.cpuMilli || memoryMiB < requestNow.memoryMiB

const worth = ({ advice }: AdviceLine): number => advice.microUsdPerMonth ?? 0

/** What all of it together comes to in a month; what has no price does not count. */
export const adviceMicroUsdPerMonth = (lines: readonly AdviceLine[]): number =>
  lines.reduce((sum, line) => sum + worth(line), 0)

/** What advice is about: `us-dev/shop: Deployment/shop/web, server`. */
export const adviceName = ({ environment, advice: { workload, container } }: AdviceLine): string =>
  `${environment}: ${workload.kind}/${workload.namespace}/${workload.name}, ${container}`

/** A reason, and for how many containers it is one. */
export interface CountedReason {
  readonly reason: string
  readonly times: number
}

/** Why there is no advice, the commonest reason first. Numbers in it differ by container: they are told as `…`. */
export const countRefusals = (refused: readonly AdviceLine[]): readonly CountedReason[] =>
  [...Map.groupBy(refused.map(refusalOf), (reason) => reason.replaceAll(/\d+(?:\.\d+)?/g, '…'))]
    .map(([pattern, [first = pattern, ...others]]) => ({
      reason: others.every((other) => other === first) ? first : pattern,
      times: others.length + 1,
    }))
    .toSorted((a, b) => b.times - a.times || compareText(a.reason, b.reason))

const refusalOf = ({ advice: { reasons } }: AdviceLine): string =>
  reasons.filter(({ kind }) => kind === 'refused').map(({ text }) => text).join(' and ') || 'no reason on record'

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
