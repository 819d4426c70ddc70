import { type Block, isShown, type MailContent, oneLine, type Row, type Section, type Table } from './mail-content.ts'

/** RFC 5322 asks for lines of at most 78 columns. */
const COLUMNS = 78

/** The mail as plain text: all of it, at 78 columns. Only an address that is longer stands out, so that it stays whole. */
export const mailText = ({ title, headline, note, asides, sections, footer }: MailContent): string => [
  title,
  '='.repeat(Math.min(COLUMNS, title.length)),
  '',
  headline.figure,
  ...wrap(headline.sentence, '', ''),
  '',
  ...asides.flatMap(({ name, figure, sentence }) => wrap(`${name}: ${figure}, ${sentence}`, '', '  ')),
  '',
  ...wrap(note, '', ''),
  ...sections.flatMap(sectionLines),
  '',
  '-- ',
  ...wrap(footer, '', ''),
  '',
].join('\n')

const sectionLines = ({ heading, blocks }: Section): readonly string[] => [
  '',
  heading,
  '-'.repeat(heading.length),
  ...blocks.flatMap((block, index) => (index === 0 ? blockLines(block) : ['', ...blockLines(block)])),
]

const blockLines = (block: Block): readonly string[] => {
  switch (block.kind) {
    case 'paragraph':
      return wrap(block.text, '', '')
    case 'list':
      return block.items.flatMap((item) => wrap(item, '* ', '  '))
    case 'bars': {
      const widest = Math.max(...block.bars.map(({ name }) => name.length))
      const widestValue = Math.max(...block.bars.map(({ value }) => value.length))
      return block.bars.map(({ name, value }) => `${name.padEnd(widest, ' ')}  ${value.padStart(widestValue)}`)
    }
    case 'table':
      return tableLines(block)
    default:
      return block satisfies never
  }
}

/** A row is its name, and under it each figure with the word for it: columns do not fit and are not read aloud well. */
const tableLines = ({ caption, columns, rows, totals = [] }: Table): readonly string[] => [
  ...wrap(`${caption}:`, '', ''),
  ...[...rows, ...totals].flatMap((row) => rowLines(columns, row)),
]

const rowLines = (columns: readonly string[], { cells, links = [] }: Row): readonly string[] => {
  const [name = '', ...others] = cells
  const figures = others.map((cell, index) => `${lowered(columns[index + 1] ?? '')}: ${cell}`)
  return [
    '',
    ...wrap(name, '', '  '),
    ...wrap(figures.join('; '), '  ', '  '),
    ...links.filter(isShown).flatMap(({ text, url }) => wrap(`${text}: ${url}`, '  ', '    ')),
  ]
}

/** `Hours awake` inside a line is `hours awake`; `CPU` stays. */
const lowered = (title: string): string => (/^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title)

/** Breaks at spaces. A word longer than a line is left whole on a line of its own. */
const wrap = (text: string, first: string, next: string): readonly string[] => {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of oneLine(text).split(' ')) {
    if (!isEmpty && [...line].length + 1 + [...word].length > COLUMNS) {
      lines.push(line)
      line = `${next}${word}`
    } else {
      line = isEmpty ? `${line}${word}` : `${line} ${word}`
    }
    isEmpty = false
  }
  return [...lines, line]
}
