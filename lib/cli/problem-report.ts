import type { Problem } from '../adapters/yaml/intent-file.ts'

/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: 'red' | 'dim' | 'bold', text: string) => string

/** All problems of a file for people: where, what, and the line with a mark under the place. */
export const problemReport = (file: string, text: string, problems: readonly Problem[], paint: Paint): string => {
  const lines = text.split(/\r?\n/)
  const each = problems.map((problem) => {
    const { line, column, path, found, expected, hint } = problem
    const where = `${paint('bold', `${file}:${line}:${column}`)} ${path === '' ? '' : `${visible(path)}: `}`
    const head = `${where}found ${visible(found)}, expected ${visible(expected)}`
    return [head, ...excerpt(lines[line - 1], problem, paint), ...(hint === undefined ? [] : [`  ${visible(hint)}`])].join('\n')
  })
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
  return `${each.join('\n')}\n${paint('red', `${count} in ${file}`)}`
}

/** What a file says is shown and does nothing to the terminal: no colours, no cursor, no text from right to left. */
const visible = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\t]|\p{Bidi_Control}/gu, (mark) => {
    const code = mark.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
  })

/** Longer lines are left out: a mark far to the right of a wrapped line points at nothing. */
const LONGEST_LINE = 140

const excerpt = (source: string | undefined, { line, column }: Problem, paint: Paint): readonly string[] => {
  if (source === undefined || source.trim() === '' || source.length > LONGEST_LINE) return []
  const number = String(line)
  // Tabs are kept in front of the mark, so that it stands under its place whatever their width.
  const lead = visible(source.slice(0, column - 1)).replaceAll(/[^\t]/g, ' ')
  const margin = (text: string): string => `  ${paint('dim', `${text} |`)} `
  return [`${margin(number)}${visible(source)}`, `${margin(' '.repeat(number.length))}${lead}${paint('red', '^')}`]
}
