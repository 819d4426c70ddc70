import type { ReconciledDay } from '../ledger/reconcile-day.ts'

/** What days of clusters or pools come to beside their bill. */
export interface BillSum {
  /** How many of them have both a bill and an estimate; only these are in the sums. */
  readonly compared: number
  /** How many have no bill: no data, never 0. */
  readonly withoutData: number
  /** How many have a bill, but no price to estimate by. */
  readonly withoutEstimate: number
  readonly estimateMicroUsd: number
  readonly unblendedMicroUsd: number
  readonly amortizedMicroUsd: number
  /** What was said of those without a bill. */
  readonly reasons: readonly string[]
}

/** Adds up what was reconciled. A day only one side knows is counted, not added: the drift is of equals. */
export const sumBill = (days: readonly ReconciledDay[]): BillSum => {
  const compared = days.flatMap(({ actual, estimateMicroUsd }) =>
    actual === undefined || estimateMicroUsd === undefined ? [] : [{ ...actual, estimateMicroUsd }])
  const withoutData = days.filter(({ actual }) => actual === undefined)
  const sum = (figure: (day: (typeof compared)[number]) => number): number =>
    compared.reduce((total, day) => total + figure(day), 0)
  return {
    compared: compared.length,
    withoutData: withoutData.length,
    withoutEstimate: days.length - withoutData.length - compared.length,
    estimateMicroUsd: sum(({ estimateMicroUsd }) => estimateMicroUsd),
    unblendedMicroUsd: sum(({ unblendedMicroUsd }) => unblendedMicroUsd),
    amortizedMicroUsd: sum(({ amortizedMicroUsd }) => amortizedMicroUsd),
    reasons: [...new Set(withoutData.map(({ why }) => why))].toSorted(),
  }
}
