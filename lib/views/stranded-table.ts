import type { LeftBehind, StrandedPool } from '../domain/left-behind.ts'
import { plural } from './mail/say-amount.ts'
import { sayPrice } from './node-answers.ts'
import { PRICES } from './potential-table.ts'
import { sayNames } from './say-names.ts'
import { type Canvas, type Cell, type Column, terminalTable } from './terminal-table.ts'

const COLUMNS: readonly Column[] = [{ title: 'stranded usd/h', align: 'right' }, { title: 'pool' }, { title: 'node' }, { title: 'left by' }, { title: 'held by' }]

const PARTS: readonly Column[] = [{ title: 'its part usd/h', align: 'right' }, { title: 'left by' }, { title: 'nodes', align: 'right' }]

/**
 * What pools leave on the bill although everything that uses them sleeps: each node once, with what holds it and what it
 * costs, and the part of each environment that left it; empty: nothing.
 */
export const strandedLines = (pools: readonly StrandedPool[], left: readonly LeftBehind[], canvas: Canvas): readonly string[] => {
  if (pools.length === 0) return []
  const all = pools.map(({ cluster, name, stranded }) => ({ ...stranded, name: `${cluster}/${name}` }))
  const rows = all.flatMap(({ name, nodes, dearest, microUsdPerHourByEnvironment = {} }): readonly Cell[][] => {
    const by = sayNames(Object.keys(microUsdPerHourByEnvironment)) ?? ''
    return [
      ...dearest.map(({ node, why, microUsdPerHour }): Cell[] => [sayPrice(microUsdPerHour), name, node, by, why]),
      ...(nodes > dearest.length ? [['', name, `and ${nodes - dearest.length} more`, by, '']] : []),
    ]
  })
  const count = all.reduce((sum, { nodes }) => sum + nodes, 0)
  const unpriced = all.reduce((sum, each) => sum + each.unpriced, 0)
  const cost = all.reduce((sum, { microUsdPerHour }) => sum + microUsdPerHour, 0)
  const unknown = unpriced === 0 ? '' : `, ${unpriced} of them at a price not known and not counted`
  return [
    terminalTable(COLUMNS, rows, canvas),
    `${count} ${count === 1 ? 'node' : 'nodes'} cost ${sayPrice(cost)}/h while everything that uses them sleeps${unknown} (${PRICES})`,
    ...(left.length === 0 ? [] : ['', terminalTable(PARTS, left.map(partRow), canvas)]),
  ]
}

const partRow = ({ environment, nodes, unpriced, microUsdPerHour }: LeftBehind): Cell[] =>
  [nodes === unpriced ? sayPrice(undefined) : sayPrice(microUsdPerHour), environment, `${nodes}`]

/** What one environment left on the bill, a line for each node that is known by name. */
export const leftLines = ({ dearest, nodes }: LeftBehind): readonly string[] => [
  ...dearest.map(({ node, pool, why, microUsdPerHour, partMicroUsdPerHour, sharedWith }) => {
    const shared = sharedWith.length === 0 ? '' : `, of which ${sayPrice(partMicroUsdPerHour)} are its part: shared with ${sayNames(sharedWith) ?? ''}`
    return `node ${node} of ${pool}, ${sayPrice(microUsdPerHour)}/h${shared}: ${why}`
  }),
  ...(nodes > dearest.length ? [`and ${plural(nodes - dearest.length, 'node')} more`] : []),
]
