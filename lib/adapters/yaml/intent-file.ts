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
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { type IntentMistake, type IntentPath, sayPath } from '../../domain/intent/mistake.ts'
import { readIntent } from '../../domain/intent/read-intent.ts'
import type { Intent } from '../../domain/intent/schema.ts'
import { plainData } from './plain-data.ts'
import { keyText, type Survey, surveyNodes } from './survey-nodes.ts'

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
  const file = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error', uniqueKeys: false })
  const at: Placed = (offset) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const survey = surveyNodes(file, text)
  const data = plainData(file.contents, survey)
  const troubles = [...survey.troubles, ...('troubles' in data ? data.troubles : [])]
  const broken = [
    ...[...file.errors, ...file.warnings].map((error) => syntaxProblem(error, text, at)),
    ...troubles.map(({ offset, ...trouble }) => ({ ...at(offset), path: '', ...trouble })),
  ]
  // A repeated key still leaves a file to check; after what is no YAML nobody knows what the rest was meant to be.
  if (file.errors.length > 0 || 'troubles' in data) return { problems: inOrder(broken) }
  const read = readIntent(data.value)
  if ('intent' in read && broken.length === 0) return read
  const mistakes = 'mistakes' in read ? read.mistakes : []
  const offsetOf = offsetsIn(file, survey, text)
  const located = mistakes.map((mistake) => toProblem(mistake, at(offsetOf(mistake))))
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
  if (error.code === 'MULTIPLE_DOCS') {
    return { ...place, found: 'a second document', expected: 'one document', hint: 'an intent is one: take the --- out, or keep what follows in a file of its own' }
  }
  const excerpt = text.slice(from, Math.max(to, from + 1)).split('\n')[0]?.trim() ?? ''
  const what = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`
  const found = excerpt === '' || what.includes(excerpt) ? what : `${what} (at "${excerpt.slice(0, 40)}")`
  const hint = error.code === 'TAB_AS_INDENT' ? { hint: 'indent with spaces, YAML allows no tabs' } : {}
  return { ...place, found, expected: 'valid YAML', ...hint }
}

/** Where a mistake stands: its value or key, or, when that is missing, the nearest key above. */
const offsetsIn = (file: Document, survey: Survey, text: string): ((mistake: IntentMistake) => number) => {
  const partAt = partsIn(file, survey)
  return (mistake) => {
    const { node, key } = partAt(mistake.path)
    if (mistake.at === 'key' || node === undefined) return key?.range?.[0] ?? node?.range?.[0] ?? 0
    const start = node.range?.[0] ?? key?.range?.[0] ?? 0
    if (mistake.position === undefined || !isScalar(node)) return start
    return start + textOffset(node, text, mistake.position)
  }
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

/** Finds parts by their path. The keys of a mapping are read once, however many mistakes are under it. */
const partsIn = (file: Document, { targets }: Survey): ((path: IntentPath) => Part) => {
  const read = new Map<Node, ReadonlyMap<string, Pair<Node, Node | null>>>()
  const pairIn = (mapping: YAMLMap<Node, Node | null>, name: string): Pair<Node, Node | null> | undefined => {
    const pairs = read.get(mapping) ?? new Map(mapping.items.map((pair) => [keyText(pair.key) ?? '', pair]))
    read.set(mapping, pairs)
    return pairs.get(name)
  }
  return (path) => {
    let node: Node | null | undefined = file.contents
    let key: Node | undefined
    for (const part of path) {
      const under: Node | null | undefined = isAlias(node) ? targets.get(node) : node
      if (isSeq<Node>(under)) {
        node = under.items[Number(part)]
        key = node ?? key
      } else if (isMap<Node, Node | null>(under)) {
        const pair = pairIn(under, String(part))
        if (pair === undefined) return { key: key ?? under }
        key = pair.key
        node = pair.value
      } else {
        return { key }
      }
    }
    return { node: node ?? undefined, key }
  }
}
