import { clockHours, type Span } from './clock-hour.ts'
import type { PoolFacts, PriceOf } from './ledger-input.ts'
import type { StockLine } from './node-stock.ts'
import { poolEvents, type PoolMembers } from './pool-events.ts'
import { PoolStanding, type UserPassed } from './pool-standing.ts'

/** Node-seconds of one pool in one hour. */
interface PoolSeconds {
  baseline: number
  ran: number
  avoided: number
  /** Missing from the baseline although no node was seen to leave: never money. */
  unproven: number
  stranded: number
  potential: number
  /** Run above the baseline while an environment woke, and what of it stayed. */
  surplus: number
}

/** What one pool did in one hour, UTC, or in the part of it that the span covers. */
export interface PoolHour {
  readonly pool: string
  readonly span: Span
  readonly nodeSeconds: Readonly<PoolSeconds>
  readonly ran: readonly StockLine[]
  readonly avoided: readonly StockLine[]
  readonly users: readonly UserPassed[]
}

const NONE: PoolSeconds = { baseline: 0, ran: 0, avoided: 0, unproven: 0, stranded: 0, potential: 0, surplus: 0 }

/**
 * One pool, hour by hour, by going once through what happened to it. At every second
 *
 * - baseline = the original's desired size while Catnap holds one, else what ran (DESIGN §5.8) but for the surplus;
 * - missing = baseline − the larger of what ran and what was asked for, while somebody who uses it sleeps: capacity that
 *   is needed anyway is no saving, and who is off anyway makes none (FIELD §5);
 * - avoided = missing, but no more than were seen to be `terminated` and have not been replaced: a node counts once;
 * - stranded = ran − keep while everybody sleeps; potential = what ran of the baseline − keep while everybody's hours are shut;
 * - surplus = ran − the original's while somebody wakes; else what runs only because a wake brought it: it costs what Catnap saves.
 */
export const poolHours = (facts: PoolFacts, members: PoolMembers, span: Span, priceOf: PriceOf): readonly PoolHour[] => {
  const standing = new PoolStanding(facts.keep, members.users, priceOf)
  const events = poolEvents(facts, members)
  let next = 0
  return clockHours(span).flatMap((hour) => {
    const nodeSeconds = { ...NONE }
    const end = Math.floor(hour.to / 1000)
    let second = Math.floor(hour.from / 1000)
    standing.beginHour(hour.from)
    for (let event = events[next]; event !== undefined && event.second < end; event = events[(next += 1)]) {
      if (event.second > second) {
        pass(standing, nodeSeconds, event.second - second)
        second = event.second
      }
      standing.take(event)
    }
    pass(standing, nodeSeconds, end - second)
    const { ran, avoided, users } = standing.endHour()
    return Object.values(nodeSeconds).every((value) => value === 0) ? [] : [{ pool: facts.pool, span: hour, nodeSeconds, ran, avoided, users }]
  })
}

const pass = (standing: PoolStanding, sum: PoolSeconds, seconds: number): void => {
  const nodes = standing.pass(seconds)
  sum.baseline += nodes.baseline * seconds
  sum.ran += nodes.ran * seconds
  sum.avoided += nodes.avoided * seconds
  sum.unproven += nodes.unproven * seconds
  sum.stranded += nodes.stranded * seconds
  sum.potential += nodes.potential * seconds
  sum.surplus += nodes.surplus * seconds
}
