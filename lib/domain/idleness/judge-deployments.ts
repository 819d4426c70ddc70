import { sayDuration } from '../duration.ts'
import { type Instant, iso, secondsBetween } from '../time.ts'
import type { Doings } from './doings.ts'
import type { IdleTerms } from './idle-terms.ts'
import type { Verdict } from './verdict.ts'

/** What the workloads of an environment run, and since when that is known. Remembered over a sleep, which changes no template. */
export interface KnownRevision {
  readonly digest: string
  readonly since: Instant
  /** It took the place of another one; false: it is the first that was seen. */
  readonly replaced: boolean
}

/** The revision to remember after a look; the same object where nothing changed. */
export const nextRevision = (before: KnownRevision | undefined, doings: ReadonlyMap<string, Doings>, now: Instant): KnownRevision => {
  const digest = [...doings].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([namespace, { revision }]) => `${namespace}:${revision}`).join(' ')
  if (before?.digest === digest) return before
  return { digest, since: now, replaced: before !== undefined }
}

/**
 * Whoever deploys wants to look at it. A deployment counts from the look that saw it, which is later than it was; what was
 * deployed before the first look nobody knows.
 */
export const judgeDeployments = ({ afterSeconds }: IdleTerms, { since, replaced }: KnownRevision, now: Instant): Verdict => {
  if (secondsBetween(since, now) >= afterSeconds) return { seen: 'idle', why: `nothing deployed since ${iso(since)}` }
  if (replaced) return { seen: 'active', why: `deployed before ${iso(since)}, not yet ${sayDuration(afterSeconds)} ago` }
  return { seen: 'unknown', why: `its workloads were first seen at ${iso(since)}, not yet ${sayDuration(afterSeconds)} ago: what was deployed before is not known` }
}
