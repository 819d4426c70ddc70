import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml'
import { type IntentMistake, type IntentPath, sayPath } from '../../domain/intent/mistake.ts'
import { readIntent } from '../../domain/intent/read-intent.ts'
import type { Intent } from '../../domain/intent/schema.ts'

/** A mistake and where it stands in the file; lines and columns count from 1. */
export interface Problem {
  readonly line: number
  readonly column: number
  /** `environments.us-dev/checkout.hours`; empty where the file is no YAML. */
  readonly path: string
  readonly found: string
  readonly expected: string
  readonly hint?: string
}

/** An intent with its defaults, or every problem of the file in the order of its lines. */
export type IntentFile = { readonly intent: Intent } | { readonly problems: readonly Problem[] }

/** Reads the text of a catnap.yaml. Never throws for what stands in it. */
export const readIntentFile = (text: string): IntentFile => {
  const lines = new LineCounter()
  const file = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error' })
  const at: Placed = (offset) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const complaints = [...file.errors, ...file.warnings]
  const broken = [...complaints.map((error) => syntaxProblem(error, text, at)), ...danglingAliases(file, at)]
  // A repeated key still leaves a file to check; after other errors nobody knows what the rest was meant to be.
  if (file.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { problems: inOrder(broken) }
  const data = plainData(file)
  if ('failure' in data) {
    return { problems: broken.length > 0 ? inOrder(broken) : [{ line: 1, column: 1, path: '', ...data.failure }] }
  }
  const read = readIntent(data.value)
  if ('intent' in read && broken.length === 0) return read
  const mistakes = 'mistakes' in read ? read.mistakes : []
  const located = mistakes.map((mistake) => toProblem(mistake, at(offsetOf(file, mistake, text))))
  return { problems: inOrder([...broken, ...located]) }
}

const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column)

type Place = Pick<Problem, 'line' | 'column'>

const toProblem = ({ path, found, expected, hint }: IntentMistake, place: Place): Problem => ({
  ...place,
  path: sayPath(path),
  found,
  expected,
  ...(hint === undefined ? {} : { hint }),
})

type Placed = (offset: number) => Place

const syntaxProblem = (error: YAMLError, text: string, at: Placed): Problem => {
  const [from, to] = error.pos
  const place = { ...at(from), path: '' }
  if (error.code === 'DUPLICATE_KEY') {
    const [key = ''] = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s:][^:\n]*)/.exec(text.slice(from)) ?? []
    return { ...place, found: `the key ${key} again`, expected: 'each key once' }
  }
  const excerpt = text.slice(from, Math.max(to, from + 1)).split('\n')[0]?.trim() ?? ''
  const what = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`
  const found = excerpt === '' || what.includes(excerpt) ? what : `${what} (at "${excerpt.slice(0, 40)}")`
  const hint = error.code === 'TAB_AS_INDENT' ? { hint: 'indent with spaces, YAML allows no tabs' } : {}
  return { ...place, found, expected: 'valid YAML', ...hint }
}

const danglingAliases = (file: Document, at: Placed): readonly Problem[] => {
  const problems: Problem[] = []
  visit(file, {
    Alias(_, alias) {
      if (alias.resolve(file) !== undefined) return
      const place = at(alias.range?.[0] ?? 0)
      const expected = `an anchor &${alias.source} before it`
      problems.push({ ...place, path: '', found: `alias *${alias.source}`, expected })
    },
  })
  return problems
}

type PlainData = { readonly value: unknown } | { readonly failure: Pick<Problem, 'found' | 'expected'> }

const plainData = (file: Document): PlainData => {
  try {
    return { value: file.toJS() }
  } catch (error) {
    // The parser throws for aliases without anchor, and for aliases that would unfold to more than memory holds.
    if (!(error instanceof ReferenceError)) throw error
    return { failure: { found: error.message, expected: 'aliases that unfold to a file of sensible size' } }
  }
}

/** Where a mistake stands: its value or key, or, when that is missing, the nearest key above. */
const offsetOf = (file: Document, mistake: IntentMistake, text: string): number => {
  const { node, key } = nodeAt(file, mistake.path)
  if (mistake.at === 'key' || node === undefined) return key?.range?.[0] ?? node?.range?.[0] ?? 0
  const start = node.range?.[0] ?? key?.range?.[0] ?? 0
  if (mistake.position === undefined || !isScalar(node)) return start
  return start + textOffset(node, text, mistake.position)
}

/** How far into the source of a scalar a character of its value stands; 0 where escapes or folding blur that. */
const textOffset = (node: Scalar, text: string, position: number): number => {
  const [start = 0, end = 0] = node.range ?? []
  const quotes = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE ? 1 : 0
  return text.slice(start + quotes, end - quotes) === node.value ? quotes + position : 0
}

/** A part of the file and the key it stands under; the node is undefined when the path leads nowhere. */
interface Part {
  readonly node?: Node | undefined
  readonly key?: Node | undefined
}

const nodeAt = (file: Document, path: IntentPath): Part => {
  let node: Node | null | undefined = file.contents
  let key: Node | undefined
  for (const part of path) {
    const under: Node | null | undefined = isAlias(node) ? node.resolve(file) : node
    if (isSeq<Node>(under)) {
      node = under.items[Number(part)]
      key = node ?? key
    } else if (isMap<Node, Node | null>(under)) {
      const pair: Pair<Node, Node | null> | undefined = under.items.findLast(
        ({ key: name }) => isScalar(name) && String(name.value) === String(part),
      )
      if (pair === undefined) return { key: key ?? under }
      key = pair.key
      node = pair.value
    } else {
      return { key }
    }
  }
  return { node: node ?? undefined, key }
}
