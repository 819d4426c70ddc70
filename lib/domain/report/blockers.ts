import type { Blocker, Report } from './report.ts'
import { totalsOf } from './totals.ts'

/** What a blocker cost in the period, all its parts; undefined where no part is known. */
export const blockerMicroUsd = ({ microUsdByEnvironment, unattributedMicroUsd }: Blocker): number | undefined => {
  const parts = Object.values(microUsdByEnvironment)
  if (parts.length === 0 && unattributedMicroUsd === undefined) return undefined
  return parts.reduce((sum, part) => sum + part, unattributedMicroUsd ?? 0)
}

/** What blockers cost together: what is known of it, and of how many nothing is. */
export const sumBlockers = (blockers: readonly Blocker[]): { readonly microUsd: number; readonly unknown: number } => {
  const costs = blockers.map(blockerMicroUsd)
  return { microUsd: costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0), unknown: costs.filter((cost) => cost === undefined).length }
}

/** Blockers as they are told: what failed first, then the dearest; of unknown cost before those of none. */
export const rankBlockers = (blockers: readonly Blocker[]): readonly Blocker[] =>
  blockers.toSorted((a, b) =>
    Number(b.kind === 'failed') - Number(a.kind === 'failed')
    || (blockerMicroUsd(b) ?? 0) - (blockerMicroUsd(a) ?? 0)
    || Number(blockerMicroUsd(a) !== undefined) - Number(blockerMicroUsd(b) !== undefined)
    || (a.subject < b.subject ? -1 : Number(a.subject > b.subject)))

/** Stranded cost that none of the blockers told of explains; 0 where they explain it all, or it is not known. */
export const unexplainedMicroUsd = ({ current, blockers }: Report): number => {
  const explained = sumBlockers(blockers.filter(({ kind }) => kind === 'blocked'))
  return Math.max(0, (totalsOf(current).savings.stranded.microUsd ?? 0) - explained.microUsd)
}
