/** A field of a table for programs. Nothing is an empty field: not known, never 0. */
export type CsvCell = string | number | null | undefined

/** A table for programs: a header and rows as long. */
export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly CsvCell[])[]
}

/** What makes a spreadsheet take text for a formula, full-width forms included (OWASP, CSV Injection). */
const FORMULA_START = /^[\t\r\n ]*[=+\-@|＝＋－＠]|^[\t\r\n]/

/**
 * A table as RFC 4180 has it: CRLF, quotes where they are needed, doubled inside. Text that a spreadsheet would run
 * gets an apostrophe in front; numbers are numbers, negative ones too. Without a byte order mark: programs read this.
 */
export const csv = ({ header, rows }: CsvTable): string =>
  [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')

/** Records of one shape as a table, their names as its header; without any the one that is given. */
export const tableOf = <T extends Readonly<Record<keyof T, CsvCell>>>(records: readonly T[], columns: readonly string[] = []): CsvTable => ({
  header: records[0] === undefined ? columns : Object.keys(records[0]),
  rows: records.map((record) => Object.values<CsvCell>(record)),
})

/**
 * The bytes of a file people open: UTF-8 with a byte order mark, because a double click in Excel reads a file without
 * one in the code page of the machine, and "…" or "Zürich" come out wrong. Readers of FOCUS take `utf-8-sig`.
 */
export const csvFile = (table: CsvTable): Uint8Array => new TextEncoder().encode(`\uFEFF${csv(table)}`)

const field = (cell: CsvCell): string => {
  if (cell === undefined || cell === null) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? plainNumber(cell) : ''
  const text = FORMULA_START.test(cell) ? `'${cell}` : cell
  return /[",\r\n]|^\s|\s$/.test(text) || text !== cell ? `"${text.replaceAll('"', '""')}"` : text
}

/** Without an exponent: `1e-7` is text to some readers. */
const plainNumber = (value: number): string =>
  (`${value}`.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : `${value}`)
