import { sayDuration } from './duration.ts'
import { isDeepEqual } from './is-deep-equal.ts'

/** What differs between two records, in words: `mode observe → act, holidays +2027-01-01, wake.stayAwake 2h → 1h`. */
export const sayDifference = (before: object, after: object): string => differences(before, after, '').join(', ')

const differences = (before: object, after: object, under: string): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [was, is]: readonly unknown[] = [Reflect.get(before, key), Reflect.get(after, key)]
    if (isDeepEqual(was, is)) return []
    const name = `${under}${key}`
    if (isList(was) || isList(is)) return [`${name} ${listDifference(isList(was) ? was : [], isList(is) ? is : [])}`]
    if (isRecord(was) || isRecord(is)) return differences(isRecord(was) ? was : {}, isRecord(is) ? is : {}, `${name}.`)
    return [`${name.replace(/Seconds$/, '')} ${sayValue(key, was)} → ${sayValue(key, is)}`]
  })

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

const listDifference = (was: readonly unknown[], is: readonly unknown[]): string => {
  const parts = [...is.filter((item) => !was.includes(item)).map((item) => `+${String(item)}`), ...was.filter((item) => !is.includes(item)).map((item) => `-${String(item)}`)]
  return parts.length === 0 ? 'in another order' : parts.join(' ')
}

const sayValue = (key: string, value: unknown): string => {
  if (value === undefined) return 'none'
  return key.endsWith('Seconds') && typeof value === 'number' ? sayDuration(value) : String(value)
}
