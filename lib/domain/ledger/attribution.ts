import type { Requests } from '../requests.ts'
import type { Instant } from '../time.ts'
import { type Amount, amount, isNothing, NO_AMOUNT } from './amount.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { UserPassed } from './pool-standing.ts'
import type { Savings } from './savings.ts'
import { splitWhole } from './split-whole.ts'

/** One environment's part of a row. The parts of a row add up to it exactly. */
export interface LedgerShare {
  /** `cluster/name` */
  readonly environment: string
  /** `cluster/pool` */
  readonly pool: string
  readonly hour: Instant
  readonly from: Instant
  readonly to: Instant
  readonly savings: Savings
}

/**
 * What requests weigh on a node: a core nine times a GiB, as AWS's split cost allocation data has it (FIELD §5), so that
 * figures meet the bill. A whole number, in 1/1,024,000 of a GiB.
 */
export const requestWeight = ({ cpuMilli, memoryMiB }: Requests): number => Math.round(9 * 1024 * cpuMilli + 1000 * memoryMiB)

/**
 * The parts of a row: each environment by its requests times the node-seconds that passed while it slept (avoided,
 * stranded), while its hours were shut (potential) or while it woke (wake). Who was awake gets nothing of what was
 * avoided. Where none of those asks for anything, by time alone.
 */
export const attribute = (row: LedgerRow, users: readonly UserPassed[]): readonly LedgerShare[] => {
  const { savings, pool, hour, from, to } = row
  if (users.length === 0) return []
  const sleepers = weights(users, 'avoided')
  const stranded = weights(users, 'stranded')
  const shut = weights(users, 'potential')
  const avoidedNodeSeconds = splitWhole(savings.avoidedNodeSeconds, sleepers)
  const realized = splitAmount(savings.realized, sleepers)
  const freedCommitment = splitAmount(savings.freedCommitment, sleepers)
  const strandedNodeSeconds = splitWhole(savings.strandedNodeSeconds, stranded)
  const strandedAmount = splitAmount(savings.stranded, stranded)
  const potentialNodeSeconds = splitWhole(savings.potentialNodeSeconds, shut)
  const potential = splitAmount(savings.potential, shut)
  const wake = splitAmount(savings.wake, weights(users, 'surplus'))
  return users.map(({ environment }, index) => ({ environment, pool, hour, from, to, savings: {
    avoidedNodeSeconds: avoidedNodeSeconds[index] ?? 0,
    realized: realized[index] ?? NO_AMOUNT,
    freedCommitment: freedCommitment[index] ?? NO_AMOUNT,
    strandedNodeSeconds: strandedNodeSeconds[index] ?? 0,
    stranded: strandedAmount[index] ?? NO_AMOUNT,
    potentialNodeSeconds: potentialNodeSeconds[index] ?? 0,
    potential: potential[index] ?? NO_AMOUNT,
    wake: wake[index] ?? NO_AMOUNT,
  } }))
}

/** Weights of nobody: there is nothing to split. */
const NOBODY: readonly bigint[] = []

const weights = (users: readonly UserPassed[], what: 'avoided' | 'stranded' | 'potential' | 'surplus'): readonly bigint[] => {
  if (users.every((user) => user[what] === 0)) return NOBODY
  const weighed = users.map((user) => BigInt(user.weight) * BigInt(user[what]))
  return weighed.some((weight) => weight > 0n) ? weighed : users.map((user) => BigInt(user[what]))
}

const splitAmount = (whole: Amount, by: readonly bigint[]): readonly Amount[] => {
  if (isNothing(whole)) return []
  const priced = splitWhole(whole.pricedNodeSeconds, by)
  const unpriced = splitWhole(whole.unpricedNodeSeconds, by)
  const microUsd = splitWhole(whole.microUsd ?? 0, by)
  return by.map((_, index) => amount(priced[index] ?? 0, unpriced[index] ?? 0, microUsd[index] ?? 0))
}
