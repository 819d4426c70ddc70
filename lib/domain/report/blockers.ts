import type { Blocker, Report } from './report.ts'
import { totalsOf } from './totals.ts'

/** What a blocker cost in the period, all its parts; undefined where no part is known. */
export const blockerMicroUsd = ({ microUsdByEnvironment, unattributedMicroUsd }: Blocker): number | undefined => {
  const parts = Object.values(microUsdByEnvironment)
  if (parts.length === 0 && unattributedMicroUsd === undefined) return undefined
  return parts.reduce((sum, part) => sum + part, unattributedMicroUsd ?? 0)
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
  const blocked = blockers.filter(({ kind }) => kind === 'blocked')
  const explained = blocked.reduce((sum, blocker) => sum + (blockerMicroUsd(blocker) ?? 0), 0)
  return Math.max(0, (totalsOf(current).savings.stranded.microUsd ?? 0) - explained)
}
