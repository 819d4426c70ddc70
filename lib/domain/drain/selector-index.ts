import { type Selector, selects } from './selector.ts'
import type { Labels, SeenPod } from './snapshot.ts'

/** Things that select pods of a namespace by their labels. */
export interface SelectorIndex<Item> {
  /** It selects what all of its selectors do. */
  add(namespace: string, selectors: readonly (Selector | undefined)[], item: Item): void
  /** Those that select a pod, in the order in which they were added. */
  of(pod: Pick<SeenPod, 'namespace' | 'labels'>): readonly Item[]
}

interface Entry<Item> {
  readonly order: number
  readonly selectors: readonly (Selector | undefined)[]
  readonly item: Item
}

/** The entries of a namespace, filed under one label they want, so that not every selector is tried on everything. */
interface Shelf<Item> {
  readonly unfiled: Entry<Item>[]
  readonly filed: Map<string, Map<string, Entry<Item>[]>>
  /** What was found before: pods of one template share their labels. */
  readonly found: Map<Labels, readonly Item[]>
}

/** An empty index. */
export const selectorIndex = <Item>(): SelectorIndex<Item> => {
  const shelves = new Map<string, Shelf<Item>>()
  let count = 0
  const shelfOf = (namespace: string): Shelf<Item> => {
    const shelf = shelves.get(namespace) ?? { unfiled: [], filed: new Map(), found: new Map() }
    shelves.set(namespace, shelf)
    return shelf
  }
  return {
    add: (namespace, selectors, item) => {
      const shelf = shelfOf(namespace)
      placeFor(shelf, selectors[0]).push({ order: (count += 1), selectors, item })
      shelf.found.clear()
    },
    of: ({ namespace, labels }) => {
      const shelf = shelves.get(namespace)
      if (shelf === undefined) return NONE
      const known = shelf.found.get(labels)
      if (known !== undefined) return known
      const found = find(shelf, labels)
      shelf.found.set(labels, found)
      return found
    },
  }
}

const NONE: readonly never[] = []

/** Where an entry with this selector is filed: under a label of which it wants one value. */
const placeFor = <Item>({ unfiled, filed }: Shelf<Item>, selector: Selector | undefined): Entry<Item>[] => {
  const wanted = selector?.find(({ operator, values }) => operator === 'In' && values.length === 1)
  const value = wanted?.values[0]
  if (wanted === undefined || value === undefined) return unfiled
  const byValue = filed.get(wanted.key) ?? new Map<string, Entry<Item>[]>()
  filed.set(wanted.key, byValue)
  const entries = byValue.get(value) ?? []
  byValue.set(value, entries)
  return entries
}

const find = <Item>({ unfiled, filed }: Shelf<Item>, labels: Labels): readonly Item[] => {
  const near = [...unfiled]
  for (const [key, byValue] of filed) near.push(...(byValue.get(labels[key] ?? '') ?? []))
  const found = near.filter(({ selectors }) => selectors.every((selector) => selects(selector, labels)))
  return found.length === 0 ? NONE : found.sort((a, b) => a.order - b.order).map(({ item }) => item)
}
