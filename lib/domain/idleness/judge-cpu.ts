import { sayDuration } from '../duration.ts'
import { type Instant, iso, later, secondsBetween } from '../time.ts'
import type { Doings } from './doings.ts'
import type { Verdict } from './verdict.ts'

/** What CPU is judged by. */
interface WatchedCpu {
  readonly afterSeconds: number
  readonly belowMilli: number
  /** What was before is of another waking. */
  readonly awakeSince: Instant
  /** How long from one look to the next. */
  readonly lookSeconds: number
}

/** Looks one after the other, none missed, that all found less CPU in use than the threshold. */
export interface QuietCpu {
  readonly since: Instant
  readonly at: Instant
  readonly mostMilli: number
}

/** A look may come so late: a tick is each minute, and a queue may be slow. One that was missed comes later still. */
const LATE_SECONDS = 180

/** metrics-server asks each kubelet every 15 to 60 s. What it shows for longer than this it could not ask for. */
const STALE_SECONDS = 180

/** What is used now over all namespaces, or why that is not known. */
type CpuNow = { readonly milli: number } | { readonly problem: string }

/**
 * What the CPU of all pods says, and what is to be remembered of this look. One look tells of an instant (metrics.k8s.io has
 * no past), so idle is only what each look of the whole of `idle.after` found below the threshold, the looks no further
 * apart than they are meant to be. Peaks between two looks are not seen.
 */
export const judgeCpu = (watched: WatchedCpu, before: QuietCpu | undefined, doings: ReadonlyMap<string, Doings>, now: Instant): { readonly verdict: Verdict; readonly quiet?: QuietCpu } => {
  const used = usedNow(doings, now)
  if ('problem' in used) return { verdict: { seen: 'unknown', why: `CPU: ${used.problem}` } }
  if (used.milli >= watched.belowMilli) return { verdict: { seen: 'active', why: `${sayMilli(used.milli)} of CPU in use` } }
  const quiet = continued(watched, before, used.milli, now)
  return { verdict: judgeQuiet(watched, quiet), quiet }
}

const continued = ({ awakeSince, belowMilli, lookSeconds }: WatchedCpu, before: QuietCpu | undefined, milli: number, now: Instant): QuietCpu => {
  const goesOn = before !== undefined && before.since >= awakeSince && before.at <= now && before.mostMilli < belowMilli &&
    secondsBetween(before.at, now) <= lookSeconds + LATE_SECONDS
  return goesOn ? { since: before.since, at: now, mostMilli: Math.max(before.mostMilli, milli) } : { since: now, at: now, mostMilli: milli }
}

const judgeQuiet = ({ afterSeconds, belowMilli }: WatchedCpu, { since, at, mostMilli }: QuietCpu): Verdict =>
  (secondsBetween(since, at) >= afterSeconds
    ? { seen: 'idle', why: `at most ${sayMilli(mostMilli)} of CPU since ${iso(since)}, below ${sayMilli(belowMilli)}` }
    : { seen: 'unknown', why: `CPU: looked at without a gap since ${iso(since)}, not yet for ${sayDuration(afterSeconds)}` })

const usedNow = (doings: ReadonlyMap<string, Doings>, now: Instant): CpuNow => {
  if (doings.size === 0) return { problem: 'no namespace was looked at' }
  let milli = 0
  for (const [namespace, { cpu }] of doings) {
    if ('problem' in cpu) return { problem: `${namespace}: ${cpu.problem}` }
    if (!Number.isFinite(cpu.milli) || cpu.milli < 0) return { problem: `${namespace}: found ${cpu.milli} milli-cores, expected a number of 0 or more` }
    if (cpu.measuredAt !== undefined && later(cpu.measuredAt, STALE_SECONDS) < now) {
      return { problem: `${namespace}: last measured at ${iso(cpu.measuredAt)}, more than ${sayDuration(STALE_SECONDS)} ago` }
    }
    milli += cpu.milli
  }
  return { milli }
}

const sayMilli = (milli: number): string => `${Number(milli.toFixed(1))}m`
