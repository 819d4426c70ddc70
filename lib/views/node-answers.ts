import type { NodeAnswer } from '../domain/drain/explain-nodes.ts'
import { PRICES } from './potential-table.ts'
import { type Canvas, type Cell, type Column, terminalTable } from './terminal-table.ts'

/** Which nodes may leave, in the order in which they would, and what they cost. */
export const nodeTable = (nodes: readonly NodeAnswer[], canvas: Canvas): string =>
  terminalTable(
    [{ title: 'node' }, { title: 'type' }, { title: 'usd/h', align: 'right' }, { title: 'verdict' }, { title: 'why' }],
    nodes.map(({ name, instanceType, microUsdPerHour, verdict, reasons }): Cell[] => [
      name,
      instanceType ?? '?',
      sayPrice(microUsdPerHour),
      verdict === 'remove' ? { text: verdict, style: 'green' } : verdict,
      reasons.length === 1 ? (reasons[0] ?? '') : `${reasons[0]} and ${reasons.length - 1} more`,
    ]),
    canvas,
  )

/** What holds nodes, dearest first. Each line shows what its node costs: where several hold one, each alone would. */
export const blockerTable = (nodes: readonly NodeAnswer[], canvas: Canvas): string => {
  const kept = nodes
    .filter(({ verdict }) => verdict === 'keep')
    .toSorted((a, b) => (b.microUsdPerHour ?? 0) - (a.microUsdPerHour ?? 0))
  const rows = kept.flatMap(({ name, microUsdPerHour, reasons }) =>
    reasons.map((reason): Cell[] =>
      [sayPrice(microUsdPerHour), name, reasons.length === 1 ? '' : `one of ${reasons.length}`, reason]))
  const columns: readonly Column[] = [{ title: 'holds usd/h', align: 'right' }, { title: 'node' }, { title: '' }, { title: 'blocker' }]
  return terminalTable(columns, rows, canvas)
}

/** What may leave and what stays, in one sentence each, every node counted once. */
export const sayNodes = (nodes: readonly NodeAnswer[]): readonly string[] => {
  const leaving = nodes.filter(({ verdict }) => verdict === 'remove')
  const kept = nodes.filter(({ verdict }) => verdict === 'keep')
  const unpriced = [...new Set(nodes.flatMap(({ instanceType = 'unknown types', microUsdPerHour }) =>
    microUsdPerHour === undefined ? [instanceType] : []))]
  return [
    `${leaving.length} of ${counted(nodes.length)} may leave: ${sayHourly(leaving)}; ` +
      `${kept.length} stay${kept.length === 1 ? 's' : ''}: ${sayHourly(kept)} (${PRICES})`,
    ...(unpriced.length === 0 ? [] : [`no price is known of ${unpriced.join(', ')}: not counted in USD`]),
  ]
}

const counted = (count: number): string => `${count} ${count === 1 ? 'node' : 'nodes'}`

const sayHourly = (nodes: readonly NodeAnswer[]): string =>
  `${sayPrice(nodes.reduce((sum, { microUsdPerHour = 0 }) => sum + microUsdPerHour, 0))}/h`

/** `$0.1920`, from millionths: hourly prices are small. */
export const sayPrice = (microUsd: number | undefined): string => (microUsd === undefined ? '?' : `$${(microUsd / 1e6).toFixed(4)}`)
