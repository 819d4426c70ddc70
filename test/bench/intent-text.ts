import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import type { Intent } from '../../lib/domain/intent/schema.ts'

/** Reads an intent that is known to be right; throws with its first mistake where it is not. */
export const readIntentText = (text: string): Intent => {
  const read = readIntentFile(text)
  if ('intent' in read) return read.intent
  const [first] = read.problems
  throw new Error(`the intent of the bench has ${read.problems.length} mistakes, the first in line ${first?.line}: found ${first?.found}, expected ${first?.expected}`)
}
