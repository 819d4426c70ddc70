import type { z } from 'zod'
import { nearest } from '../nearest.ts'
import { checkIntent } from './check-intent.ts'
import { describeValue, type IntentMistake, type IntentPath } from './mistake.ts'
import { clusterSchema, environmentSchema, type Intent, intentJsonSchema, intentSchema, reportSchema } from './schema.ts'

/** An intent with its defaults, or everything that is wrong with it. */
export type ReadIntent = { readonly intent: Intent } | { readonly mistakes: readonly IntentMistake[] }

/** Checks a file that was parsed to plain data, by the schema and by the rules between its parts. */
export const readIntent = (file: unknown): ReadIntent => {
  const result = intentSchema.safeParse(file)
  const issues = result.error?.issues ?? []
  const mistakes = [...issues.flatMap((issue) => mistakesOf(issue, file, [])), ...checkIntent(file)]
  return result.success && mistakes.length === 0 ? { intent: result.data } : { mistakes }
}

/** What stands under a key that is wrong itself: zod looks no further there. */
const UNDER = { clusters: clusterSchema, environments: environmentSchema, reports: reportSchema } as const

const mistakesOf = (issue: z.core.$ZodIssue, file: unknown, under: IntentPath): readonly IntentMistake[] => {
  const path = [...under, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
  const value = valueAt(file, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key))
    case 'invalid_key': {
      const expected = issue.issues[0]?.message ?? issue.message
      const wrongKey: IntentMistake = { path, at: 'key', found: describeValue(path.at(-1)), expected }
      const [section, , deeper] = path
      const issues = deeper === undefined && isSection(section) ? (UNDER[section].safeParse(value).error?.issues ?? []) : []
      return [wrongKey, ...issues.flatMap((inner) => mistakesOf(inner, file, path))]
    }
    case 'custom':
      return [{ path, at: 'value', found: describeValue(value), expected: issue.message, ...issue.params }]
    default:
      return [{ path, at: 'value', found: describeValue(value), expected: issue.message, hint: nearOf(issue, value) }]
  }
}

const isSection = (key: string | number | undefined): key is keyof typeof UNDER => key !== undefined && Object.hasOwn(UNDER, key)

const nearOf = (issue: z.core.$ZodIssue, value: unknown): string | undefined => {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return undefined
  const near = nearest(value, issue.values.map(String))
  return near === undefined ? undefined : `did you mean "${near}"?`
}

const unknownKey = (path: IntentPath, key: string): IntentMistake => {
  const known = keysAt(path.slice(0, -1))
  const near = nearest(key, known)
  return {
    path,
    at: 'key',
    found: `unknown key "${key}"`,
    expected: known.length === 1 ? `only ${known.join()}` : `one of ${known.join(', ')}`,
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  }
}

const valueAt = (value: unknown, path: IntentPath): unknown =>
  path.reduce(
    (under: unknown, part) => (typeof under === 'object' && under !== null ? Reflect.get(under, part) : undefined),
    value,
  )

/** The keys the schema knows at a place of the file. */
const keysAt = (path: IntentPath): readonly string[] => {
  const schema = path.reduce((under: unknown, part) => {
    const own = valueAt(under, ['properties', part])
    return own ?? valueAt(under, ['additionalProperties'])
  }, intentJsonSchema())
  return Object.keys(Object(valueAt(schema, ['properties'])))
}
