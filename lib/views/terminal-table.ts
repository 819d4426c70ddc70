import type { Paint, Style } from './paint.ts'

/** A column and how it is aligned. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** A text, or one that stands out. */
export type Cell = string | { readonly text: string; readonly style: Style }

/** What a table is drawn with. */
export interface Canvas {
  readonly paint: Paint
  /** Columns of the terminal; undefined: nobody counts them, nothing is cut. */
  readonly width: number | undefined
}

const GAP = '  '

/** The last column is never cut to less. */
const LEAST_WIDTH = 20

/** A table of aligned columns under their titles. Where the terminal is narrow the last column is cut. */
export const terminalTable = (columns: readonly Column[], rows: readonly (readonly Cell[])[], { paint, width }: Canvas): string => {
  const titles = columns.map(({ title }): Cell => ({ text: title.toUpperCase(), style: 'dim' }))
  const all = [titles, ...rows]
  const widths = columns.map((_, index) => Math.max(...all.map((row) => lengthOf(textOf(row[index])))))
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP.length, 0)
  const last = width === undefined ? Infinity : Math.max(LEAST_WIDTH, width - before)
  const line = (row: readonly Cell[]): string =>
    columns.map(({ align = 'left' }, index) => {
      const isLast = index === columns.length - 1
      const cell = row[index] ?? ''
      const text = isLast ? cut(textOf(cell), last) : textOf(cell)
      const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - lengthOf(text)))
      const shown = typeof cell === 'string' || text === '' ? text : paint(cell.style, text)
      if (align === 'right') return `${padding}${shown}`
      return isLast ? shown : `${shown}${padding}`
    }).join(GAP).trimEnd()
  return all.map(line).join('\n')
}

const textOf = (cell: Cell | undefined): string => (typeof cell === 'object' ? cell.text : (cell ?? '')).replaceAll(/\s+/g, ' ')

/** Letters, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length

const cut = (text: string, width: number): string => (lengthOf(text) > width ? `${[...text].slice(0, width - 1).join('')}…` : text)
