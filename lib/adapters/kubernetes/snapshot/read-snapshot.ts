import type { Snapshot } from '../../../domain/drain/snapshot.ts'
import { Field, FieldError } from './field.ts'
import { jsonFault } from './json-fault.ts'
import { SnapshotError, type SnapshotReader, snapshotReader } from './snapshot-reader.ts'

/**
 * Reads what `kubectl get … -o json` prints: a List of objects. Throws a SnapshotError with the line and column where it
 * is not JSON, or with every item that is not as the API prints it.
 */
export const readSnapshot = (text: string): Snapshot => {
  const list = new Field(parse(text.startsWith('\uFEFF') ? text.slice(1) : text))
  const reader = snapshotReader()
  takeList(reader, list, '')
  return reader.done()
}

/** Takes in every item of a list; what was joined from several answers of kubectl has lists in a list. */
const takeList = (reader: SnapshotReader, list: Field, path: string): void => {
  for (const [index, item] of itemsOf(list, path).entries()) {
    const where = `${path}items[${index}]`
    if (isList(item)) takeList(reader, new Field(item.value), `${where}.`)
    else reader.take(item.value, where)
  }
}

const isList = ({ value }: Field): boolean => {
  const { kind, items } = Object(value) as { readonly kind?: unknown; readonly items?: unknown }
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = jsonFault(text)
    if (fault === undefined) throw error
    const { line, column, found, expected } = fault
    throw new SnapshotError([{ where: `line ${line}, column ${column}`, found, expected: `${expected} (JSON)` }])
  }
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
