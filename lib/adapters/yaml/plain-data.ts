import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import { isMerge, keyText, type Survey, type Trouble } from './survey-nodes.ts'

/** What a file says as plain data, or why it is none. */
export type PlainData = { readonly value: unknown } | { readonly troubles: readonly Trouble[] }

/** With every alias written out; ten times what the largest fleet takes. */
const MOST_VALUES = 10_000_000

/**
 * The data of a file; what aliases stand for is in it once, and they all share it. Where the library does the same, a file
 * may have a hundred aliases of one anchor at most, and each is searched for among all.
 */
export const plainData = (contents: Node | null, { targets }: Survey): PlainData => {
  const done = new Map<Node, Sized>()
  const troubles: Trouble[] = []

  const sized = (node: Node | null | undefined): Sized => {
    if (node === null || node === undefined) return { value: null, size: 1 }
    if (isAlias(node)) return sized(targets.get(node))
    if (isScalar(node)) return { value: node.value, size: 1 }
    const known = done.get(node)
    if (known !== undefined) return known
    const made = isSeq<Node | null>(node) ? listOf(node.items.map(sized)) : isMap<Node, Node | null>(node) ? mappingOf(node) : { value: null, size: 1 }
    done.set(node, made)
    return made
  }

  const mappingOf = ({ items }: YAMLMap<Node, Node | null>): Sized => {
    const own = new Map<string, Sized>()
    const merged = new Map<string, Sized>()
    for (const { key, value } of items) {
      const name = keyText(isAlias(key) ? targets.get(key) : key)
      if (isMerge(key)) for (const [inherited, under] of mergedBy(value)) merged.set(inherited, merged.get(inherited) ?? under)
      else if (name !== undefined) own.set(name, sized(value))
    }
    const all = [...new Map([...merged, ...own])]
    return { value: Object.fromEntries(all.map(([name, { value }]) => [name, value])), size: sum(all.map(([, { size }]) => size)) }
  }

  const mergedBy = (value: Node | null): readonly (readonly [string, Sized])[] => {
    const source = isAlias(value) ? targets.get(value) : value
    if (isSeq<Node | null>(source)) return source.items.flatMap(mergedBy)
    if (isMap(source)) return Object.entries(Object(sized(source).value)).map(([name, under]) => [name, { value: under, size: 1 }])
    troubles.push({ offset: value?.range?.[0] ?? 0, found: 'something under << that is no mapping', expected: 'a mapping, or a list of mappings, to take keys from' })
    return []
  }

  const { value, size } = sized(contents)
  if (size > MOST_VALUES) troubles.push({ offset: 0, found: `aliases that unfold to more than ${MOST_VALUES.toLocaleString('en-US')} values`, expected: 'aliases that unfold to a file of sensible size' })
  return troubles.length === 0 ? { value } : { troubles }
}

/** Data, and how many values it is with every alias written out. */
interface Sized {
  readonly value: unknown
  readonly size: number
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 1)

const listOf = (items: readonly Sized[]): Sized => ({ value: items.map(({ value }) => value), size: sum(items.map(({ size }) => size)) })
