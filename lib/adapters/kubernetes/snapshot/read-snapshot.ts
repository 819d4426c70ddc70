import type { Snapshot } from '../../../domain/drain/snapshot.ts'
import { Field, FieldError } from './field.ts'
import { listSplitter } from './list-splitter.ts'
import { SnapshotError, type SnapshotReader, snapshotReader } from './snapshot-reader.ts'

/** Reads what `kubectl get … -o json` prints, a List of objects, as it comes: however long it is, one object is held as JSON. */
export interface SnapshotFile {
  /** The next bytes. Throws a SnapshotError with the line and column where it is not JSON. */
  push(bytes: Uint8Array): void
  /** No more bytes come. Throws as `push`, or a SnapshotError with every item that is not as the API prints it. */
  done(): Snapshot
}

/** A reader of one file. */
export const readSnapshot = (): SnapshotFile => {
  const reader = snapshotReader()
  let count = 0
  const takeNext = (item: unknown): void => {
    takeItem(reader, new Field(item), `items[${count}]`)
    count += 1
  }
  const splitter = listSplitter(takeNext)
  return {
    push: splitter.push,
    done: () => {
      const rest = itemsOf(new Field(splitter.end()), '')
      if (count > 0 && rest.length > 0) throw new SnapshotError([{ where: 'items', found: 'a second list of items', expected: 'one' }])
      for (const { value } of rest) takeNext(value)
      return reader.done()
    },
  }
}

/** Takes in an item of a list; what was joined from several answers of kubectl has lists in a list. */
const takeItem = (reader: SnapshotReader, item: Field, where: string): void => {
  if (!isList(item)) return reader.take(item.value, where)
  for (const [index, each] of itemsOf(new Field(item.value), `${where}.`).entries()) takeItem(reader, each, `${where}.items[${index}]`)
}

const isList = ({ value }: Field): boolean => {
  const { kind, items } = Object(value) as { readonly kind?: unknown; readonly items?: unknown }
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
}

const itemsOf = (list: Field, at: string): readonly Field[] => {
  try {
    const kind = list.get('kind')
    if (list.object() === undefined || kind.text()?.endsWith('List') !== true) {
      throw new FieldError('kind', kind.value, '"List": what kubectl get … -o json prints for several kinds')
    }
    const items = list.get('items')
    return items.value === undefined ? items.refuse('a list') : items.items()
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    throw new SnapshotError([{ where: `${at}${error.path}` || 'the document', found: error.found, expected: error.expected }])
  }
}
