/** A table of a report; a column is figures or words, as its first row is. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** What one bench found: for people, and the same figures for programs. */
export interface Report {
  readonly name: string
  /** One sentence: what was measured, against what. */
  readonly says: string
  readonly tables: readonly Table[]
  /** What the figures rest on that was not measured, and what stands out. */
  readonly notes: readonly string[]
  readonly figures: object
}

/** How thorough a run is. */
interface BenchOptions {
  /** Count what is extrapolated otherwise; takes minutes more. */
  readonly full: boolean
  /** Requests to replay, as `timestamp,value`. Default: those of an example of ours. */
  readonly csv?: string
}

/** A bench. It asserts nothing: a figure is printed, not judged. */
export type Bench = (options: BenchOptions) => Promise<Report>

/** The report as text: words to the left, figures to the right. */
export const sayReport = ({ name, says, tables, notes }: Report): string =>
  [`\n${name}: ${says}`, ...tables.map(sayTable), ...notes.map((note) => `  · ${note}`)].join('\n')

const sayTable = ({ title, columns, rows }: Table): string => {
  const lines = [columns, ...rows.map((row) => row.map(sayCell))]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const isFigure = columns.map((_, column) => typeof rows[0]?.[column] === 'number')
  const text = lines.map((line) => line.map((cell, column) => (isFigure[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  '))
  return [`\n  ${title}`, ...text.map((line) => `    ${line.trimEnd()}`), ''].join('\n')
}

const sayCell = (cell: string | number): string => (typeof cell === 'string' ? cell : rounded(cell).toLocaleString('en-US', { maximumFractionDigits: 4 }))

/** Three significant digits, whole numbers from 100 on. */
const rounded = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))

/** The middle of the values; NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
