import type { Pool } from '../domain/pool.ts'
import { sayPrice } from './node-answers.ts'
import { PRICES } from './potential-table.ts'
import { type Canvas, type Cell, type Column, terminalTable } from './terminal-table.ts'

const COLUMNS: readonly Column[] = [{ title: 'stranded usd/h', align: 'right' }, { title: 'pool' }, { title: 'node' }, { title: 'held by' }]

/** What pools leave on the bill although everything that uses them sleeps: each node, what holds it, what it costs; empty: nothing. */
export const strandedLines = (pools: readonly Pool[], canvas: Canvas): readonly string[] => {
  const all = pools.flatMap((pool) => (pool.stranded === undefined ? [] : [{ name: `${pool.cluster}/${pool.name}`, ...pool.stranded }]))
  if (all.length === 0) return []
  const rows = all.flatMap(({ name, nodes, dearest }): readonly Cell[][] => [
    ...dearest.map(({ node, why, microUsdPerHour }): Cell[] => [sayPrice(microUsdPerHour), name, node, why]),
    ...(nodes > dearest.length ? [['', name, `and ${nodes - dearest.length} more`, '']] : []),
  ])
  const count = all.reduce((sum, { nodes }) => sum + nodes, 0)
  const unpriced = all.reduce((sum, each) => sum + each.unpriced, 0)
  const cost = all.reduce((sum, { microUsdPerHour }) => sum + microUsdPerHour, 0)
  const unknown = unpriced === 0 ? '' : `, ${unpriced} of them at a price not known and not counted`
  return [
    terminalTable(COLUMNS, rows, canvas),
    `${count} ${count === 1 ? 'node' : 'nodes'} cost ${sayPrice(cost)}/h while everything that uses them sleeps${unknown} (${PRICES})`,
  ]
}
