import { addAmounts, type Amount, NO_AMOUNT } from './amount.ts'

/**
 * What a sleep came to, of a pool, an environment, an hour or a month. Realised, potential and stranded are three
 * answers to three questions: they are never added. What is stranded within the hours is part of the potential.
 */
export interface Savings {
  /** Node-seconds that left the bill, covered or not. */
  readonly avoidedNodeSeconds: number
  /** What they would have cost, where no commitment pays on for them. */
  readonly realized: Amount
  /** Commitment they set free, at the list price of what they were: paid on, so not saved. */
  readonly freedCommitment: Amount
  /** Node-seconds that ran, beyond what the intent keeps, although everything that used the pool slept. */
  readonly strandedNodeSeconds: number
  /** What would leave the bill without them. */
  readonly stranded: Amount
  /** Node-seconds that ran, beyond what the intent keeps, although the hours of everything that used the pool were shut. */
  readonly potentialNodeSeconds: number
  /** What would leave the bill without them. */
  readonly potential: Amount
  /** What ran above the baseline while environments woke. Nodes within the baseline have ended what is avoided already. */
  readonly wake: Amount
}

/** Nothing. */
export const NO_SAVINGS: Savings = {
  avoidedNodeSeconds: 0,
  realized: NO_AMOUNT,
  freedCommitment: NO_AMOUNT,
  strandedNodeSeconds: 0,
  stranded: NO_AMOUNT,
  potentialNodeSeconds: 0,
  potential: NO_AMOUNT,
  wake: NO_AMOUNT,
}

/** The sum of two. */
export const addSavings = (a: Savings, b: Savings): Savings => ({
  avoidedNodeSeconds: a.avoidedNodeSeconds + b.avoidedNodeSeconds,
  realized: addAmounts(a.realized, b.realized),
  freedCommitment: addAmounts(a.freedCommitment, b.freedCommitment),
  strandedNodeSeconds: a.strandedNodeSeconds + b.strandedNodeSeconds,
  stranded: addAmounts(a.stranded, b.stranded),
  potentialNodeSeconds: a.potentialNodeSeconds + b.potentialNodeSeconds,
  potential: addAmounts(a.potential, b.potential),
  wake: addAmounts(a.wake, b.wake),
})

/**
 * What is left for the bill to show: realised less what waking cost and what Catnap costs itself (FIELD §5). Undefined
 * where one of them is not known: a deduction nobody knows is not 0.
 */
export const netMicroUsd = (realized: Amount, wake: Amount, ownMicroUsd: number | undefined): number | undefined =>
  realized.microUsd === undefined || wake.microUsd === undefined || ownMicroUsd === undefined
    ? undefined
    : realized.microUsd - wake.microUsd - ownMicroUsd
