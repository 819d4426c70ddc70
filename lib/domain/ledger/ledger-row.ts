import type { Instant } from '../time.ts'
import { addAmounts, type Amount, costOf, NO_AMOUNT, type PricedSeconds } from './amount.ts'
import { hourOf } from './clock-hour.ts'
import type { Covered } from './cover.ts'
import type { PoolBlocker, Price } from './ledger-input.ts'
import type { StockLine } from './node-stock.ts'
import type { PoolHour } from './pool-hours.ts'
import type { Savings } from './savings.ts'

/** What ran in a pool and what would have without Catnap. */
export interface Running {
  readonly baselineNodeSeconds: number
  readonly ranNodeSeconds: number
  /** Missing from the baseline although no node was seen to leave: says that lifecycles are missing; never money. */
  readonly unprovenNodeSeconds: number
  /** What ran, at list and spot prices. */
  readonly listed: Amount
  /** The part of it that no commitment pays for: what the bill of the day should say, unblended. */
  readonly billed: Amount
}

/** A price that a row rests on, and for how much of it. */
interface PriceUsed extends Price {
  readonly ranNodeSeconds: number
  readonly avoidedNodeSeconds: number
}

/** One pool in one hour, UTC. */
export interface LedgerRow {
  /** `cluster/pool` */
  readonly pool: string
  readonly hour: Instant
  /** The part of the hour that was looked at, mostly all of it. */
  readonly from: Instant
  readonly to: Instant
  readonly running: Running
  readonly savings: Savings
  readonly prices: readonly PriceUsed[]
  /** Instance types without a price. */
  readonly unpricedTypes: readonly string[]
  /** What held stranded nodes, in the words of who found it. */
  readonly blockers: readonly string[]
  readonly currency: 'USD'
}

/** Nothing ran, nothing would have. */
export const NO_RUNNING: Running = { baselineNodeSeconds: 0, ranNodeSeconds: 0, unprovenNodeSeconds: 0, listed: NO_AMOUNT, billed: NO_AMOUNT }

/** The sum of two. */
export const addRunning = (a: Running, b: Running): Running => ({
  baselineNodeSeconds: a.baselineNodeSeconds + b.baselineNodeSeconds,
  ranNodeSeconds: a.ranNodeSeconds + b.ranNodeSeconds,
  unprovenNodeSeconds: a.unprovenNodeSeconds + b.unprovenNodeSeconds,
  listed: addAmounts(a.listed, b.listed),
  billed: addAmounts(a.billed, b.billed),
})

/**
 * The row of a pool's hour. Realised = avoided less what commitments pay on for; stranded and potential likewise only
 * as far as they would leave the bill: a covered node saves nothing today (FIELD §5). The cost of waking knows no
 * commitment, so that it is not understated.
 */
export const ledgerRow = (poolHour: PoolHour, covered: Covered, blockers: readonly PoolBlocker[]): LedgerRow => {
  const { pool, span, nodeSeconds, ran, avoided } = poolHour
  const onTheBill = (line: StockLine): number => line.use.all - (covered.ran.get(line) ?? 0)
  const freed = (line: StockLine): number => covered.freed.get(line) ?? 0
  return {
    pool,
    hour: hourOf(span.from),
    ...span,
    running: {
      baselineNodeSeconds: nodeSeconds.baseline,
      ranNodeSeconds: nodeSeconds.ran,
      unprovenNodeSeconds: nodeSeconds.unproven,
      listed: cost(ran, ({ use }) => use.all),
      billed: cost(ran, onTheBill),
    },
    savings: {
      avoidedNodeSeconds: nodeSeconds.avoided,
      realized: cost(avoided, (line) => line.use.all - freed(line)),
      freedCommitment: cost(avoided, freed),
      strandedNodeSeconds: nodeSeconds.stranded,
      stranded: cost(ran, (line) => Math.min(line.use.stranded, onTheBill(line)), nodeSeconds.stranded),
      potentialNodeSeconds: nodeSeconds.potential,
      potential: cost(ran, (line) => Math.min(line.use.potential, onTheBill(line)), nodeSeconds.potential),
      wake: cost(ran, ({ use }) => use.surplus, nodeSeconds.surplus),
    },
    prices: pricesUsed(ran, avoided),
    unpricedTypes: [...new Set([...ran, ...avoided].filter(({ price }) => price === undefined).map(({ instanceType }) => instanceType))].toSorted(),
    blockers: nodeSeconds.stranded === 0 ? [] : wordsDuring(blockers, span),
    currency: 'USD',
  }
}

/** The cost of a part of each line; `atMost` 0 says at once that there is none. */
const cost = (lines: readonly StockLine[], nodeSecondsOf: (line: StockLine) => number, atMost?: number): Amount =>
  atMost === 0 ? NO_AMOUNT : costOf(lines.map((line): PricedSeconds => ({ nodeSeconds: nodeSecondsOf(line), microUsdPerHour: line.price?.microUsdPerHour })))

const pricesUsed = (ran: readonly StockLine[], avoided: readonly StockLine[]): readonly PriceUsed[] => {
  const used = new Map<string, PriceUsed>()
  const add = ({ price, use }: StockLine, what: 'ranNodeSeconds' | 'avoidedNodeSeconds'): void => {
    if (price === undefined) return
    const key = `${price.microUsdPerHour} ${price.name}`
    const before = used.get(key) ?? { ...price, ranNodeSeconds: 0, avoidedNodeSeconds: 0 }
    used.set(key, { ...before, [what]: before[what] + use.all })
  }
  for (const line of ran) add(line, 'ranNodeSeconds')
  for (const line of avoided) add(line, 'avoidedNodeSeconds')
  return [...used.values()]
}

const wordsDuring = (blockers: readonly PoolBlocker[], { from, to }: PoolHour['span']): readonly string[] =>
  [...new Set(blockers.filter((blocker) => blocker.from < to && (blocker.to === undefined || blocker.to > from)).map(({ why }) => why))]
