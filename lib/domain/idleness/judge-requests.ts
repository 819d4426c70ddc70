import { type Instant, iso, later } from '../time.ts'
import type { IdleTerms } from './idle-terms.ts'
import { judgePeriods } from './judge-periods.ts'
import { PERIOD_SECONDS } from './period.ts'
import type { Verdict } from './verdict.ts'

/** Requests that reached a target group in one period; absent where the balancer published nothing. */
export interface RequestPeriod {
  /** A multiple of `PERIOD_SECONDS`. */
  readonly from: Instant
  readonly requests?: number
  /** The most targets that were healthy at a time; 0: what came was refused, and no such refusal is counted. */
  readonly healthyHosts?: number
}

/** What a balancer counted for one target group, or why that is not known. */
export type TargetGroupTraffic = { readonly periods: readonly RequestPeriod[] } | { readonly problem: string }

/** What the requests are judged by. */
interface WatchedRequests {
  readonly idle: IdleTerms & { readonly belowPerMinute: number }
  /** What was before is of another waking. */
  readonly awakeSince: Instant
  /** All target groups that lead into the environment, by ARN. */
  readonly groups: ReadonlyMap<string, TargetGroupTraffic>
}

/**
 * What the requests say of an environment, all target groups together, judged by periods. An absent RequestCount is zero only
 * where HealthyHostCount has data for the same period (FIELD §7).
 */
export const judgeRequests = ({ idle, awakeSince, groups }: WatchedRequests, now: Instant): Verdict => {
  const traffic = [...groups].map(([arn, of]) => named(arn, of))
  return judgePeriods({
    idle, awakeSince,
    limit: idle.belowPerMinute,
    rateAt: (from) => ratePerMinute(traffic, from),
    sayRate,
    gapIn: (periods) => whyUnknown(traffic, periods),
    sayUnknown: (why) => why,
    sayIdle: (most, since) => `idle since ${iso(since)}: at most ${sayRate(most)}, below ${sayCount(idle.belowPerMinute)}`,
  }, now)
}

interface NamedTraffic {
  readonly name: string
  readonly problem?: string
  readonly periods: ReadonlyMap<Instant, RequestPeriod>
}

/** With the target group's name, `targetgroup/web/73e2d6bc24d8a067`, which is how the ARN ends. */
const named = (arn: string, of: TargetGroupTraffic): NamedTraffic => ({
  name: arn === '' ? 'a target group without a name' : arn.slice(arn.indexOf('targetgroup/')),
  periods: new Map('problem' in of ? [] : of.periods.map((period) => [period.from, period])),
  ...('problem' in of ? { problem: of.problem } : {}),
})

/** What is known of a period: requests a minute over all target groups. */
const ratePerMinute = (traffic: readonly NamedTraffic[], from: Instant): number =>
  traffic.reduce((sum, { periods }) => {
    const requests = periods.get(from)?.requests
    return sum + (isCount(requests) ? requests : 0)
  }, 0) / (PERIOD_SECONDS / 60)

const whyUnknown = (traffic: readonly NamedTraffic[], periods: readonly Instant[]): string | undefined => {
  if (traffic.length === 0) return 'no target group leads into it, so nothing counts its requests'
  for (const { name, problem, periods: known } of traffic) {
    if (problem !== undefined) return `${name}: ${problem}`
    for (const from of periods) {
      const gap = gapIn(known.get(from))
      if (gap !== undefined) return `${name}: ${gap} from ${iso(from)} to ${iso(later(from, PERIOD_SECONDS))}`
    }
  }
  return undefined
}

const gapIn = (period: RequestPeriod | undefined): string | undefined => {
  if (period?.healthyHosts === undefined) return 'no HealthyHostCount'
  if (!isCount(period.healthyHosts)) return `found a HealthyHostCount of ${period.healthyHosts}, expected a count`
  if (period.healthyHosts === 0) return 'no healthy target, so that requests were refused without being counted'
  if (period.requests !== undefined && !isCount(period.requests)) return `found a RequestCount of ${period.requests}, expected a count`
  return undefined
}

const isCount = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && value >= 0

const sayRate = (perMinute: number): string => `${sayCount(perMinute)} ${perMinute === 1 ? 'request' : 'requests'} a minute`

const sayCount = (count: number): string => `${Number(count.toFixed(2))}`
