import type { Selector } from './selector.ts'
import type { Labels } from './snapshot.ts'

/** Things with a selector, filed under one label it wants, so that not every selector is tried on everything. */
export interface LabelIndex<Item> {
  add(selector: Selector | undefined, item: Item): void
  /** Those whose selector may select what carries these labels; all that do are among them. */
  near(labels: Labels): readonly Item[]
}

/** A label, with its one value, that a selector wants; undefined where it wants none such. */
const wantedLabel = (selector: Selector | undefined): { readonly key: string; readonly value: string } | undefined => {
  const wanted = selector?.find(({ operator, values }) => operator === 'In' && values.length === 1)
  return wanted?.values[0] === undefined ? undefined : { key: wanted.key, value: wanted.values[0] }
}

/** An empty index. */
export const labelIndex = <Item>(): LabelIndex<Item> => {
  const unfiled: Item[] = []
  const filed = new Map<string, Map<string, Item[]>>()
  return {
    add: (selector, item) => {
      const wanted = wantedLabel(selector)
      if (wanted === undefined) {
        unfiled.push(item)
        return
      }
      const values = filed.get(wanted.key) ?? new Map<string, Item[]>()
      filed.set(wanted.key, values)
      const items = values.get(wanted.value)
      if (items === undefined) values.set(wanted.value, [item])
      else items.push(item)
    },
    near: (labels) => {
      let found: readonly Item[] = unfiled
      for (const [key, values] of filed) {
        const items = labels[key] === undefined ? undefined : values.get(labels[key])
        if (items !== undefined) found = found.length === 0 ? items : [...found, ...items]
      }
      return found
    },
  }
}
