import { attribute, type LedgerShare, requestWeight } from './attribution.ts'
import { checkInput } from './check-input.ts'
import { cover } from './cover.ts'
import type { EnvironmentFacts, LedgerInput, PoolFacts, Refusal } from './ledger-input.ts'
import { type LedgerRow, ledgerRow } from './ledger-row.ts'
import type { PoolUser } from './pool-events.ts'
import { poolHours } from './pool-hours.ts'

/** What the node-hours of a span came to. */
export interface Ledger {
  /** By hour, then pool; a pool and hour in which nothing ran and nothing would have has none. */
  readonly rows: readonly LedgerRow[]
  /** The same money by environment. */
  readonly shares: readonly LedgerShare[]
  /** Bad input that was left out. */
  readonly refused: readonly Refusal[]
}

/**
 * Keeps the ledger of a span: what ran, what would have, what left the bill and what it would have cost (DESIGN §5.8).
 * Takes time in proportion to what happened and to the hours. Spans that meet at a full hour give the same rows as one.
 */
export const keepLedger = (input: LedgerInput): Ledger => {
  const { span, nodes, pools, environments, coverage, priceOf, refused } = checkInput(input)
  const nodesOf = Map.groupBy(nodes, ({ pool }) => pool)
  const usersOf = usersByPool(environments)
  const factsOf = new Map<string, PoolFacts>([...nodesOf.keys()].map((pool) => [pool, { pool, keep: 0, baseline: [] }]))
  for (const facts of pools) factsOf.set(facts.pool, facts)

  const hours = [...factsOf.values()]
    .toSorted((a, b) => (a.pool < b.pool ? -1 : 1))
    .flatMap((facts) => poolHours(facts, { nodes: nodesOf.get(facts.pool) ?? [], users: usersOf.get(facts.pool) ?? [] }, span, priceOf))
  const rows: LedgerRow[] = []
  const shares: LedgerShare[] = []
  const byHour = [...Map.groupBy(hours, (hour) => hour.span.from)].toSorted(([a], [b]) => a - b)
  for (const [, together] of byHour) {
    const covered = cover(together, coverage)
    for (const hour of together) {
      const row = ledgerRow(hour, covered, factsOf.get(hour.pool)?.blockers ?? [])
      rows.push(row)
      for (const share of attribute(row, hour.users)) shares.push(share)
    }
  }
  return { rows, shares, refused }
}

const usersByPool = (environments: readonly EnvironmentFacts[]): ReadonlyMap<string, readonly PoolUser[]> => {
  const users = new Map<string, PoolUser[]>()
  for (const { id, uses, states, shut } of environments) {
    for (const [pool, requests] of Object.entries(uses)) {
      const here = users.get(pool) ?? []
      here.push({ id, states, shut, weight: requestWeight(requests) })
      users.set(pool, here)
    }
  }
  return users
}
