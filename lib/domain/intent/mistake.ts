/** Keys and indexes from the top of the file to one of its parts. */
export type IntentPath = readonly (string | number)[]

/** One thing wrong in an intent. */
export interface IntentMistake {
  readonly path: IntentPath
  /** Whether the key at the end of the path is wrong, or what stands under it. */
  readonly at: 'key' | 'value'
  readonly found: string
  readonly expected: string
  readonly hint?: string | undefined
  /** Characters of the value before the mistake, where it is a part of a text. */
  readonly position?: number | undefined
}

/** A path as people read it: `environments.us-dev/checkout.namespaces[0]`. */
export const sayPath = (path: IntentPath): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join('')

const LONGEST = 80

/** What was found, in a few words: `"Mnday"`, `3`, `a list`, `nothing`. */
export const describeValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…"` : text
}
