import { sayDuration } from '../duration.ts'
import { type Instant, iso, later, secondsBetween } from '../time.ts'
import type { IdleTerms, PrometheusTerms } from './idle-terms.ts'
import type { Verdict } from './verdict.ts'

/** The value of a query at an instant, as Prometheus wrote it: it knows `NaN` and `+Inf`. */
export interface QuerySample {
  readonly at: Instant
  readonly value: string
}

/** What Prometheus answered to a query over a span: its series, or why there is nothing to rely on. */
export type QueryAnswer = { readonly series: readonly (readonly QuerySample[])[] } | { readonly problem: string }

/** When a query is evaluated: from one instant to another, both included, each so many seconds. */
export interface QuerySpan {
  readonly from: Instant
  readonly to: Instant
  readonly stepSeconds: number
}

/** The finest grain asked for, and the most samples: a week by the minute would be ten thousand. */
const FINEST_SECONDS = 60
const MOST_SAMPLES = 240

/** Samples of the newest half minute may still be on their way. */
const SETTLED_SECONDS = 30

/** The whole of `idle.after`, and a step more where it is not a whole number of them. The same for all who ask within a minute, so that it can be cached. */
export const querySpan = ({ afterSeconds }: IdleTerms, now: Instant): QuerySpan => {
  const stepSeconds = Math.max(FINEST_SECONDS, Math.ceil(afterSeconds / MOST_SAMPLES / FINEST_SECONDS) * FINEST_SECONDS)
  const to = (Math.floor(later(now, -SETTLED_SECONDS) / (stepSeconds * 1000)) * stepSeconds * 1000) as Instant
  return { from: later(to, -Math.ceil(afterSeconds / stepSeconds) * stepSeconds), to, stepSeconds }
}

/**
 * What a query says. Idle only when it is one series with a number at each step of the whole of `idle.after`, all of it since
 * the environment woke, each below the threshold. A query that finds nothing is a gap: where that means zero the query says
 * so itself, with `or vector(0)`. A number that is not below the threshold is active, whatever else is missing.
 */
export const judgeQuery = (idle: IdleTerms, { below }: PrometheusTerms, awakeSince: Instant, answer: QueryAnswer, now: Instant): Verdict => {
  if ('problem' in answer) return unknown(answer.problem)
  const span = querySpan(idle, now)
  const since = awakeSince > span.from ? awakeSince : span.from
  const busy = answer.series.flat().findLast(({ at, value }) => at >= since && valueOf(value) >= below)
  if (busy !== undefined) return { seen: 'active', why: `the query was ${busy.value} at ${iso(busy.at)}` }
  const [series = [], ...others] = answer.series
  if (answer.series.length === 0) return unknown('the query found no series, expected one; where that means 0 end it with: or vector(0)')
  if (others.length > 0) return unknown(`the query found ${answer.series.length} series, expected one; put it in sum(…) or max(…)`)
  const gap = gapIn(new Map(series.map(({ at, value }) => [at, value])), span)
  if (gap !== undefined) return unknown(gap)
  if (span.from < awakeSince) return unknown(`awake since ${iso(awakeSince)}, not yet for ${sayDuration(idle.afterSeconds)} of whole steps`)
  const most = Math.max(...series.filter(({ at }) => at >= span.from).map(({ value }) => valueOf(value)))
  return { seen: 'idle', why: `the query was at most ${Number(most.toPrecision(4))} since ${iso(span.from)}, below ${below}` }
}

const unknown = (why: string): Verdict => ({ seen: 'unknown', why: `Prometheus: ${why}` })

const gapIn = (values: ReadonlyMap<Instant, string>, { from, to, stepSeconds }: QuerySpan): string | undefined => {
  for (let step = 0; step <= secondsBetween(from, to) / stepSeconds; step += 1) {
    const at = later(from, step * stepSeconds)
    const value = values.get(at)
    if (value === undefined) return `the query has no value at ${iso(at)}`
    if (!Number.isFinite(valueOf(value))) return `the query was ${value} at ${iso(at)}, expected a number`
  }
  return undefined
}

/** Prometheus writes the two infinities as `+Inf` and `-Inf`. An empty text is no number, though JavaScript takes it for 0. */
const valueOf = (text: string): number => {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^[+-]?\d/.test(text) ? Number(text) : Number.NaN
}
