import type { BlockerDay } from '../ledger/cluster-day.ts'
import type { Blocker } from './report.ts'

/** What stood in the way on several days for the same reason is told once, with all its hours and all it cost. */
export const mergeBlockers = (days: readonly BlockerDay[]): readonly Blocker[] => {
  const merged = new Map<string, Blocker>()
  for (const day of days) {
    const key = JSON.stringify([day.kind, day.subject, day.reason])
    merged.set(key, addBlocker(merged.get(key), day))
  }
  return [...merged.values()]
}

const addBlocker = (before: Blocker | undefined, { kind, subject, reason, about, seconds, ...cost }: BlockerDay): Blocker => {
  const parts: Record<string, number> = { ...before?.microUsdByEnvironment }
  for (const [id, microUsd] of Object.entries(cost.microUsdByEnvironment)) parts[id] = (parts[id] ?? 0) + microUsd
  return {
    kind, subject, reason,
    about: [...new Set([...(before?.about ?? []), ...about])],
    seconds: (before?.seconds ?? 0) + seconds,
    microUsdByEnvironment: parts,
    unattributedMicroUsd: addKnown(before?.unattributedMicroUsd, cost.unattributedMicroUsd),
    unpriced: [...new Set([...(before?.unpriced ?? []), ...(cost.unpriced ?? [])])],
  }
}

/** Undefined only where neither is known. */
const addKnown = (a: number | undefined, b: number | undefined): number | undefined =>
  (a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0))
