import { readFile } from 'node:fs/promises'
import { readIntentFile } from '../adapters/yaml/intent-file.ts'
import type { Intent } from '../domain/intent/schema.ts'
import { problemReport } from './problem-report.ts'
import type { Terminal } from './terminal.ts'

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; name one, as in: catnap apply catnap.yaml',
  EISDIR: 'it is a directory; name the file in it',
  EACCES: 'it may not be read by this user',
}

/** The intent of a file. Tells every mistake as `catnap validate` does and answers undefined where it has some. */
export const readIntentArgument = async (file: string, terminal: Terminal, json: boolean): Promise<Intent | undefined> => {
  const text = await textOf(file)
  const read = readIntentFile(text)
  if ('intent' in read) return read.intent
  terminal.out(json ? JSON.stringify({ ok: false, problems: read.problems }) : problemReport(file, text, read.problems, terminal.paint))
  terminal.fail()
  return undefined
}

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const why = ('code' in error && FAILURES[String(error.code)]) || error.message
    throw new Error(`cannot read ${file}: ${why}`, { cause: error })
  }
}
