/** Numbers to be drawn as steps, one column each, from the left; those before the first are left blank. */
export interface Steps {
  readonly counts: readonly number[]
  /** How many columns fill the width. */
  readonly columns: number
  /** What reaches the top. */
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The path of an SVG area under steps, closed along the bottom; empty where there are no numbers. */
export const steppedArea = ({ counts, columns, top, width, height }: Steps): string => {
  if (counts.length === 0) return ''
  const blank = columns - counts.length
  const x = (column: number): number => round(((blank + column) * width) / columns)
  const y = (count: number): number => round(height - (height * Math.min(count, top)) / Math.max(top, 1e-9))
  const line = counts.flatMap((count, column) => (count === counts[column - 1] ? [] : [`V${y(count)}`]).concat(`H${x(column + 1)}`))
  return `M${x(0)} ${height}${line.join('')}V${height}z`
}

const round = (value: number): number => Math.round(value * 100) / 100
