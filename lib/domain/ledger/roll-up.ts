import type { Instant } from '../time.ts'
import { type Amount, amount } from './amount.ts'
import { secondOf, type Span } from './clock-hour.ts'
import { addRunning, NO_RUNNING, type Running } from './ledger-row.ts'
import { addSavings, NO_SAVINGS, type Savings } from './savings.ts'

/** A row of the ledger or a share of one. */
export interface Entry extends Span {
  readonly savings: Savings
  readonly running?: Running
}

/** What a period came to. */
export interface PeriodSum extends Span {
  readonly savings: Savings
  readonly running: Running
  /** Entries that reach beyond the period and were cut in proportion to time. */
  readonly cut: number
}

/**
 * Sums by the periods between bounds in ascending order: `utcDays`, or the midnights of a reader's zone, where an hour,
 * UTC, may lie in two days (Asia/Kolkata). Such an entry is cut in proportion to time and its parts add up to it, so
 * that periods that meet add up to the one from end to end. What lies outside all bounds is left out.
 */
export const rollUp = (entries: readonly Entry[], bounds: readonly Instant[]): readonly PeriodSum[] => {
  const sums = bounds.slice(1).map((to, index) => ({ from: bounds[index] ?? to, to, savings: NO_SAVINGS, running: NO_RUNNING, cut: 0 }))
  for (const entry of entries) {
    for (let index = firstEndingAfter(sums, entry.from); index < sums.length; index += 1) {
      const sum = sums[index]
      if (sum === undefined || sum.from >= entry.to) break
      const whole = sum.from <= entry.from && entry.to <= sum.to
      const { savings, running } = whole ? entry : cutEntry(entry, sum)
      sum.savings = addSavings(sum.savings, savings)
      sum.running = addRunning(sum.running, running ?? NO_RUNNING)
      sum.cut += whole ? 0 : 1
    }
  }
  return sums
}

const firstEndingAfter = (spans: readonly Span[], at: Instant): number => {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((spans[middle]?.to ?? at) <= at) low = middle + 1
    else high = middle
  }
  return low
}

type Cut = (whole: number) => number

/** The part of an entry that lies within a span, all of it spread evenly over its time. */
const cutEntry = ({ from, to, savings, running }: Entry, span: Span): Pick<Entry, 'savings' | 'running'> => {
  const [start, length] = [secondOf(from), secondOf(to) - secondOf(from)]
  const until = (at: Instant): number => Math.min(length, Math.max(0, secondOf(at) - start))
  const [before, after] = [until(span.from), until(span.to)]
  // What has passed by the one bound less what has passed by the other: whoever cuts elsewhere gets exactly the rest.
  const cut: Cut = (whole) => share(whole, after, length) - share(whole, before, length)
  return { savings: cutSavings(savings, cut), ...(running === undefined ? {} : { running: cutRunning(running, cut) }) }
}

/** `whole` × `part` / `of`, rounded down; in BigInt because micro-dollars times seconds may pass 2^53. */
const share = (whole: number, part: number, of: number): number => Number((BigInt(whole) * BigInt(part)) / BigInt(of))

const cutAmount = ({ pricedNodeSeconds, unpricedNodeSeconds, microUsd = 0 }: Amount, cut: Cut): Amount =>
  amount(cut(pricedNodeSeconds), cut(unpricedNodeSeconds), cut(microUsd))

const cutSavings = (savings: Savings, cut: Cut): Savings => ({
  avoidedNodeSeconds: cut(savings.avoidedNodeSeconds),
  realized: cutAmount(savings.realized, cut),
  freedCommitment: cutAmount(savings.freedCommitment, cut),
  strandedNodeSeconds: cut(savings.strandedNodeSeconds),
  stranded: cutAmount(savings.stranded, cut),
  potentialNodeSeconds: cut(savings.potentialNodeSeconds),
  potential: cutAmount(savings.potential, cut),
  wake: cutAmount(savings.wake, cut),
})

const cutRunning = (running: Running, cut: Cut): Running => ({
  baselineNodeSeconds: cut(running.baselineNodeSeconds),
  ranNodeSeconds: cut(running.ranNodeSeconds),
  unprovenNodeSeconds: cut(running.unprovenNodeSeconds),
  listed: cutAmount(running.listed, cut),
  billed: cutAmount(running.billed, cut),
})
